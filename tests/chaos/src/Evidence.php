<?php

declare(strict_types=1);

namespace Chaos;

/** What site and cluster hold at the end, read once. */
final class Evidence
{
    /** @var array<int, array<string, mixed>> Our row of each service. */
    public array $rows;

    /** @var array<int, array<int, array<string, mixed>>> The addresses that services hold. */
    public array $addresses = [];

    /** @var array<int, array<string, mixed>> Operations that nobody ended. */
    public array $open;

    /** @var array<string, mixed> The simulator's view of itself. */
    public array $state;

    /** @var array<string, array<string, mixed>> The cluster's VMs by VMID, without templates. */
    public array $vms = [];

    /** @var string[] What PHP had to complain of. */
    public array $faults;

    /** @var array<int, array<string, int>> Mails by service and template. */
    public array $mails = [];

    public function __construct(Bench $bench)
    {
        $site = $bench->site;
        $this->rows = array_column($site->rows('select * from puqProxmoxKVM_vm_info'), null, 'service_id');
        foreach ($site->rows("select * from puq_proxmox_kvm_addresses where state <> 'quarantine'") as $address) {
            $this->addresses[(int) $address['service_id']][] = $address;
        }
        $this->open = $site->rows("select * from puq_proxmox_kvm_operations where outcome = ''");
        $this->state = $bench->cluster()->simulated();
        foreach ($this->state['vms'] as $vmid => $vm) {
            if (!$vm['template']) {
                $this->vms[(string) $vmid] = $vm;
            }
        }
        [, $output] = $site->attempt(['faults', '--json']);
        $this->faults = array_column((array) json_decode($output, true), 'message');
        foreach ($site->json(['mail', 'list', '--json']) as $mail) {
            $service = (int) $mail['relid'];
            $template = (string) $mail['template_name'];
            $this->mails[$service][$template] = ($this->mails[$service][$template] ?? 0) + 1;
        }
    }

    /** The VM that a service's row names. @return array<string, mixed>|null */
    public function vm(int $service): ?array
    {
        return $this->vms[(string) ($this->rows[$service]['vm_id'] ?? '')] ?? null;
    }

    /** VMIDs of all VMs that carry a service's mark. @return string[] */
    public function marked(int $service): array
    {
        $mark = (string) $this->rows[$service]['owner_mark'];
        return array_map('strval', array_keys(array_filter($this->vms, static function (array $vm) use ($mark): bool {
            return strpos((string) ($vm['config']['description'] ?? ''), $mark) !== false;
        })));
    }

    /** Backups, by volume, that carry a service's mark. @return string[] */
    public function backups(int $service): array
    {
        $mark = (string) $this->rows[$service]['owner_mark'];
        $found = [];
        foreach ($this->state['volumes'] as $volume) {
            if ($volume['content'] === 'backup' && strpos((string) $volume['notes'], $mark) !== false) {
                $found[] = (string) $volume['volid'];
            }
        }
        return $found;
    }

    /** Mails of a template to a service's owner. */
    public function mailed(int $service, string $template): int
    {
        return $this->mails[$service][$template] ?? 0;
    }
}
