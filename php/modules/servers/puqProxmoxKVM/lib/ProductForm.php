<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The product panel: everything of a product that is not one of WHMCS's own settings. What the form has and what is
 * right is the extension's; this class draws it and keeps what was typed when it is refused.
 */
final class ProductForm
{
    /** Name of the form's fields in the request. */
    private const NAME = 'puqkvm';

    /** Where a refused form waits for the page that WHMCS redirects to. */
    private const SESSION = 'puqProxmoxKVM_refused';

    /** What stands for a stored secret, in both directions. */
    private const KEEP = '__KEEP__';

    /** The form has far more fields than fit one screen: these sections are open at first. */
    private const OPEN = ['vm', 'storage', 'network'];

    /**
     * @return array<string, string> Label, then HTML; nothing for a product of another module.
     */
    public static function show(int $product): array
    {
        if (!self::isOurs($product)) {
            return [];
        }
        $lang = Lang::forAdmin();
        $view = new View(dirname(__DIR__) . '/views', $lang);
        $label = $lang->text('product_vm');
        try {
            $form = (array) Native::call('product_form', $product);
        } catch (\Throwable $fault) {
            $html = $view->render('problem', [
                'text' => Native::sentence($fault),
                'assets' => View::assets(),
                'version' => Native::VERSION,
            ]);
            return [$label => $html];
        }
        $refused = (array) ($_SESSION[self::SESSION][$product] ?? []);
        unset($_SESSION[self::SESSION][$product]);
        $sections = [];
        foreach ((array) ($form['sections'] ?? []) as $section) {
            $section = (array) $section;
            $section['open'] = in_array($section['key'], self::OPEN, true);
            foreach ((array) $section['fields'] as $place => $field) {
                $field = self::field((array) $field, (string) $section['key'], $lang, $refused);
                $section['fields'][$place] = $field;
                $section['open'] = $section['open'] || $field['error'] !== '';
            }
            $sections[] = $section;
        }
        $html = $view->render('product', [
            'sections' => $sections,
            'banners' => (array) ($form['banners'] ?? []),
            'found' => (array) ($form['found'] ?? []),
            'refused' => $refused === [] ? '' : ($refused['error'] ?: $lang->text('product_not_saved')),
            'product' => $product,
            'token' => Entry::token(),
            'assets' => View::assets(),
            'version' => Native::VERSION,
        ]);
        return [$label => $html];
    }

    public static function save(int $product): void
    {
        $typed = $_POST[self::NAME] ?? null;
        // Absent when the panel was not on the page, for example because the module was chosen only now.
        if (!is_array($typed) || !self::isOurs($product)) {
            return;
        }
        $form = Native::plain($typed);
        $secrets = array_fill_keys(array_filter(explode(',', Input::text($form, '_secrets'))), true);
        unset($form['_secrets']);
        $answer = Native::ask('product_save', $product, $form);
        if ($answer['ok'] ?? false) {
            return;
        }
        $_SESSION[self::SESSION][$product] = [
            'errors' => array_map('strval', (array) ($answer['errors'] ?? [])),
            'error' => (string) ($answer['error'] ?? ''),
            'typed' => Input::single(array_diff_key($form, $secrets)),
        ];
    }

    /**
     * @param array<string, mixed> $field
     * @param array<string, mixed> $refused
     * @return array<string, mixed>
     */
    private static function field(array $field, string $section, Lang $lang, array $refused): array
    {
        $key = (string) $field['key'];
        $type = (string) ($field['type'] ?? 'text');
        $value = $refused['typed'][$key] ?? $field['value'] ?? '';
        $options = [];
        foreach ((array) ($field['options'] ?? []) as $option) {
            $text = $lang->find('choice_' . $key . '_' . $option['value']);
            $options[(string) $option['value']] = $text ?? (string) $option['label'];
        }
        $default = $field['default'] ?? '';
        return [
            'key' => $key,
            'name' => self::NAME . '[' . $key . ']',
            'id' => 'puqkvm-' . $key,
            'type' => $type,
            'label' => $lang->find('product_' . $section . '_' . $key) ?? ucfirst(str_replace('_', ' ', $key)),
            // A secret never goes back to the browser; the sentinel says that one is stored.
            'value' => $type === 'password' ? '' : (is_bool($value) ? (string) (int) $value : (string) $value),
            'on' => in_array($value, [true, 1, '1', 'on'], true),
            'options' => $options,
            'min' => $field['min'] ?? null,
            'max' => $field['max'] ?? null,
            'unit' => (string) ($field['unit'] ?? ''),
            'placeholder' => $type === 'password'
                ? ((string) ($field['value'] ?? '') === self::KEEP ? $lang->text('product_keep') : '')
                : (string) ($field['placeholder'] ?? (is_scalar($default) ? $default : '')),
            'refresh' => isset($field['loader']),
            'option' => (string) ($field['option'] ?? ''),
            'error' => (string) ($refused['errors'][$key] ?? ''),
        ];
    }

    private static function isOurs(int $product): bool
    {
        $rows = (new Database())->select('SELECT servertype FROM tblproducts WHERE id = ?', [$product]);
        return ($rows[0]['servertype'] ?? '') === 'puqProxmoxKVM';
    }
}
