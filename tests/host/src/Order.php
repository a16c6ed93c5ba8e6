<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** An accepted and paid order: the service row, its options, then the module's Create as an automatic run. */
final class Order
{
    /** What a client types into a custom field when a test does not say. */
    private const FIELD = 'R&D "lab" of O\'Brien';

    /**
     * Places an order.
     *
     * @param array<string, string|int> $options configurable options by name
     * @param array<string, string> $fields custom fields of the product by name
     * @param string $password the root password of the order form, '' where it asked for none
     * @param bool $provision false leaves the service Pending, as an unpaid order
     * @return array{service: int, order: int, result: string} result is 'success', 'not run', or the module's error
     */
    public static function place(
        int $clientId,
        int $productId,
        array $options,
        string $domain,
        bool $provision,
        array $fields = [],
        string $password = ''
    ): array {
        $product = Capsule::table('tblproducts')->where('id', $productId)->first();
        if ($product === null) {
            throw new \InvalidArgumentException('There is no product ' . $productId . '.');
        }
        if (Capsule::table('tblclients')->where('id', $clientId)->doesntExist()) {
            throw new \InvalidArgumentException('There is no client ' . $clientId . '.');
        }
        $now = gmdate('Y-m-d H:i:s');
        $orderId = (int) Capsule::table('tblorders')->insertGetId([
            'ordernum' => (string) random_int(1000000000, 9999999999), 'userid' => $clientId, 'date' => $now,
            'amount' => 10, 'paymentmethod' => 'banktransfer', 'status' => 'Pending',
            'ipaddress' => '127.0.0.1', 'notes' => '',
        ]);
        $serviceId = (int) Capsule::table('tblhosting')->insertGetId([
            'userid' => $clientId, 'orderid' => $orderId, 'packageid' => $productId,
            'server' => Catalogue::chooseServer($productId), 'regdate' => substr($now, 0, 10),
            'domain' => Stored::text($domain),
            'paymentmethod' => 'banktransfer', 'qty' => 1, 'firstpaymentamount' => 10, 'amount' => 10,
            'billingcycle' => 'Monthly', 'nextduedate' => gmdate('Y-m-d', time() + 30 * 86400),
            'nextinvoicedate' => gmdate('Y-m-d', time() + 30 * 86400), 'domainstatus' => 'Pending', 'username' => '',
            'password' => Crypto::encrypt(Stored::text($password)), 'notes' => '', 'suspendreason' => '',
            'dedicatedip' => '', 'assignedips' => '',
            'created_at' => $now, 'updated_at' => $now,
        ]);
        ConfigurableOptions::choose($serviceId, $productId, $options);
        self::storeFields($serviceId, $productId, $fields);
        Hooks::run('AfterShoppingCartCheckout', [
            'OrderID' => $orderId, 'OrderNumber' => (string) $orderId, 'ServiceIDs' => [$serviceId],
            'AddonIDs' => [], 'DomainIDs' => [], 'RenewalIDs' => [], 'PaymentMethod' => 'banktransfer',
            'InvoiceID' => 0, 'TotalDue' => 0,
        ]);
        $result = $provision ? self::pay($serviceId) : 'not run';
        return ['service' => $serviceId, 'order' => $orderId, 'result' => $result];
    }

    /** What a payment sets off. @return string 'success', 'not run', or the module's error */
    public static function pay(int $serviceId): string
    {
        $service = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        $product = Capsule::table('tblproducts')->where('id', $service->packageid)->first();
        Capsule::table('tblorders')->where('id', $service->orderid)->update(['status' => 'Active']);
        $run = $product->servertype !== '' && $product->autosetup !== '';
        return $run ? (string) Runner::run($serviceId, 'Create', [], true) : 'not run';
    }

    /** @param array<string, string> $values */
    private static function storeFields(int $serviceId, int $productId, array $values): void
    {
        $fields = Capsule::table('tblcustomfields')->where('type', 'product')->where('relid', $productId)->get()->all();
        foreach ($fields as $field) {
            $typed = $values[ConfigurableOptions::key(Stored::typed($field->fieldname))] ?? self::FIELD;
            Capsule::table('tblcustomfieldsvalues')
                ->insert(['fieldid' => $field->id, 'relid' => $serviceId, 'value' => Stored::text($typed)]);
        }
    }
}
