<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\ConfigurableOptions;
use Standin\Hooks;
use Standin\Http;
use Standin\Ids;
use Standin\Order;
use Standin\Session;
use Standin\Stored;
use WHMCS\Database\Capsule;

/**
 * cart.php?a=add&pid=N: the order form of one product of the type "server", with the fields that WHMCS makes mandatory
 * for that type. The order counts as paid at once.
 */
final class OrderPage
{
    private const MANDATORY = [
        'hostname' => 'You must enter a hostname for your server', 'rootpw' => 'You must enter a root password',
        'ns1prefix' => 'You must enter nameserver prefixes', 'ns2prefix' => 'You must enter nameserver prefixes',
    ];

    public function respond(): void
    {
        $productId = (int) Http::field('pid');
        $product = Capsule::table('tblproducts')->where('id', $productId)->first();
        if ($product === null) {
            Http::redirect('index.php');
        }
        $errors = [];
        if (Http::isPost()) {
            check_token();
            $errors = $this->errors();
            if ($errors === []) {
                $this->place($productId);
            }
        }
        Page::show('configureproduct', 'Shopping Cart', [
            'productinfo' => ['pid' => Ids::shape($productId), 'name' => $product->name, 'type' => $product->type],
            'errors' => array_values(array_unique($errors)), 'typed' => Stored::encode(Http::form()),
            'configurableoptions' => $this->options($productId), 'customfields' => $this->fields($productId),
        ]);
    }

    /** @return string[] */
    private function errors(): array
    {
        $errors = [];
        foreach (self::MANDATORY as $name => $sentence) {
            if (Http::field($name) === '') {
                $errors[] = $sentence;
            }
        }
        foreach (Hooks::run('ShoppingCartValidateProductUpdate', $_REQUEST) as $answer) {
            $errors = array_merge($errors, array_filter((array) $answer, 'is_string'));
        }
        return array_filter($errors, 'strlen');
    }

    private function place(int $productId): void
    {
        $names = [];
        foreach ((array) (Http::form()['customfield'] ?? []) as $id => $value) {
            $field = Capsule::table('tblcustomfields')->where('id', (int) $id)->value('fieldname');
            $names[ConfigurableOptions::key(Stored::typed((string) $field))] = is_string($value) ? $value : '';
        }
        $placed = Order::place(
            Session::clientId(),
            $productId,
            [],
            Http::field('hostname'),
            false,
            $names,
            Http::field('rootpw')
        );
        foreach (ConfigurableOptions::ofProduct($productId) as $option) {
            $chosen = Http::form()['configoption'][$option->id] ?? null;
            if (is_scalar($chosen)) {
                ConfigurableOptions::chooseById($placed['service'], $option, (string) $chosen);
            }
        }
        Order::pay($placed['service']);
        Http::redirect('clientarea.php?action=productdetails&id=' . $placed['service']);
    }

    /** @return array<int, array<string, mixed>> */
    private function options(int $productId): array
    {
        return array_map(static function (object $option): array {
            return [
                'id' => (int) $option->id, 'optionname' => ConfigurableOptions::label($option->optionname),
                'options' => array_map(static function (object $sub): array {
                    return ['id' => (int) $sub->id, 'nameonly' => ConfigurableOptions::label($sub->optionname)];
                }, $option->subs),
            ];
        }, ConfigurableOptions::ofProduct($productId));
    }

    /** @return array<int, array<string, mixed>> */
    private function fields(int $productId): array
    {
        $rows = Capsule::table('tblcustomfields')->where('type', 'product')->where('relid', $productId)->get()->all();
        return array_map(static function (object $field): array {
            return ['id' => (int) $field->id, 'name' => ConfigurableOptions::label($field->fieldname)];
        }, $rows);
    }
}
