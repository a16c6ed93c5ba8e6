<?php

declare(strict_types=1);

namespace Bench;

use Demo\Place;
use Demo\Pool;
use Demo\Problem;
use Demo\Screen;
use Demo\Settings;
use Demo\Shop;
use Demo\Simulator;
use Demo\Site;

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

    /** @var string */
    private $directory;

    /** @var string */
    private $extension;

    /** @var string */
    private $simulator;

    /** @var Mariadb */
    private $mariadb;

    /** @var int The cluster listens here each time, so that a site's server entry stays right. */
    private $port;

    /** @var Simulator|null */
    private $cluster;

    public function __construct(string $extension, string $simulator)
    {
        $this->extension = $extension;
        $this->simulator = $simulator;
        $this->directory = sys_get_temp_dir() . '/bench-' . getmypid();
        mkdir($this->directory, 0700, true);
        $this->mariadb = new Mariadb($this->directory . '/mariadb');
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        $this->port = (int) substr((string) strrchr((string) stream_socket_get_name($socket, false), ':'), 1);
        fclose($socket);
    }

    public function directory(): string
    {
        return $this->directory;
    }

    public function extension(): string
    {
        return $this->extension;
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
        return array_map(static function (string $line): array {
            return (array) json_decode($line, true);
        }, $lines);
    }

    /**
     * Meddles with the simulated cluster, or asks it.
     *
     * @param array<string, mixed>|null $change Null only asks.
     * @return mixed
     */
    public function control(string $what, ?array $change = null)
    {
        $context = stream_context_create([
            'http' => [
                'method' => $change === null ? 'GET' : 'POST', 'ignore_errors' => true,
                'header' => 'Content-Type: application/json',
                'content' => $change === null ? '' : (string) json_encode($change),
            ],
            'ssl' => ['verify_peer' => false, 'verify_peer_name' => false],
        ]);
        $text = file_get_contents("https://127.0.0.1:{$this->port}/sim/$what", false, $context);
        $answer = (array) json_decode((string) $text, true);
        if (!array_key_exists('data', $answer)) {
            throw new Problem("The simulator refuses $what: $text");
        }
        return $answer['data'];
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
        $wanted = new Settings();
        $wanted->template = 9001;
        $place = Place::find($this->cluster->cluster(), $wanted);
        (new Shop($site, new Screen()))->open([
            'host' => '127.0.0.1', 'port' => $this->port, 'user' => $this->cluster->value('token_id'),
            'secret' => $this->cluster->value('token_secret'), 'fingerprint' => $this->cluster->value('fingerprint'),
        ], $place, [Pool::parse(self::POOL)], $product + [
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
