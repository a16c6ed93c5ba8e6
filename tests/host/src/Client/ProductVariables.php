<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\ConfigurableOptions;
use Standin\Params;
use Standin\ServerModule;
use Standin\Settings;
use Standin\Site;
use WHMCS\Database\Capsule;

/** The template variables of the product details page: everything in `$params` and the page's own. */
final class ProductVariables
{
    /** @return array<string, mixed> */
    public static function of(int $serviceId, ?ServerModule $module): array
    {
        $row = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        $product = Capsule::table('tblproducts')->where('id', $row->packageid)->first();
        $group = (string) Capsule::table('tblproductgroups')->where('id', $product->gid)->value('name');
        $params = Params::ofService($serviceId);
        $currency = Capsule::table('tblcurrencies')->where('default', 1)->first();
        $money = static function ($amount) use ($currency): string {
            return ($currency->prefix ?? '') . number_format((float) $amount, 2) . ($currency->suffix ?? '');
        };
        $fields = [];
        foreach ($params['customfields'] as $name => $value) {
            $fields[] = ['name' => $name, 'value' => $value];
        }
        $own = [
            'id' => $serviceId, 'serviceid' => $serviceId, 'product' => $product->name, 'groupname' => $group,
            'type' => $product->type, 'status' => $row->domainstatus, 'rawstatus' => strtolower($row->domainstatus),
            'domain' => $row->domain, 'username' => $row->username, 'dedicatedip' => (string) $row->dedicatedip,
            'assignedips' => (string) $row->assignedips, 'ns1' => $row->ns1, 'ns2' => $row->ns2,
            'regdate' => fromMySQLDate($row->regdate), 'nextduedate' => fromMySQLDate($row->nextduedate),
            'billingcycle' => $row->billingcycle, 'firstpaymentamount' => $money($row->firstpaymentamount),
            'recurringamount' => $money($row->amount), 'paymentmethod' => 'Bank Transfer',
            'suspendreason' => (string) $row->suspendreason, 'customfields' => $fields,
            'productcustomfields' => $fields,
            'configurableoptions' => ConfigurableOptions::labels($serviceId, (int) $product->id),
            'serverdata' => self::serverData((int) $row->server), 'lastupdate' => (string) $row->lastupdate,
            'diskusage' => $row->diskusage, 'disklimit' => $row->disklimit, 'bwusage' => $row->bwusage,
            'bwlimit' => $row->bwlimit, 'addons' => [], 'downloads' => [],
            'packagesupgrade' => (string) $product->upgradepackages !== '',
            'quantitySupported' => false, 'quantity' => 1, 'sslStatus' => null, 'addonsavailable' => false,
            'diskpercent' => '0%', 'bwpercent' => '0%',
            'showcancelbutton' => $row->domainstatus === 'Active',
            'showRenewServiceButton' => $row->domainstatus === 'Active',
            'pendingcancellation' => Capsule::table('tblcancelrequests')->where('relid', $serviceId)->exists(),
            'unpaidInvoice' => false, 'modulecustombuttonresult' => '', 'modulechangepwresult' => '',
            'hookOutput' => [],
            'metricStats' => [], 'configoptionsupgrade' => (bool) $product->configoptionsupgrade,
            'modulechangepassword' => $module !== null && $module->has('ChangePassword')
                && $row->domainstatus === 'Active',
            'serverchangepassword' => $module !== null && $module->has('ChangePassword'),
            'companyname' => Settings::get('CompanyName'),
        ];
        return $own + $params;
    }

    /**
     * The variables of a module's own template. The module's parameters are there under the same names as variables of
     * the page, and nothing says which of the two wins: the switch `params` makes sites of both kinds.
     *
     * @param array<string, mixed> $page variables of the product page
     * @return array<string, mixed>
     */
    public static function inModule(int $serviceId, array $page): array
    {
        $params = Params::ofService($serviceId);
        return Site::option('params') === 'win' ? $params + $page : $page + $params;
    }

    /** @return array<string, string> */
    private static function serverData(int $serverId): array
    {
        $server = Capsule::table('tblservers')->where('id', $serverId)->first();
        $data = ['hostname' => (string) ($server->hostname ?? ''), 'ipaddress' => (string) ($server->ipaddress ?? '')];
        for ($number = 1; $number <= 5; $number++) {
            $data['nameserver' . $number] = (string) ($server->{'nameserver' . $number} ?? '');
        }
        return $data;
    }
}
