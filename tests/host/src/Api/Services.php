<?php

declare(strict_types=1);

namespace Standin\Api;

use Standin\Api;
use Standin\ConfigurableOptions;
use Standin\Crypto;
use Standin\Hooks;
use Standin\Params;
use Standin\Upgrade;
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

    public static function getClientsProducts(array $values): array
    {
        $query = Capsule::table('tblhosting')->orderBy('id');
        $filters = [
            'clientid' => 'userid', 'serviceid' => 'id', 'pid' => 'packageid', 'domain' => 'domain',
            'username2' => 'username',
        ];
        foreach ($filters as $name => $column) {
            if (($values[$name] ?? '') !== '') {
                $query->where($column, $values[$name]);
            }
        }
        $total = $query->count();
        $start = (int) ($values['limitstart'] ?? 0);
        $rows = $query->offset($start)->limit((int) ($values['limitnum'] ?? 25))->get()->all();
        return [
            'result' => 'success', 'clientid' => $values['clientid'] ?? null,
            'serviceid' => $values['serviceid'] ?? null,
            'totalresults' => $total, 'startnumber' => $start, 'numreturned' => count($rows),
            'products' => ['product' => array_map([self::class, 'describe'], $rows)],
        ];
    }

    public static function upgradeProduct(array $values): array
    {
        $id = (int) ($values['serviceid'] ?? 0);
        if (Capsule::table('tblhosting')->where('id', $id)->doesntExist()) {
            return Api::error('Service ID Not Found');
        }
        if (($values['type'] ?? '') === 'product') {
            return ['result' => 'success', 'module' => Upgrade::toProduct($id, (int) ($values['newproductid'] ?? 0))];
        }
        return ['result' => 'success', 'module' => Upgrade::toOptions($id, (array) ($values['configoptions'] ?? []))];
    }

    public static function getModuleQueue(array $values): array
    {
        $query = Capsule::table('tblmodulequeue')->orderBy('id');
        $filters = ['moduleName' => 'module_name', 'moduleAction' => 'module_action', 'serviceId' => 'service_id'];
        foreach ($filters as $name => $column) {
            if (isset($values[$name])) {
                $query->where($column, $values[$name]);
            }
        }
        $entries = [];
        foreach ($query->get()->all() as $entry) {
            $entries[] = [
                'id' => $entry->id, 'serviceType' => $entry->service_type, 'serviceId' => $entry->service_id,
                'moduleName' => $entry->module_name, 'moduleAction' => $entry->module_action,
                'lastAttempt' => $entry->last_attempt, 'lastAttemptError' => $entry->last_attempt_error,
                'numRetries' => $entry->num_retries, 'completed' => (bool) $entry->completed,
            ];
        }
        return ['result' => 'success', 'count' => count($entries), 'queue' => $entries];
    }

    /** @return array<string, mixed> */
    private static function describe(object $row): array
    {
        $params = Params::ofService((int) $row->id);
        $server = Capsule::table('tblservers')->where('id', $row->server)->first();
        $product = Capsule::table('tblproducts')->where('id', $row->packageid)->first();
        $group = (string) Capsule::table('tblproductgroups')->where('id', $product->gid ?? 0)->value('name');
        $options = [];
        foreach (ConfigurableOptions::labels((int) $row->id, (int) $row->packageid) as $label) {
            $options[] = ['id' => $label['id'], 'option' => $label['optionname'], 'value' => $label['selectedoption']];
        }
        $fields = [];
        foreach ($params['customfields'] as $name => $value) {
            $fields[] = ['name' => $name, 'value' => $value];
        }
        return [
            'id' => $row->id, 'clientid' => $row->userid, 'orderid' => $row->orderid, 'pid' => $row->packageid,
            'regdate' => $row->regdate, 'name' => (string) ($product->name ?? ''), 'groupname' => $group,
            'domain' => $row->domain, 'dedicatedip' => (string) $row->dedicatedip, 'serverid' => $row->server,
            'servername' => (string) ($server->name ?? ''), 'serverip' => (string) ($server->ipaddress ?? ''),
            'serverhostname' => (string) ($server->hostname ?? ''), 'suspensionreason' => (string) $row->suspendreason,
            'firstpaymentamount' => $row->firstpaymentamount, 'recurringamount' => $row->amount,
            'paymentmethod' => $row->paymentmethod, 'billingcycle' => $row->billingcycle,
            'nextduedate' => $row->nextduedate,
            'status' => $row->domainstatus, 'username' => $row->username, 'password' => $params['password'],
            'subscriptionid' => $row->subscriptionid, 'ns1' => $row->ns1, 'ns2' => $row->ns2,
            'assignedips' => (string) $row->assignedips, 'notes' => (string) $row->notes,
            'diskusage' => $row->diskusage,
            'disklimit' => $row->disklimit, 'bwusage' => $row->bwusage, 'bwlimit' => $row->bwlimit,
            'lastupdate' => $row->lastupdate, 'customfields' => ['customfield' => $fields],
            'configoptions' => ['configoption' => $options],
        ];
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
