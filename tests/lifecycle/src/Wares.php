<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Cluster;
use Support\Place;
use Support\Pool;
use Support\Premises;

/** What is sold here: the product, its configurable options, and what Proxmox must report once it is delivered. */
final class Wares
{
    private Place $place;

    /** @var Pool[] */
    private array $pools;
    public readonly string $backupStorage;
    public readonly string $isoStorage;
    private bool $zfs;

    public function __construct(Premises $premises)
    {
        $this->place = $premises->place();
        $this->pools = $premises->pools();
        $cluster = $premises->cluster();
        $this->backupStorage = $this->storageFor($cluster, 'backup');
        $this->isoStorage = $this->storageFor($cluster, 'iso');
        $storage = (array) $cluster->get("/nodes/{$this->place->node}/storage/{$this->place->storage}/status");
        $this->zfs = strpos((string) ($storage['type'] ?? ''), 'zfs') === 0;
    }

    /** The pool whose family is sold in other numbers; null: all addresses come by DHCP. */
    public function pool(): ?Pool
    {
        return $this->pools[0] ?? null;
    }

    /** The name of the option that sells addresses of the pool's family. */
    public static function addressOption(Pool $pool): string
    {
        return $pool->isV6() ? 'IPv6 Addresses' : 'IPv4 Addresses';
    }

    public function template(): int
    {
        return $this->place->template;
    }

    public function isOnZfs(): bool
    {
        return $this->zfs;
    }

    /** @return array<string, string> Settings of the product. */
    public function settings(): array
    {
        return [
            'node' => $this->place->node,
            'cpu' => '1', 'ram' => '0.5', 'system_size' => (string) ($this->place->diskGib + 1),
            'additional_size' => '0', 'system_read_mbps' => '100', 'system_write_mbps' => '90',
            'system_read_iops' => '1000', 'system_write_iops' => '900', 'rate' => '12.5',
            'backups' => '3', 'snapshots' => '2', 'username' => 'demo',
            'backup_storage' => $this->backupStorage, 'iso_storage' => $this->isoStorage,
            'policy_in' => 'DROP', 'log_in' => 'info',
        ];
    }

    /** @return array<string, string> Configurable options, each with its choices; the first is what an order takes. */
    public function options(): array
    {
        $disk = $this->place->diskGib;
        $pool = $this->pool();
        return ($pool === null ? [] : [self::addressOption($pool) => '1|1,2|2,0|none']) + [
            'CPU Cores' => '1|1 core,2|2 cores', 'RAM' => '0.5|512 MB,1|1 GB,0.75|768 MB',
            'System Disk' => ($disk + 1) . '|small,' . ($disk + 2) . '|large',
            'Additional Disk' => '0|none,1|1 GB,2|2 GB', 'Network Bandwidth' => '12.5|100 Mbit/s,25|200 Mbit/s',
            'System Disk Read Bandwidth' => '100|100 MB/s,200|200 MB/s',
            'Additional Disk Write IOPS' => '0|unlimited,500|500',
            'Operating System' => "{$this->place->template}|{$this->place->templateName}",
        ];
    }

    /** What Proxmox must report once the first order is delivered. */
    public function delivered(int $client, int $service): Wanted
    {
        $limits = ['mbps_rd' => '0', 'mbps_wr' => '0', 'iops_rd' => '0', 'iops_wr' => '0'];
        $none = [];
        foreach ($limits as $name => $value) {
            $none["additional_$name"] = $value;
        }
        return new Wanted([
            'vmid' => Wanted::ANY, 'node' => $this->place->node, 'name' => "$client-$service", 'power' => 'running',
            'lock' => '', 'onboot' => '1', 'kvm' => $this->place->kvm, 'cores' => '1', 'memory' => '512',
            'system_storage' => $this->place->storage, 'system_gib' => (string) ($this->place->diskGib + 1),
            'system_mbps_rd' => '100', 'system_mbps_wr' => '90', 'system_iops_rd' => '1000', 'system_iops_wr' => '900',
            'additional_storage' => '', 'additional_gib' => '0', 'further_disks' => '0', 'unused_disks' => '0',
            'iso' => '', 'net_model' => $this->place->model, 'net_mac' => Wanted::ANY,
            'net_bridge' => $this->place->bridge, 'net_vlan' => (string) $this->place->vlan, 'net_rate' => '12.5',
            'user' => 'demo', 'password' => 'set', 'sshkeys' => '', 'searchdomain' => 'example.com', 'pending' => '',
            'snapshots' => '', 'backups' => '',
        ] + $none + $this->addresses() + $this->firewall());
    }

    /** What the storages of the node are for: the simulator's or the administrator's choice is the first that fits. */
    private function storageFor(Cluster $cluster, string $content): string
    {
        $first = '';
        foreach ((array) $cluster->get("/nodes/{$this->place->node}/storage?content=$content&enabled=1") as $storage) {
            $name = (string) $storage['storage'];
            if ((int) ($storage['active'] ?? 1) === 0) {
                continue;
            }
            $first = $first === '' ? $name : $first;
            $path = "/nodes/{$this->place->node}/storage/$name/content?content=iso";
            if ($content === 'iso' && (array) $cluster->get($path) !== []) {
                return $name;
            }
        }
        return $first;
    }

    /** @return array<string, string> */
    private function addresses(): array
    {
        if ($this->pools === []) {
            return ['ip4' => 'dhcp', 'gateway4' => '', 'ip6' => '', 'gateway6' => '', 'nameserver' => ''];
        }
        return self::told($this->pools);
    }

    /** What the guest is told of its first addresses. @param Pool[] $pools @return array<string, string> */
    public static function told(array $pools): array
    {
        $fields = ['ip4' => '', 'gateway4' => '', 'ip6' => '', 'gateway6' => ''];
        $resolvers = [];
        foreach ($pools as $pool) {
            $family = $pool->isV6() ? '6' : '4';
            $fields["ip$family"] = "$pool->start/$pool->prefix";
            $fields["gateway$family"] = $pool->gateway;
            $resolvers[] = $pool->isV6() ? '2620:fe::fe' : '9.9.9.9';
        }
        return $fields + ['nameserver' => implode(' ', $resolvers)];
    }

    /** @return array<string, string> Without an address of ours the firewall is left as the template has it. */
    private function firewall(): array
    {
        $options = [
            'enable' => '1', 'dhcp' => '1', 'ndp' => '1', 'radv' => '0', 'macfilter' => '1', 'ipfilter' => '0',
            'policy_in' => 'DROP', 'policy_out' => 'ACCEPT', 'log_level_in' => 'info', 'log_level_out' => 'nolog',
        ];
        $fields = ['net_firewall' => $this->pools === [] ? Wanted::ANY : '1'];
        foreach ($options as $name => $value) {
            $fields["fw_$name"] = $this->pools === [] ? Wanted::ANY : $value;
        }
        return $fields + ['fw_addresses' => self::filtered(array_column($this->pools, 'start'))];
    }

    /** The set of addresses that the VM may send from. @param string[] $addresses */
    public static function filtered(array $addresses): string
    {
        $set = preg_filter('/^/', 'ipfilter-net0:', $addresses);
        sort($set);
        return implode(' ', $set);
    }

    /** The pools of the other families than the first one's. @return Pool[] */
    public function others(): array
    {
        return array_slice($this->pools, 1);
    }
}
