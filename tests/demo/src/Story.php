<?php

declare(strict_types=1);

namespace Demo;

/** The demo from an empty directory to a running VM that one can click around in. */
final class Story
{
    /** Addresses that the simulated cluster hands out: networks reserved for documentation. */
    private const POOLS = [
        '203.0.113.10-203.0.113.99/24,203.0.113.1', '2001:db8:77::10-2001:db8:77::99/64,2001:db8:77::1',
    ];

    /** The zones of those networks, and the one of the product's main domain. */
    private const ZONES = ['example.com', '113.0.203.in-addr.arpa', '7.7.0.0.8.b.d.0.1.0.0.2.ip6.arpa'];

    /** @var Settings */
    private $settings;

    /** @var Screen */
    private $screen;

    /** @var Site */
    private $site;

    /** @var Shop */
    private $shop;

    public function __construct(Settings $settings, Screen $screen)
    {
        $this->settings = $settings;
        $this->screen = $screen;
        $this->site = new Site($settings->state('site'), $settings->extension);
        $this->shop = new Shop($this->site, $screen);
    }

    /** @throws Problem when the VM does not become ready */
    public function tell(): void
    {
        if (!is_dir($this->settings->directory)) {
            // It will hold a token's secret and the key to it.
            mkdir($this->settings->directory, 0700, true);
        }
        $simulator = null;
        try {
            if ($this->settings->isReal()) {
                $cluster = $this->real();
            } else {
                $simulator = $this->simulated();
                $cluster = $simulator->cluster();
            }
            $service = $this->order();
            $this->screen->step('The cron, until the VM is ready');
            // A real cluster may copy a large disk.
            $this->shop->deliver($service, $this->settings->isReal() ? 1800 : 120);
            $this->show($cluster, $service);
            if (!$this->settings->once) {
                (new Visit($this->site, $this->screen, $this->settings->port))->host($service);
            }
        } finally {
            if ($simulator !== null) {
                $simulator->stop();
            }
        }
    }

    private function simulated(): Simulator
    {
        $this->screen->step('A simulated Proxmox VE cluster');
        $this->site->remove();
        @unlink($this->settings->state('cluster/journal.jsonl'));
        $options = ['--scenario', 'demo', '--scale', '0.2', '--listen', 'pve1=127.0.0.1:0'];
        $simulator = new Simulator($this->settings->simulator, $this->settings->state('cluster'), $options);
        $this->screen->table([
            'address' => $simulator->value('url'), 'version' => $simulator->value('version'),
            'token' => $simulator->value('token_id'), 'certificate' => $simulator->value('fingerprint'),
        ]);
        $cluster = $simulator->cluster();
        $wanted = clone $this->settings;
        $wanted->template = (int) $simulator->value('template');
        $place = Place::find($cluster, $wanted);
        $parts = parse_url($simulator->value('url'));
        $this->furnish($place, [
            'host' => $parts['host'], 'port' => $parts['port'], 'user' => $simulator->value('token_id'),
            'secret' => $simulator->value('token_secret'), 'fingerprint' => $simulator->value('fingerprint'),
        ], array_map([Pool::class, 'parse'], self::POOLS), [
            'cpu' => '2', 'ram' => '2', 'system_size' => '20', 'additional_size' => '10',
            // A linked clone could not leave the template's node.
            'node' => 'automatically', 'clone_type' => 'full',
            'system_read_mbps' => '200', 'system_write_mbps' => '200',
            'backup_storage' => $simulator->value('backup_storage'), 'iso_storage' => $simulator->value('iso_storage'),
        ]);
        $this->shop->name($this->settings->state('zones'), self::ZONES);
        return $simulator;
    }

