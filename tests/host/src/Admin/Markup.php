<?php

declare(strict_types=1);

namespace Standin\Admin;

/** Pieces of HTML for the admin pages; every text is escaped here. */
final class Markup
{
    /** @param mixed $text */
    public static function escape($text): string
    {
        // What comes from a core table may be encoded already.
        return htmlspecialchars((string) $text, ENT_QUOTES, 'UTF-8', false);
    }

    public static function alert(string $kind, string $text): string
    {
        return '<div class="alert alert-' . $kind . '">' . nl2br(self::escape($text)) . '</div>';
    }

    public static function panel(string $title, string $html): string
    {
        return '<div class="panel panel-default"><div class="panel-heading"><h3 class="panel-title">'
            . self::escape($title)
            . '</h3></div><div class="panel-body">' . $html . '</div></div>';
    }

    /** @param array<string|int, string> $choices value => label */
    public static function select(string $name, array $choices, string $chosen, string $attributes = ''): string
    {
        $html = '<select class="form-control" name="' . self::escape($name) . '" ' . $attributes . '>';
        foreach ($choices as $value => $label) {
            $selected = (string) $value === $chosen ? ' selected' : '';
            $html .= '<option value="' . self::escape($value) . '"' . $selected . '>' . self::escape($label)
                . '</option>';
        }
        return $html . '</select>';
    }

    public static function input(string $name, string $value, string $type = 'text'): string
    {
        return '<input class="form-control" type="' . $type . '" name="' . self::escape($name) . '" value="'
            . self::escape($value) . '" autocomplete="off">';
    }

    public static function checkbox(string $name, bool $checked, string $label): string
    {
        return '<label class="check"><input type="checkbox" name="' . self::escape($name) . '" value="on"'
            . ($checked ? ' checked' : '') . '> ' . $label . '</label>';
    }

    /** A two-column form table. @param array<string, string> $rows label => HTML */
    public static function fields(array $rows): string
    {
        $html = '<table class="form">';
        foreach ($rows as $label => $field) {
            $html .= '<tr><td class="fieldlabel">' . self::escape($label) . '</td><td class="fieldarea">' . $field
                . '</td></tr>';
        }
        return $html . '</table>';
    }

    /**
     * A table of texts; a cell given as ['html' => …] is not escaped.
     *
     * @param string[] $heads
     * @param array<int, array<int, mixed>> $rows
     */
    public static function table(array $heads, array $rows): string
    {
        $html = '<div class="table-responsive"><table class="table table-striped"><thead><tr>';
        foreach ($heads as $head) {
            $html .= '<th>' . self::escape($head) . '</th>';
        }
        $html .= '</tr></thead><tbody>';
        foreach ($rows as $row) {
            $html .= '<tr>';
            foreach ($row as $cell) {
                $html .= '<td>' . (is_array($cell) ? $cell['html'] : nl2br(self::escape($cell))) . '</td>';
            }
            $html .= '</tr>';
        }
        $empty = $rows === []
            ? '<tr><td colspan="' . count($heads) . '" class="text-center text-muted">No Records Found</td></tr>' : '';
        return $html . $empty . '</tbody></table></div>';
    }

    /** A link as a table cell. @return array{html: string} */
    public static function link(string $target, string $label): array
    {
        return ['html' => '<a href="' . self::escape($target) . '">' . self::escape($label) . '</a>'];
    }

    /**
     * A button that posts fields.
     *
     * @param array<string, string|int> $fields
     */
    public static function button(
        string $action,
        string $label,
        array $fields,
        string $style = 'default',
        string $confirm = ''
    ): string {
        $html = '<form method="post" action="' . self::escape($action) . '" class="inline"';
        if ($confirm !== '') {
            $html .= ' onsubmit="return confirm(this.getAttribute(\'data-confirm\'))" data-confirm="'
                . self::escape($confirm) . '"';
        }
        $html .= '>';
        foreach ($fields as $name => $value) {
            $html .= '<input type="hidden" name="' . self::escape($name) . '" value="' . self::escape($value) . '">';
        }
        return $html . '<button class="btn btn-' . $style . ' btn-sm">' . self::escape($label) . '</button></form> ';
    }

    /**
     * One field of a module's ConfigOptions or of an addon's settings.
     *
     * @param array<string, mixed> $field Type, Size, Rows, Options, Default, Description
     */
    public static function moduleField(string $name, array $field, string $value): string
    {
        $description = '<div class="help-block">' . (string) ($field['Description'] ?? '') . '</div>';
        $options = $field['Options'] ?? [];
        if (is_string($options)) {
            $list = array_map('trim', explode(',', $options));
            $options = array_combine($list, $list);
        }
        switch ($field['Type'] ?? 'text') {
            case 'yesno':
                return self::checkbox($name, $value === 'on', (string) ($field['Description'] ?? ''));
            case 'dropdown':
                return self::select($name, $options, $value) . $description;
            case 'radio':
                $html = '';
                foreach ($options as $key => $label) {
                    $html .= '<label class="check"><input type="radio" name="' . self::escape($name) . '" value="'
                        . self::escape($key)
                        . '"' . ((string) $key === $value ? ' checked' : '') . '> ' . self::escape($label)
                            . '</label> ';
                }
                return $html . $description;
            case 'textarea':
                $rows = (int) ($field['Rows'] ?? 3);
                return '<textarea class="form-control" rows="' . $rows . '" name="' . self::escape($name) . '">'
                    . self::escape($value) . '</textarea>' . $description;
            case 'password':
                return self::input($name, $value, 'password') . $description;
            default:
                return self::input($name, $value) . $description;
        }
    }
}
