<?php

declare(strict_types=1);

namespace Support;

/** A cluster, simulated or somebody's own, and beside it a stand-in WHMCS that sells on it. */
final class Premises
{
    /** Addresses that the simulated cluster hands out: networks reserved for documentation. */
    private const POOLS = [
        '203.0.113.10-203.0.113.99/24,203.0.113.1', '2001:db8:77::10-2001:db8:77::99/64,2001:db8:77::1',
    ];

    /** The zones of those networks, and the one of the product's main domain. */
    public const ZONES = ['example.com', '113.0.203.in-addr.arpa', '7.7.0.0.8.b.d.0.1.0.0.2.ip6.arpa'];

    public readonly Site $site;
    public readonly Shop $shop;
    private ?Simulator $simulator = null;
    private ?Cluster $cluster = null;
    private Place $place;
    private string $fingerprint;

    public function __construct(private Settings $settings, private Screen $screen)
    {
        $this->site = new Site($settings->state('site'), $settings->extension);
        $this->shop = new Shop($this->site, $screen);
    }

    /**
     * Starts the simulator, with an empty site beside it, or finds out what somebody's own cluster offers.
     *
     * @param string[] $options The simulator's.
     * @throws Problem when the cluster is not there
     */
    public function find(array $options): void
    {
        if (!is_dir($this->settings->directory)) {
            // It will hold a token's secret and the key to it.
            mkdir($this->settings->directory, 0700, true);
        }
        $this->settings->isReal() ? $this->findOwn() : $this->simulate($options);
    }

    /**
     * Installs the site, with a server, a product, address pools and a client.
     *
     * @param array<string, string> $own Settings of the product that differ from the demo's usual ones.
     * @param string[] $options Further words for the seeding: configurable options.
     * @param string[] $install Further words for the installation: a database, switches.
     */
    public function furnish(array $own, array $options, array $install = []): void
    {
        $this->screen->step('A stand-in WHMCS with a server, a product, address pools and a client');
        $this->site->install('http://127.0.0.1:' . $this->settings->port, $install);
        $this->shop->open($this->server(), $this->place, $this->pools(), $own, $options);
        $this->screen->table(['site' => $this->site->root(), 'addresses' => implode('; ', $this->pools()) ?: 'DHCP']);
    }

    /** Whether the cluster was found: before, there is nothing to look at. */
    public function isOpen(): bool
    {
        return $this->cluster !== null;
    }

    public function cluster(): Cluster
    {
        return $this->cluster;
    }

    public function place(): Place
    {
        return $this->place;
    }

    /** A value of the simulator's ready file; '' on somebody's own cluster. */
    public function simulated(string $name): string
    {
        return $this->simulator === null ? '' : $this->simulator->value($name);
    }

    /** @return Pool[] */
    public function pools(): array
    {
        if ($this->settings->isReal()) {
            return $this->settings->pool === null ? [] : [$this->settings->pool];
        }
        return array_map([Pool::class, 'parse'], self::POOLS);
    }

    /** Ends the simulator; what is on somebody's own cluster stays. */
    public function close(): void
    {
        if ($this->simulator !== null) {
            $this->simulator->stop();
        }
    }

    /** @param string[] $options */
    private function simulate(array $options): void
    {
        $this->screen->step('A simulated Proxmox VE cluster');
        $this->site->remove();
        @unlink($this->settings->state('cluster/journal.jsonl'));
        $this->simulator = new Simulator($this->settings->simulator, $this->settings->state('cluster'), $options);
        $this->screen->table([
            'address' => $this->simulated('url'), 'version' => $this->simulated('version'),
            'token' => $this->simulated('token_id'), 'certificate' => $this->simulated('fingerprint'),
        ]);
        $this->cluster = $this->simulator->cluster();
        $this->fingerprint = $this->simulated('fingerprint');
        $wanted = clone $this->settings;
        $wanted->template = (int) $this->simulated('template');
        $this->place = Place::find($this->cluster, $wanted);
    }

    private function findOwn(): void
    {
        $this->screen->step('The cluster ' . $this->settings->url);
        $this->fingerprint = $this->settings->fingerprint;
        if ($this->fingerprint === '') {
            $this->fingerprint = Cluster::fingerprintOf($this->settings->url);
            $this->screen->line('No PVE_FINGERPRINT given: the server shows this one, and it is pinned from here on.');
            $this->screen->line('Compare it with the node\'s Certificates page before you trust it.');
        }
        $this->cluster = new Cluster(
            $this->settings->url,
            $this->settings->tokenId,
            $this->settings->tokenSecret,
            $this->fingerprint
        );
        $version = (array) $this->cluster->get('/version');
        $this->place = Place::find($this->cluster, $this->settings);
        $this->screen->table([
            'version' => $version['version'] ?? '', 'certificate' => $this->fingerprint,
            'template' => "{$this->place->template} ({$this->place->templateName})", 'node' => $this->place->node,
            'storage' => $this->place->storage, 'bridge' => $this->place->bridge,
            'addresses' => (string) ($this->settings->pool ?? 'by DHCP (no PVE_POOL given)'),
        ]);
        (new Record($this->settings->state('cluster.json')))->open($this->settings->url, $this->fingerprint);
    }

    /** @return array{host: string, port: int|string, user: string, secret: string, fingerprint: string} */
    private function server(): array
    {
        $real = $this->settings->isReal();
        $parts = parse_url($real ? $this->settings->url : $this->simulated('url'));
        return [
            'host' => trim((string) $parts['host'], '[]'), 'port' => $parts['port'],
            'user' => $real ? $this->settings->tokenId : $this->simulated('token_id'),
            'secret' => $real ? $this->settings->tokenSecret : $this->simulated('token_secret'),
            'fingerprint' => $this->fingerprint,
        ];
    }
}
