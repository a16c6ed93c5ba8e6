<?php

declare(strict_types=1);

namespace Bench;

/** A tick with nothing to do, with few services and with many. */
final class Rest
{
    public const SIZES = [10, 1000, 10000, 100000];

    private const TICKS = 15;

    public function __construct(private Lab $lab)
    {
    }

    /** @return array<int, array{wall: float, queries: int, rows: int, calls: int, peak: int}> by number of services */
    public function run(): array
    {
        $this->lab->cluster();
        $sites = [];
        foreach (self::SIZES as $services) {
            $sites[$services] = $this->lab->site("rest$services");
            $this->fill("rest$services", $services);
        }
        $walls = [];
        $results = [];
        // In turns, so that a machine that is slow for a while is slow for all.
        for ($round = 0; $round < 6; $round++) {
            foreach ($sites as $services => $site) {
                $before = count($this->lab->journal());
                $rest = $this->lab->inside($site, 'rest', ['ticks' => self::TICKS]);
                $walls[$services] = array_merge($walls[$services] ?? [], $rest['walls']);
                $results[$services] = [
                    'wall' => self::median($walls[$services]), 'queries' => (int) max($rest['queries']),
                    'rows' => (int) max($rest['rows']), 'calls' => count($this->lab->journal()) - $before,
                    'peak' => (int) $rest['peak'],
                ];
            }
        }
        return $results;
    }

    /** @param float[] $values */
    public static function median(array $values): float
    {
        sort($values);
        return (float) $values[intdiv(count($values), 2)];
    }

    private function fill(string $site, int $services): void
    {
        $database = $this->lab->database($site);
        $database->exec("UPDATE puq_proxmox_kvm_tasks SET minutes = 0 WHERE task = 'collectingStatistics'");
        $database->exec(
            "INSERT INTO puq_proxmox_kvm_tasks (task, minutes) SELECT 'collectingStatistics', 0 FROM DUAL "
            . "WHERE NOT EXISTS (SELECT 1 FROM puq_proxmox_kvm_tasks WHERE task = 'collectingStatistics')"
        );
        $all = "FROM (SELECT seq AS n FROM seq_1_to_$services) AS numbers";
        // As far ahead as each may lie: what lies further came from a wrong clock and is planned anew.
        $soon = time() + 6 * 86400;
        $today = time() + 43200;
        $schedule = json_encode(['1' => '03:10']);
        foreach (
            [
                "INSERT INTO puqProxmoxKVM_vm_info (service_id, server_id, product_id, cluster, vm_id, vm_name, "
                . "vm_status, node, owner_mark, vm_backup_schedule, next_backup_at, next_snapshot_at, "
                . "snapshot_look_at, rev) "
                . "SELECT n, 1, 1, 'bench', 10000 + n, CONCAT('vm-', n), 'ready', CONCAT('pve', 1 + n % 10), "
                . "LPAD(HEX(n), 32, '0'), '$schedule', $soon, $soon, $today, 40 $all",
                "INSERT INTO puq_proxmox_kvm_leases (service_id, holder, expires_at) SELECT n, '', 0 $all",
                "INSERT INTO puq_proxmox_kvm_vmids (cluster, vmid, service_id, state) "
                . "SELECT 'bench', 10000 + n, n, 'held' $all",
                "INSERT INTO puq_proxmox_kvm_addresses (scope, family, address, service_id, position, text, prefix, "
                . "state) SELECT 'bench|vmbr0|0', 4, LPAD(HEX(n), 32, '0'), n, 0, CONCAT('10.', n), 16, 'held' $all",
                "INSERT INTO puq_proxmox_kvm_operations (id, service_id, kind, vmid, sent_at, deadline, outcome, "
                . "ended_at) SELECT LPAD(HEX(n), 32, '0'), n, 'start', 10000 + n, 1, 2, 'done', UNIX_TIMESTAMP() $all",
                "INSERT INTO puq_proxmox_kvm_runs (id, service_id, flow, started_at, finished_at, result) "
                . "SELECT LPAD(HEX(n), 32, '0'), n, 'Deploy', 1, 2, 'success' $all",
                'ANALYZE TABLE puqProxmoxKVM_vm_info, puq_proxmox_kvm_leases, puq_proxmox_kvm_operations, '
                . 'puq_proxmox_kvm_addresses, puq_proxmox_kvm_vmids',
            ] as $statement
        ) {
            $database->query($statement)->closeCursor();
        }
    }
}
