<?php

declare(strict_types=1);

namespace Chaos;

/** What is wrong whatever was sold: each function answers with sentences, none where all is well. */
final class Findings
{
    public function __construct(private Evidence $evidence)
    {
    }

    /**
     * VMs that belong to no row.
     *
     * @param string[] $known VMIDs of those that may
     * @return string[]
     */
    public function strangers(array $known): array
    {
        $sold = array_map('strval', array_column($this->evidence->rows, 'vm_id'));
        $wrong = [];
        $all = array_map('strval', array_keys($this->evidence->vms));
        foreach (array_diff($all, $sold, $known) as $vmid) {
            $wrong[] = "VM $vmid is nobody's: " . json_encode($this->evidence->vms[$vmid]['config']);
        }
        return $wrong;
    }

    /**
     * Disks that are in no configuration.
     *
     * @param string[] $except VMIDs whose disks do not matter
     * @return string[]
     */
    public function orphans(array $except = []): array
    {
        $wrong = [];
        foreach ($this->evidence->state['volumes'] as $volume) {
            $vmid = (string) ($volume['vmid'] ?? '');
            if ($volume['content'] !== 'images' || $vmid === '' || in_array($vmid, $except, true)) {
                continue;
            }
            $config = json_encode($this->evidence->state['vms'][$vmid]['config'] ?? [], JSON_UNESCAPED_SLASHES);
            // A linked clone on a file storage is written with what it is linked to: nfs:9001/base…/200/vm-200-disk-0
            [$storage, $name] = explode(':', (string) $volume['volid'], 2);
            $pattern = '~"' . preg_quote($storage) . ':([^",]*/)?' . preg_quote($name) . '[",]~';
            if (preg_match($pattern, (string) $config) !== 1) {
                $wrong[] = "{$volume['volid']} is in no configuration";
            }
        }
        return $wrong;
    }

    /**
     * Addresses, VMIDs and network cards that are there twice.
     *
     * @param string[] $except VMIDs of VMs that are copies by somebody else's hand
     * @return string[]
     */
    public function doubles(array $except = []): array
    {
        $held = array_merge([], ...array_values($this->evidence->addresses));
        $guests = $cards = [];
        foreach (array_diff_key($this->evidence->vms, array_flip($except)) as $vm) {
            $guests = array_merge($guests, self::addresses($vm));
            if (preg_match('/([0-9A-F]{2}(:[0-9A-F]{2}){5})/', $vm['config']['net0'] ?? '', $match) === 1) {
                $cards[] = $match[1];
            }
        }
        $all = [
            'address' => array_column($held, 'text'),
            'VMID' => array_filter(array_column($this->evidence->rows, 'vm_id')),
            'address of a guest' => $guests, 'network card' => $cards,
        ];
        $wrong = [];
        foreach ($all as $what => $values) {
            foreach (array_unique(array_diff_key($values, array_unique($values))) as $value) {
                $wrong[] = "$what $value is there twice";
            }
        }
        return $wrong;
    }

    /**
     * What a VM has for itself: the addresses of its configuration and those its filter lets through.
     *
     * @param array<string, mixed> $vm
     * @return string[]
     */
    private static function addresses(array $vm): array
    {
        $found = [];
        foreach ($vm['config'] as $key => $value) {
            if (preg_match('/^ipconfig\d+$/', (string) $key) === 1) {
                preg_match_all('~\bip6?=([0-9a-f.:]+)/~i', (string) $value, $matches);
                $found = array_merge($found, $matches[1]);
            }
        }
        foreach ($vm['firewall']['ipsets'] ?? [] as $set) {
            foreach (array_filter($set, 'is_array') as $entry) {
                // A network, such as the half of all addresses where DHCP gives them, is nobody's alone.
                if (preg_match('~^([0-9a-f.:]+)(/32|/128)?$~i', (string) ($entry['cidr'] ?? ''), $match) === 1) {
                    $found[] = $match[1];
                }
            }
        }
        return array_unique(array_map('strtolower', $found));
    }

    /** Tasks that run and operations that are open. @return string[] */
    public function unfinished(): array
    {
        $wrong = [];
        foreach ($this->evidence->state['tasks'] as $task) {
            if (($task['status'] ?? '') === 'running') {
                $wrong[] = 'runs: ' . $task['upid'];
            }
        }
        foreach ($this->evidence->open as $open) {
            $wrong[] = "open: {$open['kind']} of service {$open['service_id']}";
        }
        return $wrong;
    }
}
