<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Services in the shape that WHMCS hands to module functions, for any number of services with the same five queries.
 */
final class Services
{
    /** Product settings that WHMCS stores for a server module. */
    private const CONFIG_OPTIONS = 24;

    /** Option types of tblproductconfigoptions whose value is a number, not the name of the chosen sub-option. */
    private const YES_NO = 3;
    private const QUANTITY = 4;

    private Tables $tables;

    public function __construct(Tables $tables)
    {
        $this->tables = $tables;
    }

    /**
     * @param array<mixed> $ids
     * @return list<array<string, mixed>>
     */
    public function find(array $ids): array
    {
        $ids = $this->numbers($ids);
        if ($ids === []) {
            return [];
        }
        $rows = $this->rows($ids);
        $clients = $this->clients($this->numbers(array_column($rows, 'userid')));
        $options = $this->options($ids);
        $fields = $this->fields($this->numbers(array_column($rows, 'packageid')), $ids);
        $services = [];
        foreach ($rows as $row) {
            $id = (int) $row['id'];
            $service = $this->service($row);
            $service['clientsdetails'] = $clients[(int) $row['userid']] ?? [];
            $service['configoptions'] = $options[$id] ?? [];
            $service['customfields'] = [];
            foreach ($fields[(int) $row['packageid']] ?? [] as $name => $values) {
                $service['customfields'][$name] = $values[$id] ?? '';
            }
            $services[] = $service;
        }
        return $services;
    }

    /**
     * @param array<string, scalar|null> $row Of tblservers.
     * @return array<string, mixed> The server keys of the module parameters.
     */
    public function server(array $row): array
    {
        $secure = (string) ($row['secure'] ?? '') === 'on';
        return [
            'server' => (int) ($row['id'] ?? 0) > 0,
            'serverid' => (int) ($row['id'] ?? 0),
            'servername' => (string) ($row['name'] ?? ''),
            'serverip' => (string) ($row['ipaddress'] ?? ''),
            'serverhostname' => (string) ($row['hostname'] ?? ''),
            'serverusername' => (string) ($row['username'] ?? ''),
            'serverpassword' => Cipher::decrypt((string) ($row['password'] ?? '')),
            'serveraccesshash' => (string) ($row['accesshash'] ?? ''),
            'serversecure' => $secure,
            'serverhttpprefix' => $secure ? 'https' : 'http',
            'serverport' => (string) ($row['port'] ?? ''),
            'serverassignedips' => (string) ($row['assignedips'] ?? ''),
        ];
    }

    /**
     * @param array<string, scalar|null> $row
     * @return array<string, mixed>
     */
    private function service(array $row): array
    {
        $server = [];
        foreach ($row as $key => $value) {
            if (strncmp($key, 's_', 2) === 0) {
                $server[substr($key, 2)] = $value;
            }
        }
        $service = [
            'serviceid' => (int) $row['id'],
            'accountid' => (int) $row['id'],
            'addonId' => 0,
            'userid' => (int) $row['userid'],
            'pid' => (int) $row['packageid'],
            'packageid' => (int) $row['packageid'],
            'domain' => (string) $row['domain'],
            'username' => (string) $row['username'],
            'password' => Cipher::decrypt((string) $row['password']),
            'status' => (string) $row['domainstatus'],
            'producttype' => (string) $row['p_type'],
            'type' => (string) $row['p_type'],
            'moduletype' => (string) $row['p_servertype'],
            'productname' => (string) $row['p_name'],
            'welcomeemail' => (int) $row['p_welcomeemail'],
            'dedicatedip' => (string) $row['dedicatedip'],
            'assignedips' => (string) $row['assignedips'],
        ];
        for ($i = 1; $i <= self::CONFIG_OPTIONS; $i++) {
            $service['configoption' . $i] = (string) $row['p_configoption' . $i];
        }
        return $service + $this->server($server);
    }

