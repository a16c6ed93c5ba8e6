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

    /** Parameter of the page's address: the cluster is asked for its lists now. */
    private const LISTS = 'puqkvm_lists';

    /** Parameter of the page's address: what does the name rule that is typed make? */
    private const NAME_PREVIEW = 'puqkvm_name';

    /** What stands for a stored secret, in both directions. */
    private const KEEP = '__KEEP__';

    /** The form has far more fields than fit one screen: these sections are open at first. */
    private const OPEN = ['vm', 'storage', 'network'];

    /** @return array<string, string> Label, then HTML; nothing for a product of another module. */
    public static function show(int $product): array
    {
        if (!(new Tables(new Database()))->isOurs($product)) {
            return [];
        }
        $lang = Lang::forAdmin();
        if (Input::text(Input::query(), self::LISTS) !== '') {
            self::askForLists($product, $lang);
        }
        if (Input::text(Input::query(), self::NAME_PREVIEW) !== '' && Input::isScript()) {
            JsonResponse::send(self::nameMade($lang));
        }
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
            'address' => 'configproducts.php?' . http_build_query(
                ['action' => 'edit', 'id' => $product, self::LISTS => 1]
            ),
            'preview' => 'configproducts.php?' . http_build_query(
                ['action' => 'edit', 'id' => $product, self::NAME_PREVIEW => 1]
            ),
            'at' => Quantity::moment($form['lists']['at'] ?? null),
            'asks' => (bool) ($form['lists']['can_ask'] ?? false),
            'saved' => (bool) ($form['saved'] ?? true),
            'copies' => array_column((array) ($form['copies'] ?? []), 'name', 'id'),
            'copy_error' => (string) ($refused['errors']['copy_from'] ?? ''),
            'assets' => View::assets(),
            'version' => Native::VERSION,
        ]);
        return [$label => $html];
    }

    /**
     * Where the panel is, for the description of the module's own row, which WHMCS draws on the tab Module Settings.
     *
     * @return string HTML
     */
    public static function place(): string
    {
        $lang = Lang::forAdmin();
        $product = Input::number(Input::any(), 'id');
        $once = View::escape($lang->text('product_save_once'));
        if ($product > 0 && !(new Tables(new Database()))->isOurs($product)) {
            return $once;
        }
        // It is not documented how WHMCS names the product when it asks for the rows.
        $link = '<a href="#puq-kvm-product">' . View::escape($lang->text('product_show')) . '</a>';
        return ($product > 0 ? '' : $once . '<br>') . View::escape($lang->text('product_place')) . ' ' . $link;
    }

    /**
     * Asks the cluster. For the page's script the answer is the lists themselves; without one the page goes on, and is
     * drawn with what was just learnt.
     */
    private static function askForLists(int $product, Lang $lang): void
    {
        $wasOpen = session_status() === PHP_SESSION_ACTIVE;
        ServicePage::releaseSession();
        $answer = Native::ask('addon_api', ['op' => 'product_lists', 'product_id' => $product]);
        if (Input::isScript()) {
            JsonResponse::send(self::lists($answer, $lang));
        }
        if ($wasOpen && !headers_sent()) {
            session_start();
        }
    }

    /**
     * @return array{text: string} The name that the rule makes now, and its full name; or what is wrong with the rule.
     */
    private static function nameMade(Lang $lang): array
    {
        $query = Input::query();
        $answer = Native::ask('addon_api', [
            'op' => 'name_preview',
            'rule' => Input::text($query, 'rule'),
            'domain' => Input::text($query, 'domain'),
        ]);
        $data = (array) ($answer['data'] ?? []);
        if (!($answer['ok'] ?? false)) {
            return ['text' => (string) ($answer['error'] ?? '')];
        }
        return ['text' => $data['name'] . ' → ' . $data['fqdn']];
    }

    /**
     * @param array<string, mixed> $answer
     * @return array<string, mixed>
     */
    private static function lists(array $answer, Lang $lang): array
    {
        $data = (array) ($answer['data'] ?? []);
        $options = [];
        foreach ((array) ($data['options'] ?? []) as $key => $list) {
            foreach (self::options((string) $key, (array) $list, $lang) as $value => $label) {
                $options[$key][] = ['value' => (string) $value, 'label' => $label];
            }
        }
        $at = Quantity::moment($data['at'] ?? null);
        return [
            'ok' => (bool) ($answer['ok'] ?? false),
            'error' => (string) ($answer['error'] ?? ''),
            'options' => $options,
            'banners' => (array) ($data['banners'] ?? []),
            'age' => $at === '' ? '' : $lang->text('product_lists_age', ['time' => $at]),
        ];
    }

    /**
     * @param array<mixed> $list
     * @return array<string, string> Value, then label in the reader's language.
     */
    private static function options(string $key, array $list, Lang $lang): array
    {
        $options = [];
        foreach ($list as $option) {
            $text = $lang->find('choice_' . $key . '_' . $option['value']);
            $options[(string) $option['value']] = $text ?? (string) $option['label'];
        }
        return $options;
    }

    public static function save(int $product): void
    {
        $typed = Input::posted()[self::NAME] ?? null;
        // Absent when the panel was not on the page, for example because the module was chosen only now.
        if (!is_array($typed) || !(new Tables(new Database()))->isOurs($product)) {
            return;
        }
        $secrets = array_fill_keys(array_filter(explode(',', Input::text($typed, '_secrets'))), true);
        $form = array_diff_key($typed, ['_secrets' => true]);
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
        $options = self::options($key, (array) ($field['options'] ?? []), $lang);
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
}
