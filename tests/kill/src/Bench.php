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
    /** @var string */
    private $directory;

    /** @var Simulator */
    private $simulator;

    /** @var Site */
    private $site;

    public function __construct(string $directory, string $extension, string $simulator, Setup $setup)
    {
        $this->directory = $directory;
        $this->simulator = new Simulator($simulator, $this->directory . '/cluster', $setup->simulator);
        $this->site = new Site($this->directory . '/site', $extension);
        $this->site->install($setup->url, $setup->install);
        $wanted = new Settings();
        $wanted->template = (int) $this->simulator->value('template');
        $place = Place::find($this->cluster(), $wanted);
        $addresses = array_map('parse_url', array_slice($this->simulator->values('urls'), 0, $setup->endpoints));
        $others = array_map(static function (array $parts): string {
            return $parts['host'] . ':' . $parts['port'];
        }, array_slice($addresses, 1));
        (new Shop($this->site, new Screen()))->open([
            'host' => $addresses[0]['host'], 'port' => $addresses[0]['port'], 'endpoints' => $others,
            'user' => $this->simulator->value('token_id'),
            'secret' => $this->simulator->value('token_secret'),
            'fingerprint' => $this->simulator->value('fingerprint'),
        ], $place, [Pool::parse($setup->pool)], $setup->product, $setup->options);
    }

    public function directory(): string
    {
        return $this->directory;
    }

    public function site(): Site
    {
        return $this->site;
    }

    public function simulator(): Simulator
    {
        return $this->simulator;
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

    /** A run of the cron beside this program. */
    public function cron(): Process
    {
        return new Process($this->site->cron(['--force']), [], $this->directory . '/cron.log');
    }
}
