<?php

declare(strict_types=1);

namespace Contract;

use PuqProxmoxKvm\Native;
use WHMCS\Database\Capsule;

/** How the database finds what a tick asks for. */
final class Plans
{
    /** Tables that grow with the number of services or with time. */
    private const LARGE = [
        'puqProxmoxKVM_vm_info', 'puqProxmoxKVM_statistics', 'puq_proxmox_kvm_leases', 'puq_proxmox_kvm_vmids',
        'puq_proxmox_kvm_addresses', 'puq_proxmox_kvm_operations', 'puq_proxmox_kvm_runs',
    ];

    /**
     * A tick with every task due and nothing to do, among so many services.
     *
     * @return array{asked: int, scans: string[], noticed: string[]}
     */
    public static function ofATick(int $services): array
    {
        self::fill($services);
        $connection = Capsule::connection();
        $connection->statement("update puq_proxmox_kvm_tasks set minutes = 0 where task = 'collectingStatistics'");
        // The first run prepares the task list.
        self::cron();
        $connection->statement('update puq_proxmox_kvm_tasks set last_run = null');
        $connection->enableQueryLog();
        self::cron();
        $connection->disableQueryLog();
        $scans = [];
        $log = $connection->getQueryLog();
        foreach ($log as ['query' => $query, 'bindings' => $bindings]) {
            $scans = array_merge($scans, self::scans($query, $bindings));
        }
        $all = 'select service_id from puqProxmoxKVM_vm_info where vm_name = ?';
        return ['asked' => count($log), 'scans' => $scans, 'noticed' => self::scans($all, ['nobody'])];
    }

    /**
     * @param array<mixed> $bindings
     * @return string[] what it reads from its beginning to its end
     */
    private static function scans(string $query, array $bindings): array
    {
        if (preg_match('/^\s*(select|update|delete)\b/i', $query) !== 1 || self::large($query) === []) {
            return [];
        }
        $server = Capsule::connection()->getDriverName() === 'mysql';
        $scans = [];
        $explain = ($server ? 'explain ' : 'explain query plan ') . $query;
        foreach (Capsule::connection()->select($explain, $bindings) as $row) {
            $row = array_change_key_case((array) $row);
            $reads = $server
                ? in_array($row['type'], ['ALL', 'index'], true) && $row['rows'] > 100
                : self::isScan((string) $row['detail']);
            if ($reads) {
                $scans[] = $query . ': ' . json_encode($row);
            }
        }
        return $scans;
    }

    /** SQLite's word for it; a small table of ours, and what is no table, may be read whole. */
    private static function isScan(string $detail): bool
    {
        if (strncmp($detail, 'SCAN ', 5) !== 0 || $detail === 'SCAN CONSTANT ROW') {
            return false;
        }
        $table = explode(' ', $detail)[1];
        return stripos($table, 'puq') !== 0 || in_array($table, self::LARGE, true);
    }

    /** @return string[] */
    private static function large(string $query): array
    {
        return array_filter(self::LARGE, static fn (string $table): bool => stripos($query, $table) !== false);
    }

    private static function cron(): void
    {
        $output = '';
        // It flushes each line: what is told here goes nowhere else.
        ob_start(static function (string $text) use (&$output): string {
            $output .= $text;
            return '';
        }, 1);
        $status = Native::call('cron_main', ['cron.php']);
        ob_end_clean();
        if ($status !== 0) {
            throw new \RuntimeException("The cron ended with $status: $output");
        }
    }

    private static function fill(int $services): void
    {
        // As far ahead as each may lie: what lies further came from a wrong clock and is planned anew.
        $soon = time() + 6 * 86400;
        $today = time() + 43200;
        for ($number = 100000; $number < 100000 + $services; $number++) {
            $key = str_pad(dechex($number), 32, '0', STR_PAD_LEFT);
            $rows = [
                'puqProxmoxKVM_vm_info' => [
                    'service_id' => $number, 'server_id' => 1, 'product_id' => 1, 'cluster' => 'main',
                    'vm_id' => $number, 'vm_name' => "vm-$number", 'vm_status' => 'ready', 'node' => 'pve1',
                    'owner_mark' => $key, 'next_backup_at' => $soon, 'next_snapshot_at' => $soon,
                    'snapshot_look_at' => $today, 'rev' => 40,
                ],
                'puqProxmoxKVM_statistics' => ['service_id' => $number, 'hour' => intdiv(time(), 3600)],
                'puq_proxmox_kvm_leases' => ['service_id' => $number, 'holder' => '', 'expires_at' => 0],
                'puq_proxmox_kvm_vmids' => [
                    'cluster' => 'main', 'vmid' => $number, 'service_id' => $number, 'state' => 'held',
                ],
                'puq_proxmox_kvm_addresses' => [
                    'scope' => 'main|vmbr0|0', 'family' => 4, 'address' => $key, 'service_id' => $number,
                    'text' => "10.$number", 'state' => 'held',
                ],
                'puq_proxmox_kvm_operations' => [
                    'id' => $key, 'service_id' => $number, 'kind' => 'start', 'sent_at' => 1, 'deadline' => 2,
                    'outcome' => 'done', 'ended_at' => time(),
                ],
                'puq_proxmox_kvm_runs' => [
                    'id' => $key, 'service_id' => $number, 'flow' => 'Deploy', 'started_at' => 1, 'result' => 'success',
                ],
            ];
            foreach ($rows as $table => $row) {
                $filled[$table][] = $row;
            }
        }
        foreach ($filled ?? [] as $table => $rows) {
            foreach (array_chunk($rows, 50) as $some) {
                Capsule::table($table)->insert($some);
            }
        }
        // A server counts its rows by itself now and then, SQLite never does.
        if (Capsule::connection()->getDriverName() === 'mysql') {
            Capsule::connection()->select('analyze table ' . implode(', ', self::LARGE));
        }
    }
}
