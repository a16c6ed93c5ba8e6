<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Effect;

use PuqProxmoxKvm\Tables;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What WHMCS has to choose from: servers, products, departments, clients, and its own address.
 */
final class Catalogue
{
    private Tables $tables;

    public function __construct(Tables $tables)
    {
        $this->tables = $tables;
    }

    /** @return array<string, callable(array<string, mixed>): array<mixed>> */
    public function effects(): array
    {
        return [
            'servers' => fn (): array => $this->numbered('SELECT id, name, type FROM tblservers ORDER BY name, id'),
            'departments' => function (): array {
                return $this->numbered('SELECT id, name FROM tblticketdepartments ORDER BY name, id');
            },
            'products' => function (): array {
                return $this->numbered(
                    "SELECT id, name FROM tblproducts WHERE servertype = 'puqProxmoxKVM' ORDER BY name, id"
                );
            },
            'clients' => fn (array $args): array => $this->clients((array) ($args['ids'] ?? [])),
            'system_url' => function (): array {
                $rows = $this->tables->select("SELECT value FROM tblconfiguration WHERE setting = 'SystemURL'");
                return ['url' => (string) ($rows[0]['value'] ?? '')];
            },
        ];
    }

    /** @return list<array<string, scalar|null>> */
    private function numbered(string $sql): array
    {
        return array_map(static function (array $row): array {
            return ['id' => (int) $row['id']] + $row;
        }, $this->tables->select($sql));
    }

    /**
     * @param array<mixed> $ids
     * @return list<array{id: int, name: string}>
     */
    private function clients(array $ids): array
    {
        $ids = array_values(array_unique(array_filter(array_map('intval', $ids))));
        if ($ids === []) {
            return [];
        }
        $rows = $this->tables->select(
            'SELECT id, firstname, lastname, companyname FROM tblclients WHERE id IN (' . implode(',', $ids) . ')'
        );
        return array_map(static function (array $row): array {
            $name = trim($row['firstname'] . ' ' . $row['lastname']);
            $company = (string) $row['companyname'];
            return ['id' => (int) $row['id'], 'name' => $company === '' ? $name : $name . ' (' . $company . ')'];
        }, $rows);
    }
}
