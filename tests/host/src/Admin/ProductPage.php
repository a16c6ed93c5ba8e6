<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Catalogue;
use Standin\Http;
use WHMCS\Database\Capsule;

/** A product: its page, its saving, its duplicate, and the rows of its module. Without an id: the list of products. */
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
        if (Http::field('action') === 'module-settings') {
            (new ProductTabs())->sendModuleRows($product);
        }
        if (Http::isPost()) {
            Catalogue::saveModuleSettings($id, Http::form());
            Http::redirect('configproducts.php?action=edit&id=' . $id . '&success=true&tab=3#tab=3');
        }
        (new ProductTabs())->show($product);
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
