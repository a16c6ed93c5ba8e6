<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Effect;

use PuqProxmoxKvm\Tables;
use PuqProxmoxKvm\Services;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What WHMCS stores of a product: its own settings, and the servers its services go to.
 */
final class Products
{
    private Tables $tables;
    private Services $services;

    public function __construct(Tables $tables, Services $services)
    {
        $this->tables = $tables;
        $this->services = $services;
    }

    /** @return array<string, callable(array<string, mixed>): array<mixed>> */
    public function effects(): array
    {
        return [
            'product' => fn (array $args): array => $this->product((int) ($args['product_id'] ?? 0)),
            'product_options' => fn (array $args): array => $this->options((int) ($args['product_id'] ?? 0)),
            'product_servers' => fn (array $args): array => $this->server((int) ($args['product_id'] ?? 0)),
        ];
    }

    /** @return array<string, scalar|null> Empty when WHMCS has no such product. */
    private function product(int $id): array
    {
        $columns = 'id, name, servertype, servergroup, welcomeemail';
        for ($i = 1; $i <= 24; $i++) {
            $columns .= ', configoption' . $i;
        }
        return $this->tables->select('SELECT ' . $columns . ' FROM tblproducts WHERE id = ?', [$id])[0] ?? [];
    }

    /**
     * The configurable options a client may choose from, both names and choices as stored, `value|Label`.
     *
     * @return list<array{name: string, choices: list<string>}>
     */
    private function options(int $product): array
    {
        $options = [];
        $rows = $this->tables->select(
            'SELECT o.id, o.optionname AS name, s.optionname AS choice FROM tblproductconfiglinks l'
            . ' JOIN tblproductconfigoptions o ON o.gid = l.gid'
            . ' JOIN tblproductconfigoptionssub s ON s.configid = o.id'
            . ' WHERE l.pid = ? AND o.hidden = 0 AND s.hidden = 0 ORDER BY o.id, s.sortorder, s.id',
            [$product]
        );
        foreach ($rows as $row) {
            $id = (int) $row['id'];
            $options[$id] = $options[$id] ?? ['name' => (string) $row['name'], 'choices' => []];
            $options[$id]['choices'][] = (string) $row['choice'];
        }
        return array_values($options);
    }

    /**
     * The first server of the product's group, or what is wrong with the group. Without a group WHMCS takes the
     * default server of the module, so does this.
     *
     * @return array{problem: string, server: array<string, mixed>} problem: empty, no_group, group_deleted,
     *     group_empty or server_missing
     */
    private function server(int $product): array
    {
        $group = (int) ($this->product($product)['servergroup'] ?? 0);
        $columns = 's.id, s.name, s.ipaddress, s.hostname, s.username, s.password, s.accesshash, s.secure, s.port,'
            . ' s.assignedips';
        if ($group === 0) {
            $rows = $this->tables->select(
                'SELECT ' . $columns . " FROM tblservers s WHERE s.type = 'puqProxmoxKVM' AND s.active = 1"
                . ' AND s.disabled = 0 ORDER BY s.id'
            );
            return $rows === [] ? $this->problem('no_group') : $this->found($rows[0]);
        }
        if ($this->tables->select('SELECT id FROM tblservergroups WHERE id = ?', [$group]) === []) {
            return $this->problem('group_deleted');
        }
        $rows = $this->tables->select(
            'SELECT ' . $columns . ' FROM tblservergroupsrel r LEFT JOIN tblservers s ON s.id = r.serverid'
            . ' WHERE r.groupid = ? ORDER BY s.disabled, s.id',
            [$group]
        );
        if ($rows === []) {
            return $this->problem('group_empty');
        }
        foreach ($rows as $row) {
            if ($row['id'] === null) {
                return $this->problem('server_missing');
            }
        }
        return $this->found($rows[0]);
    }

    /** @return array{problem: string, server: array<string, mixed>} */
    private function problem(string $problem): array
    {
        return ['problem' => $problem, 'server' => []];
    }

    /**
     * @param array<string, scalar|null> $row
     * @return array{problem: string, server: array<string, mixed>}
     */
    private function found(array $row): array
    {
        return ['problem' => '', 'server' => $this->services->server($row)];
    }
}
