<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Catalogue;
use Standin\Hooks;
use Standin\Http;
use Standin\Ids;
use Standin\Params;
use Standin\ServerModule;
use WHMCS\Database\Capsule;

/**
 * A product's page with its tabs. The module's own rows come by AJAX into the tab Module Settings, at first, when
 * another module is chosen, and each time in place of the whole table; the fields of modules' hooks stand on the tab
 * Other. Saving leads back to the page by a redirect.
 */
final class ProductTabs
{
    private const TABS = [
        1 => 'Details', 2 => 'Pricing', 3 => 'Module Settings', 4 => 'Custom Fields', 5 => 'Configurable Options',
        6 => 'Upgrades', 7 => 'Free Domain', 8 => 'Other', 9 => 'Links',
    ];

    public function show(object $product): void
    {
        $id = (int) $product->id;
        $saved = Http::field('success') === '' ? '' : Markup::alert('success', 'Changes Saved Successfully!');
        $panes = [
            1 => Markup::fields(['Product Name' => Markup::input('name', (string) $product->name)]),
            3 => $this->moduleSettings($product),
            4 => $this->list('tblcustomfields', ['type' => 'product', 'relid' => $id], 'fieldname'),
            8 => Markup::fields($this->hookFields($id)),
        ];
        $heads = '';
        $bodies = '';
        foreach (self::TABS as $number => $label) {
            $active = $number === 1 ? ' active' : '';
            $heads .= '<li class="' . trim($active) . '"><a class="tab-top" role="tab" data-toggle="tab" href="#tab'
                . $number . '" id="tabLink' . $number . '" data-tab-id="' . $number . '">' . $label . '</a></li>';
            $bodies .= '<div class="tab-pane' . $active . '" id="tab' . $number . '">' . ($panes[$number] ?? '')
                . '</div>';
        }
        Layout::show('Edit Product', $saved
            . '<form method="post" action="configproducts.php?action=save&amp;id=' . $id . '" name="packagefrm">'
            . '<ul class="nav nav-tabs admin-tabs" role="tablist">' . $heads . '</ul>'
            . '<div class="tab-content admin-tabs">' . $bodies . '</div>'
            . '<div class="btn-container"><button class="btn btn-primary" id="btnSaveChanges">Save Changes</button>'
            . '</div></form>');
    }

    /** Answers the request for the rows of a module that is chosen on the page, saved or not. */
    public function sendModuleRows(object $product): void
    {
        $chosen = clone $product;
        $chosen->servertype = Http::field('module');
        $rows = Markup::fields($this->moduleRows($chosen));
        $table = str_replace(
            '<table class="form">',
            '<table class="form module-settings" width="100%" border="0" id="tblModuleSettings">',
            $rows
        );
        Http::json(['content' => $table, 'mode' => 'simple', 'error' => '']);
    }

    private function moduleSettings(object $product): string
    {
        $groups = [0 => 'None'] + Capsule::table('tblservergroups')->pluck('name', 'id')->all();
        $modules = ['' => 'None'];
        foreach (ServerModule::installed() as $name) {
            $module = ServerModule::find($name);
            $modules[$name] = $module === null ? $name : $module->label();
        }
        $mails = [0 => 'None'] + Capsule::table('tblemailtemplates')
            ->where('type', 'product')->where('language', '')->pluck('name', 'id')->all();
        return Markup::fields([
            'Module Name' => Markup::select('servertype', $modules, (string) $product->servertype, 'id="inputModule"'),
            'Server Group' => Markup::select('servergroup', $groups, (string) $product->servergroup),
            'Welcome Email' => Markup::select('welcomeemail', $mails, (string) $product->welcomeemail),
            'Upgrade Email' => Markup::select('upgradeemail', $mails, (string) $product->upgradeemail),
        ])
            . '<table class="form module-settings" width="100%" border="0" id="tblModuleSettings"'
            . ' data-product="' . $product->id . '"><tr id="noModuleSelectedRow"><td>'
            . 'Choose a module to load configuration settings</td></tr></table>'
            . '<table class="form" id="tblMetricSettings"></table>';
    }

    /** @return array<string, string> label => HTML */
    private function hookFields(int $id): array
    {
        $fields = [];
        foreach (Hooks::run('AdminProductConfigFields', ['pid' => Ids::shape($id)]) as $answer) {
            $fields = array_merge($fields, is_array($answer) ? $answer : []);
        }
        return $fields;
    }

    /** @return array<string, string> the module's ConfigOptions */
    private function moduleRows(object $product): array
    {
        $module = ServerModule::find((string) $product->servertype);
        if ($module === null) {
            return [];
        }
        $server = Params::ofServer(Catalogue::chooseServer((int) $product->id));
        $rows = [];
        $number = 0;
        foreach ($module->configOptions($server) as $label => $field) {
            $number++;
            $value = (string) ($product->{'configoption' . $number} ?? $field['Default'] ?? '');
            $name = 'packageconfigoption[' . $number . ']';
            $hidden = ($field['Type'] ?? '') === 'yesno' ? '<input type="hidden" name="' . $name . '" value="">' : '';
            $rows[$label] = $hidden . $this->loaded($field, $name, $value, $server);
        }
        return $rows;
    }

    /** A field with a Loader becomes a dropdown of what the loader returns, or its error text. */
    private function loaded(array $field, string $name, string $value, array $server): string
    {
        if (!isset($field['Loader'])) {
            return Markup::moduleField($name, $field, $value);
        }
        try {
            $loader = (string) $field['Loader'];
            return Markup::select($name, (array) $loader($server), $value);
        } catch (\Throwable $error) {
            return Markup::alert('warning', $error->getMessage()) . Markup::input($name, $value);
        }
    }

    /** @param array<string, mixed> $where */
    private function list(string $table, array $where, string $column): string
    {
        $names = Capsule::table($table)->where($where)->pluck($column)->all();
        return '<ul><li>' . implode('</li><li>', array_map([Markup::class, 'escape'], $names)) . '</li></ul>';
    }
}