    /**
     * @param list<int> $ids
     * @return list<array<string, scalar|null>>
     */
    private function rows(array $ids): array
    {
        $options = '';
        for ($i = 1; $i <= self::CONFIG_OPTIONS; $i++) {
            $options .= ', p.configoption' . $i . ' AS p_configoption' . $i;
        }
        return $this->tables->select(
            'SELECT h.id, h.userid, h.packageid, h.domain, h.username, h.password, h.domainstatus,'
            . ' h.dedicatedip, h.assignedips, p.name AS p_name, p.type AS p_type, p.servertype AS p_servertype,'
            . ' p.welcomeemail AS p_welcomeemail' . $options . ', s.id AS s_id, s.name AS s_name,'
            . ' s.ipaddress AS s_ipaddress, s.hostname AS s_hostname, s.username AS s_username,'
            . ' s.password AS s_password, s.accesshash AS s_accesshash, s.secure AS s_secure, s.port AS s_port,'
            . ' s.assignedips AS s_assignedips'
            . ' FROM tblhosting h LEFT JOIN tblproducts p ON p.id = h.packageid'
            . ' LEFT JOIN tblservers s ON s.id = h.server'
            . ' WHERE h.id IN (' . implode(',', $ids) . ') ORDER BY h.id'
        );
    }

    /**
     * @param list<int> $ids
     * @return array<int, array<string, mixed>>
     */
    private function clients(array $ids): array
    {
        if ($ids === []) {
            return [];
        }
        $clients = [];
        $rows = $this->tables->select(
            'SELECT id, firstname, lastname, companyname, email, country, phonenumber, currency, groupid, status,'
            . ' language FROM tblclients WHERE id IN (' . implode(',', $ids) . ')'
        );
        foreach ($rows as $row) {
            $id = (int) $row['id'];
            $clients[$id] = ['userid' => $id, 'id' => $id, 'client_id' => $id] + $row;
            $clients[$id]['fullname'] = trim($row['firstname'] . ' ' . $row['lastname']);
        }
        return $clients;
    }

    /**
     * @param list<int> $ids
     * @return array<int, array<string, int|string>> Service id, then option name to value.
     */
    private function options(array $ids): array
    {
        $options = [];
        $rows = $this->tables->select(
            'SELECT c.relid, c.qty, o.optionname AS name, o.optiontype AS type, s.optionname AS choice'
            . ' FROM tblhostingconfigoptions c'
            . ' JOIN tblproductconfigoptions o ON o.id = c.configid'
            . ' LEFT JOIN tblproductconfigoptionssub s ON s.id = c.optionid'
            . ' WHERE c.relid IN (' . implode(',', $ids) . ') ORDER BY c.id'
        );
        foreach ($rows as $row) {
            $type = (int) $row['type'];
            $number = $type === self::YES_NO || $type === self::QUANTITY;
            $value = $number ? (int) $row['qty'] : $this->key((string) $row['choice']);
            $options[(int) $row['relid']][$this->key((string) $row['name'])] = $value;
        }
        return $options;
    }

    /**
     * @param list<int> $products
     * @param list<int> $ids
     * @return array<int, array<string, array<int, string>>> Product id, field name, then service id to value.
     */
    private function fields(array $products, array $ids): array
    {
        if ($products === []) {
            return [];
        }
        $fields = [];
        $rows = $this->tables->select(
            'SELECT f.relid AS product, f.fieldname AS name, v.relid AS service, v.value'
            . ' FROM tblcustomfields f LEFT JOIN tblcustomfieldsvalues v'
            . ' ON v.fieldid = f.id AND v.relid IN (' . implode(',', $ids) . ')'
            . " WHERE f.type = 'product' AND f.relid IN (" . implode(',', $products) . ') ORDER BY f.id'
        );
        foreach ($rows as $row) {
            $product = (int) $row['product'];
            $name = $this->key((string) $row['name']);
            $fields[$product][$name] = $fields[$product][$name] ?? [];
            if ($row['service'] !== null) {
                $fields[$product][$name][(int) $row['service']] = (string) $row['value'];
            }
        }
        return $fields;
    }

    /** WHMCS shows what follows the pipe and hands what precedes it to modules. */
    private function key(string $name): string
    {
        return explode('|', $name, 2)[0];
    }

    /**
     * @param array<mixed> $values
     * @return list<int> Positive, each once: these go into the SQL text, so that no limit on bindings counts.
     */
    private function numbers(array $values): array
    {
        $numbers = [];
        foreach ($values as $value) {
            $number = (int) $value;
            if ($number > 0) {
                $numbers[$number] = $number;
            }
        }
        return array_values($numbers);
    }
}