    private function real(): Cluster
    {
        $this->screen->step('The cluster ' . $this->settings->url);
        $fingerprint = $this->settings->fingerprint;
        if ($fingerprint === '') {
            $fingerprint = Cluster::fingerprintOf($this->settings->url);
            $this->screen->line('No PVE_FINGERPRINT given: the server shows this one, and it is pinned from here on.');
            $this->screen->line('Compare it with the node\'s Certificates page before you trust it.');
        }
        $cluster = new Cluster(
            $this->settings->url,
            $this->settings->tokenId,
            $this->settings->tokenSecret,
            $fingerprint
        );
        $version = (array) $cluster->get('/version');
        $place = Place::find($cluster, $this->settings);
        $this->screen->table([
            'version' => $version['version'] ?? '', 'certificate' => $fingerprint,
            'template' => "$place->template ($place->templateName)", 'node' => $place->node,
            'storage' => $place->storage, 'bridge' => $place->bridge,
            'addresses' => (string) ($this->settings->pool ?? 'by DHCP (no PVE_POOL given)'),
        ]);
        $record = new Record($this->settings->state('cluster.json'));
        $record->open($this->settings->url, $fingerprint);
        if ($this->site->exists()) {
            $this->screen->line('The site of the last run is there: one more order is placed in it.');
            return $cluster;
        }
        $parts = parse_url($this->settings->url);
        $this->furnish($place, [
            'host' => trim((string) $parts['host'], '[]'), 'port' => $parts['port'],
            'user' => $this->settings->tokenId, 'secret' => $this->settings->tokenSecret,
            'fingerprint' => $fingerprint,
        ], $this->settings->pool === null ? [] : [$this->settings->pool], []);
        return $cluster;
    }

    /**
     * @param array{host: string, port: int, user: string, secret: string, fingerprint: string} $server
     * @param Pool[] $pools
     * @param array<string, string> $own
     */
    private function furnish(Place $place, array $server, array $pools, array $own): void
    {
        $this->screen->step('A stand-in WHMCS with a server, a product, address pools and a client');
        $this->site->install('http://127.0.0.1:' . $this->settings->port);
        $options = ['--options', 'none'];
        if (!$this->settings->isReal()) {
            $systems = "$place->template|Debian 12,9001|Debian 12 (shared storage)";
            $options = ['--options', 'Operating System', '--templates', $systems];
        }
        $this->shop->open($server, $place, $pools, $own, $options);
        $this->screen->table(['site' => $this->site->root(), 'addresses' => implode('; ', $pools) ?: 'DHCP']);
    }

    private function order(): int
    {
        $this->screen->step('A client orders a VM, pays, and WHMCS calls CreateAccount');
        $placed = $this->site->json(['order', '--client', '1', '--product', '1', '--json']);
        $this->screen->table(['service' => $placed['service'], 'CreateAccount' => $placed['result']]);
        return (int) $placed['service'];
    }

    private function show(Cluster $cluster, int $service): void
    {
        $query = "select vm_id, node from puqProxmoxKVM_vm_info where service_id = $service";
        $vm = $this->site->rows($query)[0];
        $path = "/nodes/{$vm['node']}/qemu/{$vm['vm_id']}";
        $this->screen->step("VM {$vm['vm_id']} on node {$vm['node']}, as Proxmox reports it");
        $config = (array) $cluster->get($path . '/config');
        ksort($config, SORT_NATURAL);
        $status = (array) $cluster->get($path . '/status/current');
        $this->screen->table(['status' => $status['status'] ?? ''] + $config);
        if (!$this->settings->isReal()) {
            $this->screen->step('Its names, in the zone files');
            foreach (self::ZONES as $zone) {
                foreach (file($this->settings->state('zones/' . $zone), FILE_IGNORE_NEW_LINES) ?: [] as $line) {
                    if (preg_match('/\s(A|AAAA|PTR)\s/', $line) === 1) {
                        $this->screen->line($line . '   ; ' . $zone);
                    }
                }
            }
        }
        $this->screen->step('The mail that the client got');
        foreach ($this->site->json(['mail', 'list', '--json']) as $mail) {
            if ((int) $mail['relid'] === $service && strpos((string) $mail['template_name'], 'ready') !== false) {
                $text = $this->site->standin(['mail', 'show', (string) $mail['id']]);
                // The mailbox keeps HTML, a terminal has none.
                $text = strip_tags((string) preg_replace(['~<br\s*/?>\n?~', '~</p>~'], ["\n", "\n\n"], $text));
                $this->screen->line(trim(html_entity_decode($text)));
            }
        }
        if (($status['status'] ?? '') !== 'running') {
            throw new Problem('The VM is ready for us, but Proxmox does not report it as running.');
        }
        $this->screen->line();
        $this->screen->good("VM {$vm['vm_id']} is ready.");
    }
}
