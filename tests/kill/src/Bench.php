<?php

declare(strict_types=1);

namespace Kill;

use Demo\Cluster;
use Demo\Place;
use Demo\Pool;
use Demo\Process;
use Demo\Screen;
use Demo\Settings;
use Demo\Shop;
use Demo\Simulator;
use Demo\Site;

/** A simulated cluster, fast, and a site that sells on it. */
final class Bench
{
    /** Room for some thousand orders. */
    private const POOL = '10.20.0.10-10.20.39.250/16,10.20.0.1';

    /** @var string */
    private $directory;

    /** @var Simulator */
    private $simulator;

    /** @var Site */
    private $site;

    public function __construct(string $extension, string $simulator)
    {
        $this->directory = sys_get_temp_dir() . '/kill-' . getmypid();
        // Durations as on a fast cluster, ten times as fast: one deploy takes one to two seconds.
        $options = ['--scenario', 'demo', '--scale', '0.1', '--listen', 'pve1=127.0.0.1:0'];
        $this->simulator = new Simulator($simulator, $this->directory . '/cluster', $options);
        $this->site = new Site($this->directory . '/site', $extension);
        $this->site->install('http://127.0.0.1', ['--switch', 'strict=1']);
        $wanted = new Settings();
        $wanted->template = (int) $this->simulator->value('template');
        $place = Place::find($this->cluster(), $wanted);
        $parts = parse_url($this->simulator->value('url'));
        (new Shop($this->site, new Screen()))->open([
            'host' => $parts['host'], 'port' => $parts['port'], 'user' => $this->simulator->value('token_id'),
            'secret' => $this->simulator->value('token_secret'),
            'fingerprint' => $this->simulator->value('fingerprint'),
        ], $place, [Pool::parse(self::POOL)], ['ram' => '0.25', 'node' => 'automatically'], ['--options', 'none']);
    }

    public function directory(): string
    {
        return $this->directory;
    }

    public function site(): Site
    {
        return $this->site;
    }

    public function cluster(): Cluster
    {
        return $this->simulator->cluster();
    }

    /** Bytes of the journal: it grows by a line with each request that the cluster got. */
    public function journalSize(): int
    {
        $file = $this->directory . '/cluster/journal.jsonl';
        clearstatcache(true, $file);
        return is_file($file) ? (int) filesize($file) : 0;
    }

    public function close(): void
    {
        $this->simulator->stop();
    }

    /** A run of the cron beside this program. */
    public function cron(): Process
    {
        return new Process($this->site->cron(['--force']), [], $this->directory . '/cron.log');
    }
}
