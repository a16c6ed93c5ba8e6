<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** The merge fields that e-mail templates may name. */
final class MergeFields
{
    /**
     * @param array<string, mixed> $client as ClientDetails gives it
     * @return array<string, mixed>
     */
    public static function ofClient(array $client): array
    {
        return [
            'client_id' => $client['id'], 'client_name' => $client['fullname'],
            'client_first_name' => $client['firstname'],
            'client_last_name' => $client['lastname'], 'client_company_name' => $client['companyname'],
            'client_email' => $client['email'], 'client_language' => $client['language'],
            'company_name' => Settings::get('CompanyName'), 'company_domain' => Settings::get('Domain'),
            'whmcs_url' => Site::url(), 'date' => gmdate('d/m/Y'), 'time' => gmdate('H:i'),
        ];
    }

    /** @return array<string, mixed> */
    public static function ofService(int $serviceId): array
    {
        $service = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        if ($service === null) {
            return [];
        }
        $product = Capsule::table('tblproducts')->where('id', $service->packageid)->first();
        $server = Capsule::table('tblservers')->where('id', $service->server)->first();
        $fields = [
            'service_id' => $service->id, 'service_order_id' => $service->orderid,
            'service_product_id' => $service->packageid, 'service_product_name' => (string) ($product->name ?? ''),
            'service_product_description' => (string) ($product->description ?? ''),
            'service_domain' => $service->domain,
            'service_username' => $service->username,
            'service_password' => Crypto::decrypt((string) $service->password),
            'service_reg_date' => fromMySQLDate($service->regdate), 'service_status' => $service->domainstatus,
            'service_next_due_date' => fromMySQLDate($service->nextduedate),
            'service_billing_cycle' => $service->billingcycle, 'service_payment_method' => $service->paymentmethod,
            'service_first_payment_amount' => self::money($service->firstpaymentamount),
            'service_recurring_amount' => self::money($service->amount),
            'service_dedicated_ip' => (string) $service->dedicatedip,
            'service_assigned_ips' => (string) $service->assignedips,
            'service_ns1' => $service->ns1, 'service_ns2' => $service->ns2,
            'service_suspension_reason' => (string) $service->suspendreason,
            'service_server_name' => (string) ($server->name ?? ''),
            'service_server_hostname' => (string) ($server->hostname ?? ''),
            'service_server_ip' => (string) ($server->ipaddress ?? ''),
        ];
        $custom = [];
        foreach (Params::ofService($serviceId)['customfields'] as $name => $value) {
            $custom[] = $value;
            $key = strtolower(preg_replace('/[^A-Za-z0-9]/', '', (string) $name) ?? '');
            $fields['service_custom_field_' . $key] = $value;
        }
        return $fields + ['service_custom_fields' => $custom];
    }

    /** @param mixed $amount */
    private static function money($amount): string
    {
        $currency = Capsule::table('tblcurrencies')->where('default', 1)->first();
        return ($currency->prefix ?? '') . number_format((float) $amount, 2) . ($currency->suffix ?? '');
    }
}
