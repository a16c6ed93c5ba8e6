<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Effect;

use PuqProxmoxKvm\Cipher;
use PuqProxmoxKvm\Database;
use PuqProxmoxKvm\Services;
use PuqProxmoxKvm\Tables;
use PuqProxmoxKvm\Typed;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The service and server rows of WHMCS that the module writes or needs one at a time.
 */
final class Records
{
    /** Columns of tblhosting that this module may write. */
    private const WRITABLE = ['domain', 'dedicatedip', 'assignedips', 'username', 'password'];

    private Database $database;
    private Tables $tables;
    private Services $services;

    public function __construct(Database $database, Tables $tables, Services $services)
    {
        $this->database = $database;
        $this->tables = $tables;
        $this->services = $services;
    }

    /** @return array<string, callable(array<string, mixed>): array<mixed>> */
    public function effects(): array
    {
        return [
            'update_service' => fn (array $args): array => $this->update($args),
            'update_usage' => fn (array $args): array => $this->updateUsage((array) ($args['services'] ?? [])),
            'server_params' => fn (array $args): array => $this->server((int) ($args['server_id'] ?? 0)),
            'service_ids' => function (array $args): array {
                return $this->serviceIds(isset($args['server_id']) ? (int) $args['server_id'] : null);
            },
        ];
    }

    /**
     * @param array<string, mixed> $args service_id and any of the writable columns, the password in the clear
     * @return array{changed: int}
     */
    private function update(array $args): array
    {
        $columns = [];
        $bindings = [];
        foreach (self::WRITABLE as $column) {
            if (!isset($args[$column])) {
                continue;
            }
            $value = (string) $args[$column];
            $columns[] = $column . ' = ?';
            // As WHMCS's own forms store it: its mails and pages print these columns as they are, into HTML.
            $bindings[] = $column === 'password' ? Cipher::encryptForWhmcs($value) : Typed::encoded($value);
        }
        if ($columns === []) {
            return ['changed' => 0];
        }
        $bindings[] = (int) ($args['service_id'] ?? 0);
        $sql = 'UPDATE tblhosting SET ' . implode(', ', $columns) . ' WHERE id = ?';
        return ['changed' => $this->database->affect($sql, $bindings)];
    }

    /**
     * @param array<mixed> $services each id, bwusage and disklimit in MB; a limit of 0 leaves the column as it is
     * @return array{changed: int}
     */
    private function updateUsage(array $services): array
    {
        $changed = 0;
        foreach ($services as $service) {
            $service = (array) $service;
            $limit = (int) ($service['disklimit'] ?? 0);
            $bindings = [(int) ($service['bwusage'] ?? 0), date('Y-m-d H:i:s')];
            $sql = 'UPDATE tblhosting SET bwusage = ?, lastupdate = ?';
            if ($limit > 0) {
                $sql .= ', disklimit = ?';
                $bindings[] = $limit;
            }
            $bindings[] = (int) ($service['id'] ?? 0);
            $changed += $this->database->affect($sql . ' WHERE id = ?', $bindings);
        }
        return ['changed' => $changed];
    }

    /** @return array<string, mixed> Empty when WHMCS has no such server. */
    private function server(int $id): array
    {
        $rows = $this->tables->select(
            'SELECT id, name, ipaddress, hostname, username, password, accesshash, secure, port, assignedips'
            . ' FROM tblservers WHERE id = ?',
            [$id]
        );
        return $rows === [] ? [] : $this->services->server($rows[0]);
    }

    /** @return list<int> Every service of this module, also cancelled and terminated ones. */
    private function serviceIds(?int $server): array
    {
        $sql = 'SELECT h.id FROM tblhosting h JOIN tblproducts p ON p.id = h.packageid WHERE p.servertype = ?';
        $bindings = ['puqProxmoxKVM'];
        if ($server !== null) {
            $sql .= ' AND h.server = ?';
            $bindings[] = $server;
        }
        return array_map('intval', array_column($this->tables->select($sql . ' ORDER BY h.id', $bindings), 'id'));
    }
}
