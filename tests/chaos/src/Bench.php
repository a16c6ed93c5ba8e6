<?php

declare(strict_types=1);

namespace Chaos;

use Support\Cluster;
use Support\Pool;
use Support\Screen;
use Support\Shop;
use Support\Simulator;
use Support\Site;

/** A simulated cluster, fast, and a site that sells on it. */
final class Bench
{
    /** With how many of the simulator's endpoints WHMCS speaks; the rest are the test's own. */
    private const ENDPOINTS = 2;

    public readonly Simulator $simulator;
    public readonly Site $site;

    /**
     * @param string $dsn The site's database.
     * @param string $url Where the site is served.
     */
    public function __construct(private string $directory, Plan $plan, string $dsn, string $url)
    {
        $options = ['--scenario', 'demo', '--scale', '0.05', '--seed', (string) $plan->seed];
        foreach (['pve1', 'pve2', 'pve3'] as $node) {
            array_push($options, '--listen', "$node=127.0.0.1:0");
        }
        $program = (string) getenv('DEMO_SIMULATOR');
        $this->simulator = new Simulator($program, $this->directory . '/cluster', $options);
        $this->site = new Site($this->directory . '/site', (string) getenv('TEST_EXTENSION'));
        $this->site->install($url, ['--switch', 'strict=1', '--db', $dsn]);
        $this->furnish($plan);
    }

    public function cluster(): Cluster
    {
        return $this->simulator->cluster();
    }

    public function journal(): string
    {
        return $this->directory . '/cluster/journal.jsonl';
    }

    /** Bytes of the journal: it grows by a line with each request that the cluster got. */
    public function journalSize(): int
    {
        clearstatcache(true, $this->journal());
        return is_file($this->journal()) ? (int) filesize($this->journal()) : 0;
    }

    /** @param bool $keep Whether site and journal are left for somebody to look at. */
    public function close(bool $keep): void
    {
        $this->simulator->stop();
        if (!$keep) {
            exec('rm -rf ' . escapeshellarg($this->directory));
        }
    }

    /** A server, a product and its addresses. */
    private function furnish(Plan $plan): void
    {
        $server = $this->simulator->server(self::ENDPOINTS);
        $last = long2ip((int) ip2long('10.20.0.9') + $plan->addresses);
        $pools = [Pool::parse("10.20.0.10-$last/16,10.20.0.1")];
        (new Shop($this->site, new Screen()))->open($server, $this->simulator->place(), $pools, [
            'node' => 'automatically', 'clone_type' => $plan->full ? 'full' : 'linked', 'first_vmid' => '200',
            // Whatever the template lies on: linked clones stay there, full ones come here.
            'system_storage' => 'nfs-vm', 'additional_storage' => 'nfs-vm', 'backup_storage' => 'pbs-backup',
            'iso_storage' => 'nfs-iso', 'backups' => '2', 'snapshots' => '2',
        ], ['--options', 'RAM,Operating System', '--templates', '9000|Debian 12,9001|Debian 12 shared']);
    }
}
