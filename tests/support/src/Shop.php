<?php

declare(strict_types=1);

namespace Support;

/** What the demo sells, and the way from an order to a running VM. */
final class Shop
{
    public function __construct(private Site $site, private Screen $screen)
    {
    }

    /**
     * Makes staff, clients, server, product and address pools.
     *
     * @param array<string, mixed> $server host, port, user, secret, fingerprint; further endpoints of the cluster
     * @param Pool[] $pools
     * @param array<string, string> $own Settings that differ from the demo's usual ones.
     * @param string[] $options Further words for the seeding: configurable options.
     */
    public function open(array $server, Place $place, array $pools, array $own, array $options): void
    {
        $file = $this->site->root() . '/product.json';
        $hash = ['fingerprint = ' . $server['fingerprint']];
        if (($server['endpoints'] ?? []) !== []) {
            $hash[] = 'endpoints = ' . implode(', ', $server['endpoints']);
        }
        $settings = $own + self::product($place, $pools);
        file_put_contents($file, json_encode(['puqkvm' => $settings], JSON_PRETTY_PRINT));
        $seeded = $this->site->json(array_merge([
            'seed', '--addon', 'puq_proxmox_kvm', '--clients', '1', '--product', 'VPS S', '--settings', $file,
            '--server-name', 'Demo cluster', '--server-host', $server['host'],
            '--server-port', (string) $server['port'],
            '--server-user', $server['user'], '--server-secret', $server['secret'],
            '--access-hash', implode("\n", $hash),
        ], $options));
        foreach ($pools as $pool) {
            $this->site->addon(['op' => 'pool_save', 'pool' => [
                'server_id' => $seeded['server'], 'type' => $pool->isV6() ? 'IPv6' : 'IPv4',
                'bridge' => $place->bridge, 'vlan' => $place->vlan,
                'gateway' => $pool->gateway, 'mask' => $pool->prefix,
                'dns1' => $pool->isV6() ? '2620:fe::fe' : '9.9.9.9', 'dns2' => '',
                'address_start' => $pool->start, 'address_stop' => $pool->stop,
            ]]);
        }
        // A refused connection is an answer too: its sentence says what to do.
        [, $output, $errors] = $this->site->attempt(['server', 'test', (string) $seeded['server'], '--json']);
        $test = json_decode($output, true);
        if (!is_array($test) || !($test['success'] ?? false)) {
            $why = is_array($test) ? (string) ($test['error'] ?? '') : '';
            throw new Problem('The connection test fails: ' . ($why !== '' ? $why : trim($output . "\n" . $errors)));
        }
    }

    /**
     * Makes the zones that the VM's names go into: master files, as a name server on this machine would read them.
     *
     * @param string[] $zones
     */
    public function name(string $directory, array $zones): void
    {
        if (!is_dir($directory)) {
            mkdir($directory, 0700, true);
        }
        foreach ($zones as $zone) {
            $file = $directory . '/' . $zone;
            $start = '@ IN SOA ns1.example.com. hostmaster.example.com. 1 3600 900 604800 300';
            file_put_contents($file, "\$TTL 300\n$start\n@ IN NS ns1.example.com.\n");
            $this->site->addon([
                'op' => 'zone_save', 'zone' => ['zone' => $zone, 'type' => 'zonefile', 'path' => $file],
            ]);
        }
    }

    /**
     * Runs the cron until the VM of a service is ready.
     *
     * @param int $patience seconds
     * @throws Problem when that takes longer
     */
    public function deliver(int $service, int $patience): void
    {
        $end = time() + $patience;
        $arguments = [];
        $pause = 0.5;
        do {
            $this->screen->line('$ php modules/addons/puq_proxmox_kvm/cron.php ' . implode(' ', $arguments));
            self::stream($this->site->cron($arguments));
            $state = $this->state($service);
            // Later runs are not due yet, and a person waits for them.
            $arguments = ['--task=processVirtualMachines', '--force'];
            if ($state !== 'ready') {
                usleep((int) ($pause * 1000000));
                $pause = min(15, $pause * 1.5);
            }
        } while ($state !== 'ready' && time() < $end);
        if ($state !== 'ready') {
            throw new Problem("The VM is not ready after $patience s; its state is \"$state\".");
        }
    }

    public function state(int $service): string
    {
        $query = "select vm_status from puqProxmoxKVM_vm_info where service_id = $service";
        return (string) ($this->site->rows($query)[0]['vm_status'] ?? 'none');
    }

    /**
     * @param Pool[] $pools
     * @return array<string, string> Fields of the product panel, as a browser posts them.
     */
    private static function product(Place $place, array $pools): array
    {
        $count = [4 => 0, 6 => 0];
        foreach ($pools as $pool) {
            $count[$pool->isV6() ? 6 : 4] = 1;
        }
        return [
            'node' => $place->node, 'template' => (string) $place->template,
            'clone_type' => $place->linkable ? 'linked' : 'full',
            'cpu' => '1', 'ram' => '1', 'backups' => '3', 'snapshots' => '2', 'username' => 'demo',
            'system_storage' => $place->storage, 'system_size' => (string) ($place->diskGib + 1),
            'additional_storage' => $place->storage, 'additional_size' => '1',
            'rate' => '12.5', 'bridge' => $place->bridge, 'vlan' => (string) $place->vlan,
            'ipv4' => (string) max($count[4], $count[6] === 0 ? 1 : 0), 'ipv6' => (string) $count[6],
            'dhcp4' => $count[4] === 0 ? '1' : '0', 'dhcp6' => '0', 'main_domain' => '.example.com',
        ];
    }

    /** @param string[] $command */
    private static function stream(array $command): void
    {
        flush();
        // What is not named is inherited. Naming STDOUT would set a file that it leads to back to its beginning.
        $handle = proc_open($command, [['file', '/dev/null', 'r']], $pipes);
        if ($handle !== false) {
            proc_close($handle);
        }
    }
}
