<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Cluster;
use Support\Drives;
use Support\Problem;

/** One VM as Proxmox reports it, asked by this program itself: everything that can be sold or asked, field by field. */
final class Guest
{
    /** Options of a VM's firewall, with what Proxmox takes where nothing is set. */
    private const FIREWALL = [
        'enable' => '0', 'dhcp' => '0', 'ndp' => '1', 'radv' => '0', 'macfilter' => '1', 'ipfilter' => '0',
        'policy_in' => 'DROP', 'policy_out' => 'ACCEPT', 'log_level_in' => 'nolog', 'log_level_out' => 'nolog',
    ];

    /** @var array{node: string, vmid: int}|null Where it was when it was looked for last. */
    private ?array $last = null;

    /** @param string $mark The owner mark of the service: 32 hexadecimal digits. */
    public function __construct(private Cluster $cluster, private string $mark)
    {
    }

    /**
     * Where the VM with the service's mark is. While a clone or a restore runs it carries none.
     *
     * @return array{node: string, vmid: int}|null null where no VM carries the mark
     */
    public function place(): ?array
    {
        if ($this->last !== null && $this->isAt($this->last)) {
            return $this->last;
        }
        $this->last = null;
        foreach ((array) $this->cluster->get('/cluster/resources?type=vm') as $row) {
            $place = ['node' => (string) $row['node'], 'vmid' => (int) $row['vmid']];
            $isGuest = ($row['type'] ?? '') === 'qemu' && (int) ($row['template'] ?? 0) === 0;
            if ($isGuest && $this->isAt($place)) {
                $this->last = $place;
                break;
            }
        }
        return $this->last;
    }

    /** @param array{node: string, vmid: int} $place */
    private function isAt(array $place): bool
    {
        try {
            $config = (array) $this->cluster->get("/nodes/{$place['node']}/qemu/{$place['vmid']}/config");
        } catch (Problem $unreadable) {
            return false;
        }
        return strpos((string) ($config['description'] ?? ''), "puq-owner=$this->mark") !== false;
    }

    /**
     * The VM's fields, each as text; '' where there is nothing.
     *
     * @return array<string, string>
     * @throws Problem when no VM carries the mark, or it cannot be read
     */
    public function fields(): array
    {
        $place = $this->place();
        if ($place === null) {
            throw new Problem('No VM on the cluster carries the mark of the service.');
        }
        $path = "/nodes/{$place['node']}/qemu/{$place['vmid']}";
        $config = (array) $this->cluster->get($path . '/config');
        $status = (array) $this->cluster->get($path . '/status/current');
        return [
            'vmid' => (string) $place['vmid'], 'node' => $place['node'], 'name' => self::text($config, 'name'),
            'power' => (string) ($status['status'] ?? ''), 'lock' => self::text($config, 'lock'),
            'onboot' => self::text($config, 'onboot', '0'), 'kvm' => self::text($config, 'kvm', '1'),
            'cores' => (string) ((int) self::text($config, 'cores', '1') * (int) self::text($config, 'sockets', '1')),
            'memory' => self::text($config, 'memory', '512'),
        ] + self::disks($config) + self::network($config) + self::cloudInit($config)
            + $this->firewall($path) + ['pending' => $this->pending($path), 'snapshots' => $this->snapshots($path)];
    }

    /** Whether it is "running" or "stopped"; '' where it is nowhere. */
    public function power(): string
    {
        $place = $this->place();
        if ($place === null) {
            return '';
        }
        $status = (array) $this->cluster->get("/nodes/{$place['node']}/qemu/{$place['vmid']}/status/current");
        return (string) ($status['status'] ?? '');
    }

    /** Whether its disks allow "snapshot", "clone" or "copy". */
    public function has(string $feature): bool
    {
        $place = $this->place();
        if ($place === null) {
            return false;
        }
        $path = "/nodes/{$place['node']}/qemu/{$place['vmid']}/feature?feature=$feature";
        return (int) (((array) $this->cluster->get($path))['hasFeature'] ?? 0) === 1;
    }

