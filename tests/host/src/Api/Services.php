<?php

declare(strict_types=1);

namespace Standin\Api;

use Standin\Api;
use Standin\ConfigurableOptions;
use Standin\Crypto;
use Standin\Hooks;
use WHMCS\Database\Capsule;

/** API commands about services. */
final class Services
{
    private const COLUMNS = [
        'pid' => 'packageid', 'serverid' => 'server', 'regdate' => 'regdate', 'nextduedate' => 'nextduedate',
        'domain' => 'domain', 'status' => 'domainstatus', 'serviceusername' => 'username',
        'dedicatedip' => 'dedicatedip',
        'assignedips' => 'assignedips', 'ns1' => 'ns1', 'ns2' => 'ns2', 'notes' => 'notes',
        'suspendreason' => 'suspendreason',
        'diskusage' => 'diskusage', 'disklimit' => 'disklimit', 'bwusage' => 'bwusage', 'bwlimit' => 'bwlimit',
        'recurringamount' => 'amount', 'firstpaymentamount' => 'firstpaymentamount', 'paymentmethod' => 'paymentmethod',
        'billingcycle' => 'billingcycle', 'lastupdate' => 'lastupdate', 'terminationDate' => 'termination_date',
        'overideautosuspend' => 'overideautosuspend', 'overidesuspenduntil' => 'overidesuspenduntil',
    ];

    public static function updateClientProduct(array $values): array
    {
        $id = (int) ($values['serviceid'] ?? 0);
        $service = Capsule::table('tblhosting')->where('id', $id)->first();
        if ($service === null) {
            return Api::error('Service ID Not Found');
        }
        Hooks::run('PreServiceEdit', ['serviceid' => $id]);
        $changes = [];
        foreach (self::COLUMNS as $name => $column) {
            if (isset($values[$name])) {
                $changes[$column] = $values[$name];
            }
        }
        if (isset($values['servicepassword'])) {
            $changes['password'] = Crypto::encrypt((string) $values['servicepassword']);
        }
        foreach ((array) ($values['unset'] ?? []) as $name) {
            $column = self::COLUMNS[$name] ?? ($name === 'servicepassword' ? 'password' : null);
            if ($column !== null) {
                $changes[$column] = '';
            }
        }
        if ($changes !== []) {
            Capsule::table('tblhosting')->where('id', $id)->update($changes);
        }
        self::storeCustomFields($id, Api::unpack($values['customfields'] ?? null) ?? []);
        foreach (ConfigurableOptions::ofProduct((int) $service->packageid) as $option) {
            $chosen = (Api::unpack($values['configoptions'] ?? null) ?? [])[$option->id] ?? null;
            if ($chosen !== null) {
                $value = is_array($chosen) ? ($chosen['qty'] ?? $chosen['optionid'] ?? 0) : $chosen;
                ConfigurableOptions::chooseById($id, $option, (string) $value);
            }
        }
        Hooks::run('ServiceEdit', ['userid' => (int) $service->userid, 'serviceid' => $id]);
        return ['result' => 'success', 'serviceid' => $id];
    }

    /** @param array<string|int, mixed> $values by field id or name */
    private static function storeCustomFields(int $serviceId, array $values): void
    {
        foreach ($values as $key => $value) {
            $query = Capsule::table('tblcustomfields')->where('type', 'product');
            $field = is_numeric($key) ? $query->where('id', $key)->first() : $query->where('fieldname', $key)->first();
            if ($field !== null) {
                Capsule::table('tblcustomfieldsvalues')
                    ->updateOrInsert(['fieldid' => $field->id, 'relid' => $serviceId], ['value' => (string) $value]);
            }
        }
    }
}
