<?php

declare(strict_types=1);

namespace Bench;

use Support\Problem;
use Support\Site;

/** From paid orders to running VMs: ours, the bound, and one after another. */
final class Deploys
{
    /** VMs that the sequential driver makes; more take so many times longer. */
    public const SEQUENCE = 10;

    /** No deploy takes longer than this, in seconds. */
    private const PATIENCE = 600;

    private Site $site;

    public function __construct(private Lab $lab)
    {
        $lab->cluster();
        $this->site = $lab->site('deploys');
    }

    public function site(): Site
    {
        return $this->site;
    }

    /**
     * Orders at once, ticks back to back until all are ready.
     *
     * @return array{seconds: float, ticks: int, calls: float, looks: float, peak: int, bound: float, by: string}
     */
    public function run(int $orders, bool $warm): array
    {
        $this->lab->cluster();
        $database = $this->lab->database('deploys');
        if (!$warm) {
            $database->exec('DELETE FROM puq_proxmox_kvm_limits');
        }
        $this->lab->inside($this->site, 'orders', ['number' => $orders, 'systems' => Lab::SYSTEMS]);
        $before = count($this->lab->journal());
        $began = hrtime(true);
        $peak = 0;
        $ticks = 0;
        do {
            $peak = max($peak, $this->tick());
            $seconds = (hrtime(true) - $began) / 1e9;
            $ticks++;
            $open = $this->open($database);
        } while ($open > 0 && $seconds < self::PATIENCE);
        if ($open > 0) {
            throw new Problem("$open of $orders orders are not ready after $ticks ticks; see cron.log.");
        }
        $looks = 0;
        $calls = 0;
        foreach (array_slice($this->lab->journal(), $before) as $entry) {
            strpos((string) $entry['path'], '/tasks') !== false ? $looks++ : $calls++;
        }
        $order = 'template=9001&templates=4&full=1&migrate=1&spread=1';
        $bound = $this->lab->simulated()->simulated("bound?deploys=$orders&$order");
        return [
            'seconds' => $seconds, 'ticks' => $ticks, 'calls' => $calls / $orders, 'looks' => $looks / $orders,
            'peak' => $peak, 'bound' => (float) $bound['seconds'], 'by' => (string) $bound['limited_by'],
        ];
    }

    /** @return int Bytes its process had in memory at most. */
    private function tick(): int
    {
        $command = $this->site->cron(['--task=processVirtualMachines']);
        $log = ['file', $this->lab->directory . '/cron.log', 'a'];
        $handle = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes);
        $peak = 0;
        do {
            $status = proc_get_status($handle);
            $peak = max($peak, Inside::peak((string) $status['pid']));
            usleep(20000);
        } while ($status['running']);
        proc_close($handle);
        return $peak;
    }

    private function open(\PDO $database): int
    {
        $query = "SELECT COUNT(*) FROM puqProxmoxKVM_vm_info WHERE vm_status <> 'ready'";
        return (int) $database->query($query)->fetchColumn();
    }

    /** @return array{seconds: float, calls: float} One after another, on a cluster of its own. */
    public function sequential(): array
    {
        $cluster = $this->lab->cluster();
        $driver = new Driver($cluster->value('url'), $cluster->value('token_id'), $cluster->value('token_secret'));
        $began = hrtime(true);
        for ($number = 0; $number < self::SEQUENCE; $number++) {
            $home = $number % count(Lab::SYSTEMS) + 1;
            $driver->deploy(
                9000 + $home,
                "pve$home",
                'pve' . ($number % 10 + 1),
                3000 + $number,
                '10.20.9.' . ($number + 1)
            );
        }
        return [
            'seconds' => (hrtime(true) - $began) / 1e9,
            'calls' => $driver->calls() / self::SEQUENCE,
        ];
    }

    /** @return int Bytes that WHMCS itself needs in such a process, without the extension. */
    public function idlePeak(): int
    {
        return (int) \Support\Inside::ask($this->site->root(), '', Inside::class, 'peak', [])['peak'];
    }
}