    /**
     * The notes of the service's backups, oldest first, each without what was added for the mark's sake.
     *
     * @return string[]
     */
    public function backups(string $node, string $storage): array
    {
        $found = [];
        foreach ((array) $this->cluster->get("/nodes/$node/storage/$storage/content?content=backup") as $backup) {
            $note = (string) ($backup['notes'] ?? '');
            if (strpos($note, "puq-owner=$this->mark") !== false) {
                $found[(int) ($backup['ctime'] ?? 0) . ' ' . $backup['volid']] = self::note($note);
            }
        }
        ksort($found);
        return array_values($found);
    }

    /**
     * Whether the guest will be told this password when it starts.
     *
     * @param array<string, string> $fields
     * @return bool|null null where the token may not look into what cloud-init is told
     */
    public function knows(string $password, array $fields): ?bool
    {
        $path = "/nodes/{$fields['node']}/qemu/{$fields['vmid']}/cloudinit/dump?type=user";
        try {
            $told = (string) $this->cluster->get($path);
        } catch (Problem $refused) {
            return null;
        }
        $isThere = preg_match('/^password:\s*(\S+)/m', $told, $match) === 1;
        if (!$isThere) {
            return false;
        }
        // The simulator has a hash of its own in place of crypt's.
        $simulated = '$5$sim$' . substr(sha1($password), 0, 32);
        return in_array($match[1], [crypt($password, $match[1]), $simulated], true);
    }

    /**
     * The VM's tasks that were not there before.
     *
     * @param string[] $known UPIDs
     * @return array<string, array{type: string, end: string}> by UPID, oldest first; end is '' while one runs
     */
    public function tasks(string $node, int $vmid, array $known): array
    {
        $tasks = [];
        foreach ((array) $this->cluster->get("/nodes/$node/tasks?vmid=$vmid&source=all&limit=200") as $task) {
            if (!in_array($task['upid'], $known, true)) {
                $end = isset($task['endtime']) ? (string) ($task['status'] ?? '') : '';
                $tasks[$task['upid']] = ['type' => (string) $task['type'], 'end' => $end];
            }
        }
        return array_reverse($tasks, true);
    }

    /** @param array<string, mixed> $config @return array<string, string> */
    private static function disks(array $config): array
    {
        $system = Drives::system($config);
        $drives = Drives::disks($config);
        $unused = preg_grep('/^unused\d+$/', array_keys($config)) ?: [];
        $others = array_values(array_diff_key($drives, [$system => true]));
        $mounted = [];
        foreach (Drives::discs($config) as $drive) {
            $volume = explode(',', $drive)[0];
            if ($volume !== 'none' && strpos($volume, 'cloudinit') === false) {
                $mounted[] = $volume;
            }
        }
        return self::disk('system', $drives[$system] ?? '') + self::disk('additional', $others[0] ?? '') + [
            'further_disks' => (string) (max(1, count($others)) - 1), 'unused_disks' => (string) count($unused),
            'iso' => implode(' ', $mounted),
        ];
    }

    /** @return array<string, string> */
    private static function disk(string $role, string $drive): array
    {
        [$volume, $options] = self::property($drive);
        $limits = [];
        foreach (['mbps_rd', 'mbps_wr', 'iops_rd', 'iops_wr'] as $limit) {
            $limits["{$role}_$limit"] = isset($options[$limit]) ? (string) (float) $options[$limit] : '0';
        }
        preg_match('/^([0-9.]+)([KMGT]?)$/', $options['size'] ?? '', $match);
        $factor = ['K' => 1 / 1048576, 'M' => 1 / 1024, 'G' => 1, 'T' => 1024][$match[2] ?? ''] ?? 0;
        return [
            "{$role}_storage" => explode(':', $volume)[0],
            "{$role}_gib" => $drive === '' ? '0' : (string) ((float) ($match[1] ?? 0) * $factor),
        ] + $limits;
    }

