<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Catalogue;
use Standin\Hooks;
use Standin\Http;
use Standin\Ids;
use Standin\Params;
use Standin\ServerModule;
use Standin\Site;
use WHMCS\Database\Capsule;

/** A product's Module Settings, with the fields that hooks of modules add. Without an id: the list of products. */
final class ProductPage
{
    public function respond(): void
    {
        $id = (int) Http::field('id');
        $product = Capsule::table('tblproducts')->where('id', $id)->first();
        if ($product === null) {
            $this->showList();
            return;
        }
        if (Http::field('action') === 'duplicate') {
            $copy = Catalogue::duplicate($id, Http::field('newproductname'));
            Http::redirect('configproducts.php?action=edit&id=' . $copy);
        }
        if (Site::isReal()) {
            $this->respondReal($product);
            return;
        }
        $alert = '';
        if (Http::isPost()) {
            Catalogue::saveModuleSettings($id, Http::form());
            $product = Capsule::table('tblproducts')->where('id', $id)->first();
            $alert = Markup::alert('success', 'Changes Saved Successfully!');
        }
        $this->show($product, $alert);
    }

    private function respondReal(object $product): void
    {
        if (Http::field('action') === 'module-settings') {
            (new ProductTabs())->sendModuleRows($product);
        }
        if (Http::isPost()) {
            Catalogue::saveModuleSettings((int) $product->id, Http::form());
            Http::redirect('configproducts.php?action=edit&id=' . $product->id . '&success=true&tab=3#tab=3');
        }
        (new ProductTabs())->show($product);
    }

    private function show(object $product, string $alert): void
    {
        $groups = [0 => 'None'] + Capsule::table('tblservergroups')->pluck('name', 'id')->all();
        $names = ServerModule::installed();
        $modules = ['' => 'None'];
        foreach ($names as $name) {
            $module = ServerModule::find($name);
            $modules[$name] = $module === null ? $name : $module->label();
        }
        $mails = [0 => 'None'] + Capsule::table('tblemailtemplates')
            ->where('type', 'product')->where('language', '')->pluck('name', 'id')->all();
        $rows = [
            'Module Name' => Markup::select('servertype', $modules, (string) $product->servertype),
            'Server Group' => Markup::select('servergroup', $groups, (string) $product->servergroup),
            'Welcome Email' => Markup::select('welcomeemail', $mails, (string) $product->welcomeemail),
            'Upgrade Email' => Markup::select('upgradeemail', $mails, (string) $product->upgradeemail),
        ] + $this->moduleRows($product);
        $own = [];
        foreach (Hooks::run('AdminProductConfigFields', ['pid' => Ids::shape($product->id)]) as $answer) {
            $own = array_merge($own, is_array($answer) ? $answer : []);
        }
        $html = $alert . '<form method="post" action="configproducts.php?action=edit&amp;id=' . $product->id
            . '&amp;tab=3" name="packagefrm">'
            . Markup::panel('Module Settings', Markup::fields($rows))
            . ($own === [] ? '' : Markup::panel('Further settings', Markup::fields($own)))
            . '<button class="btn btn-primary">Save Changes</button></form>';
        Layout::show('Edit Product - ' . $product->name, $html);
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
            $rows[$label] = $hidden . $this->loaded($module, $field, $name, $value, $server);
        }
        return $rows;
    }

    /** A field with a Loader becomes a dropdown of what the loader returns, or its error text. */
    private function loaded(ServerModule $module, array $field, string $name, string $value, array $server): string
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

    private function duplication(): string
    {
        $names = Capsule::table('tblproducts')->orderBy('id')->pluck('name', 'id')->all();
        return '<form method="post" action="configproducts.php?action=duplicate">' . Markup::panel(
            'Duplicate Product',
            Markup::fields([
                'Existing Product' => Markup::select('id', $names, ''),
                'New Product Name' => Markup::input('newproductname', ''),
            ]) . '<button class="btn btn-primary">Continue</button>'
        ) . '</form>';
    }

    private function showList(): void
    {
        $rows = [];
        foreach (Capsule::table('tblproducts')->orderBy('id')->get()->all() as $product) {
            $rows[] = [
                (string) $product->id,
                Markup::link('configproducts.php?action=edit&id=' . $product->id, $product->name),
                $product->type, $product->servertype,
                Capsule::table('tblhosting')->where('packageid', $product->id)->count(),
            ];
        }
        Layout::show(
            'Products/Services',
            Markup::panel('Products', Markup::table(['ID', 'Name', 'Type', 'Module', 'Services'], $rows))
                . $this->duplication()
        );
    }
}
