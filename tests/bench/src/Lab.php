<?php

declare(strict_types=1);

namespace Bench;

use Support\Cluster;
use Support\Pool;
use Support\Problem;
use Support\Screen;
use Support\Shop;
use Support\Simulator;
use Support\Site;

/** What every measurement stands on: a database server, sites on it, and the scenario's cluster over HTTPS. */
final class Lab
{
    /** Durations of the scenario are multiplied by this, and so is the pause between two looks at a task. */
    public const SCALE = 0.1;

    /** Real milliseconds between the first looks at a task; the product's own are 100. */
    public const LOOK_MS = 10;

    /** The templates, each on a node of its own. */
    public const SYSTEMS = ['9001|Debian 12', '9002|Ubuntu 24.04', '9003|Alma 9', '9004|Rocky 9'];

    private const POOL = '10.20.0.10-10.20.255.250/16,10.20.0.1';

    public readonly string $directory;
    private Mariadb $mariadb;

    /** The cluster listens here each time, so that a site's server entry stays right. */
    private int $port;
    private ?Simulator $cluster = null;

    public function __construct(public readonly string $extension, private string $simulator)
    {
        $this->directory = sys_get_temp_dir() . '/bench-' . getmypid();
        mkdir($this->directory, 0700, true);
        $this->mariadb = new Mariadb($this->directory . '/mariadb');
        $this->port = \Support\Port::free();
    }

    public function database(string $name): \PDO
    {
        return $this->mariadb->open($name);
    }

    /** A new cluster of the scenario, instead of the one before. */
    public function cluster(float $scale = self::SCALE): Simulator
    {
        $this->stopCluster();
        @unlink($this->directory . '/cluster/journal.jsonl');
        $this->cluster = new Simulator($this->simulator, $this->directory . '/cluster', [
            '--scenario', dirname(__DIR__) . '/scenario.json', '--scale', (string) $scale,
            '--listen', "pve1=127.0.0.1:{$this->port}",
        ]);
        return $this->cluster;
    }

    public function stopCluster(): void
    {
        if ($this->cluster !== null) {
            $this->cluster->stop();
            $this->cluster = null;
        }
    }

    /** @return array<int, array<string, mixed>> every request that the cluster got */
    public function journal(): array
    {
        $lines = file($this->directory . '/cluster/journal.jsonl', FILE_IGNORE_NEW_LINES) ?: [];
        return array_map(static fn (string $line): array => (array) json_decode($line, true), $lines);
    }

    /** The present cluster, to meddle with it and to ask it. */
    public function simulated(): Cluster
    {
        if ($this->cluster === null) {
            throw new Problem('There is no cluster yet.');
        }
        return $this->cluster->cluster();
    }

    /**
     * A site with its own database that sells VMs of the present cluster.
     *
     * @param array<string, string> $product Settings that differ from the bench's usual ones.
     */
    public function site(string $name, array $product = []): Site
    {
        if ($this->cluster === null) {
            throw new Problem('There is no cluster yet.');
        }
        $site = new Site($this->directory . '/' . $name, $this->extension);
        $site->install('http://127.0.0.1', ['--switch', 'strict=1', '--db', $this->mariadb->dsn($name)]);
        $place = $this->cluster->place(9001);
        (new Shop($site, new Screen()))->open($this->cluster->server(), $place, [Pool::parse(self::POOL)], $product + [
            'node' => 'automatically', 'clone_type' => 'full', 'additional_size' => '0', 'ram' => '1',
            'template' => '9001', 'system_size' => '10', 'username' => 'bench', 'backups' => '1',
            'backup_storage' => $this->cluster->value('backup_storage'),
        ], ['--options', 'Operating System', '--templates', implode(',', self::SYSTEMS)]);
        $this->database($name)->exec(
            "INSERT INTO puq_proxmox_kvm_settings (name, value) VALUES ('task_look_ms', '" . self::LOOK_MS . "')"
        );
        return $site;
    }

    /**
     * Works inside a site, in a process that has the extension.
     *
     * @param array<string, mixed> $request
     * @return array<mixed>
     */
    public function inside(Site $site, string $verb, array $request): array
    {
        return \Support\Inside::ask($site->root(), $this->extension, Inside::class, $verb, $request);
    }

    /** @param bool $keep Whether everything is left for somebody to look at. */
    public function close(bool $keep): void
    {
        $this->stopCluster();
        $this->mariadb->stop();
        if (!$keep) {
            exec('rm -rf ' . escapeshellarg($this->directory));
        }
    }
}