    /** @param array<string, mixed> $config @return array<string, string> */
    private static function network(array $config): array
    {
        [$first, $options] = self::property(self::text($config, 'net0'));
        [$model, $address] = array_pad(explode('=', $first, 2), 2, '');
        return [
            'net_model' => $model, 'net_mac' => $address, 'net_bridge' => $options['bridge'] ?? '',
            'net_vlan' => $options['tag'] ?? '0', 'net_rate' => (string) (float) ($options['rate'] ?? 0),
            'net_firewall' => $options['firewall'] ?? '0',
        ];
    }

    /** @param array<string, mixed> $config @return array<string, string> */
    private static function cloudInit(array $config): array
    {
        $ip = self::property('-,' . self::text($config, 'ipconfig0'))[1];
        return [
            'ip4' => $ip['ip'] ?? '', 'gateway4' => $ip['gw'] ?? '', 'ip6' => $ip['ip6'] ?? '',
            'gateway6' => $ip['gw6'] ?? '', 'nameserver' => self::text($config, 'nameserver'),
            'searchdomain' => self::text($config, 'searchdomain'), 'user' => self::text($config, 'ciuser'),
            'password' => self::text($config, 'cipassword') === '' ? 'not set' : 'set',
            'sshkeys' => self::text($config, 'sshkeys'),
        ];
    }

    /** @return array<string, string> */
    private function firewall(string $path): array
    {
        $fields = [];
        $options = (array) $this->cluster->get($path . '/firewall/options');
        foreach (self::FIREWALL as $name => $default) {
            $fields["fw_$name"] = self::text($options, $name, $default);
        }
        $addresses = [];
        foreach ((array) $this->cluster->get($path . '/firewall/ipset') as $set) {
            foreach ((array) $this->cluster->get($path . "/firewall/ipset/{$set['name']}") as $entry) {
                $addresses[] = $set['name'] . ':' . preg_replace('~/(32|128)$~', '', (string) $entry['cidr']);
            }
        }
        sort($addresses);
        return $fields + ['fw_addresses' => implode(' ', $addresses)];
    }

    /** What waits for the next start. The memory that a VM runs with is not what is meant. */
    private function pending(string $path): string
    {
        $waiting = [];
        foreach ((array) $this->cluster->get($path . '/pending') as $row) {
            // The image of cloud-init is made anew at each start, so its values count as pending for ever.
            $cloudInit = preg_match('/^(ci|ipconfig|sshkeys|nameserver|searchdomain)/', (string) $row['key']) === 1;
            if (!$cloudInit && (array_key_exists('pending', $row) || (int) ($row['delete'] ?? 0) > 0)) {
                $waiting[] = (string) $row['key'];
            }
        }
        sort($waiting);
        return implode(' ', $waiting);
    }

    /** The descriptions of the snapshots; sorted, since two may be of one second. */
    private function snapshots(string $path): string
    {
        $found = [];
        foreach ((array) $this->cluster->get($path . '/snapshot') as $snapshot) {
            if ($snapshot['name'] !== 'current') {
                $found[] = self::note((string) ($snapshot['description'] ?? ''));
            }
        }
        sort($found);
        return implode(' | ', $found);
    }

    /** A text in front of the mark, as it was typed. */
    private static function note(string $note): string
    {
        return trim((string) preg_replace('/\s*\(?WHMCS service \d+ puq-owner=[0-9a-f]{32}\)?\s*$/', '', $note));
    }

    /** @return array{0: string, 1: array<string, string>} The part without a name, and the parts with one. */
    private static function property(string $text): array
    {
        $parts = explode(',', $text);
        $named = [];
        foreach (array_slice($parts, 1) as $part) {
            [$name, $value] = array_pad(explode('=', $part, 2), 2, '');
            $named[$name] = $value;
        }
        return [$parts[0], $named];
    }

    /** @param array<string, mixed> $values */
    private static function text(array $values, string $name, string $default = ''): string
    {
        return isset($values[$name]) ? (string) $values[$name] : $default;
    }
}
