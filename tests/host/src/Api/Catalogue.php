<?php

declare(strict_types=1);

namespace Standin\Api;

use Standin\Api;
use Standin\Catalogue as Store;
use Standin\ClientDetails;
use WHMCS\Database\Capsule;

/** API commands that read products, servers, clients and departments. */
final class Catalogue
{
    public static function getProducts(array $values): array
    {
        $query = Capsule::table('tblproducts')->orderBy('id');
        foreach (['pid' => 'id', 'gid' => 'gid', 'module' => 'servertype'] as $name => $column) {
            if (($values[$name] ?? '') !== '') {
                $query->where($column, $values[$name]);
            }
        }
        $products = [];
        foreach ($query->get()->all() as $product) {
            $products[] = [
                'pid' => $product->id, 'gid' => $product->gid, 'type' => $product->type, 'name' => $product->name,
                'description' => (string) $product->description, 'module' => $product->servertype,
                'paytype' => $product->paytype,
            ];
        }
        return ['result' => 'success', 'totalresults' => count($products), 'products' => ['product' => $products]];
    }

    public static function addProduct(array $values): array
    {
        if (($values['name'] ?? '') === '') {
            return Api::error('You must supply a name');
        }
        $values += ['type' => 'server', 'gid' => 1, 'module' => '', 'servergroupid' => 0];
        $id = Store::addProduct((string) $values['name'], (string) $values['module'], (int) $values['servergroupid'], [
            'type' => (string) $values['type'], 'gid' => (int) $values['gid'],
        ]);
        return ['result' => 'success', 'pid' => $id];
    }

    public static function getServers(array $values): array
    {
        $servers = [];
        foreach (Capsule::table('tblservers')->orderBy('id')->get()->all() as $server) {
            $servers[] = [
                'id' => $server->id, 'name' => $server->name, 'hostname' => $server->hostname,
                'ipaddress' => $server->ipaddress, 'active' => !(bool) $server->disabled, 'activeServices' =>
                    Capsule::table('tblhosting')->where('server', $server->id)->where('domainstatus', 'Active')
                        ->count(),
                'maxAllowedServices' => $server->maxaccounts, 'module' => $server->type,
                'status' => ['http' => true, 'load' => '0', 'uptime' => '0'],
            ];
        }
        return ['result' => 'success', 'servers' => $servers, 'fetchStatus' => !empty($values['fetchStatus'])];
    }

    public static function getClientsDetails(array $values): array
    {
        $id = (int) ($values['clientid'] ?? 0);
        if ($id === 0 && ($values['email'] ?? '') !== '') {
            $id = (int) Capsule::table('tblclients')->where('email', $values['email'])->value('id');
        }
        $client = ClientDetails::of($id);
        return $client === []
            ? Api::error('Client Not Found') : ['result' => 'success'] + $client + ['client' => $client];
    }

    public static function getClients(array $values): array
    {
        $clients = Capsule::table('tblclients')->orderBy('id')
            ->get(['id', 'firstname', 'lastname', 'companyname', 'email', 'groupid', 'status'])->all();
        return [
            'result' => 'success', 'totalresults' => count($clients),
            'clients' => ['client' => array_map('get_object_vars', $clients)],
        ];
    }

    public static function getSupportDepartments(array $values): array
    {
        $departments = [];
        foreach (Capsule::table('tblticketdepartments')->orderBy('order')->get()->all() as $department) {
            $departments[] = [
                'id' => $department->id, 'name' => $department->name, 'awaitingreply' => 0, 'opentickets' => 0,
            ];
        }
        return [
            'result' => 'success', 'totalresults' => count($departments),
            'departments' => ['department' => $departments],
        ];
    }
}
