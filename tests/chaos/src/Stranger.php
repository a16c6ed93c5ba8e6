<?php

declare(strict_types=1);

namespace Chaos;

use Support\Cluster;
use Support\Problem;

/**
 * Somebody else who works on the same cluster, as root: VMs that look like ours and are not, backups without a mark,
 * copies that carry a service's mark.
 */
final class Stranger
{
    /** VMs and a backup that are there from the beginning; VMIDs are given out from 200 on. */
    private const VMS = [
        ['vmid' => 201, 'node' => 'pve1', 'running' => true, 'config' => [
            'name' => '1-1', 'description' => 'WHMCS service 1 puq-owner=00112233445566778899aabbccddeeff',
            'memory' => '512', 'scsi0' => 'local-lvm:vm-201-disk-0,size=2G', 'tags' => 'puq',
            'net0' => 'virtio=BC:24:11:00:02:01,bridge=vmbr0',
        ]],
        ['vmid' => 204, 'node' => 'pve2', 'running' => false, 'config' => [
            'name' => '1-2.example.com', 'description' => 'WHMCS service 2', 'memory' => '512',
            'scsi0' => 'nfs-vm:204/vm-204-disk-0.qcow2,size=2G', 'net0' => 'virtio=BC:24:11:00:02:04,bridge=vmbr0',
        ]],
    ];

    /** What it writes on VMs so that they look like ours. */
    private const MARK = 'puq-owner=ffeeddccbbaa99887766554433221100';

    /** @var array<int|string, int> VMIDs that are the stranger's, and how long the journal was when they became so. */
    private array $own = ['101' => 0, '102' => 0, '115' => 0, '201' => 0, '203' => 0, '204' => 0];

    /** @var array<int, array{0: int, 1: string}> VMIDs that it asked for: since when, and by which task. */
    private array $asked = [];

    /** @var callable Says how long the journal is, in bytes. */
    private $length;

    /** @var array<string, mixed> The stranger's things as they were at first. */
    private array $first = [];

    public function __construct(private Cluster $control, private Root $root, callable $length)
    {
        $this->length = $length;
    }

    /** Furnishes the cluster. */
    public function move(): void
    {
        foreach (self::VMS as $vm) {
            $this->control->meddle($vm);
        }
        // A backup of a VM that is no more: its number must not be given out.
        $this->control->control('volume', [
            'volid' => 'pbs-backup:backup/vm/203/2026-01-01T00:00:00Z', 'vmid' => 203, 'content' => 'backup',
            'size' => 1073741824, 'notes' => 'WHMCS service 3 puq-owner=00112233445566778899aabbccddeeff',
        ]);
        $this->first = $this->things();
    }

    /** @return string[] */
    public function vmids(): array
    {
        $state = $this->asked === [] ? ['vms' => [], 'tasks' => []] : $this->control->simulated();
        $ends = array_column($state['tasks'], 'exitstatus', 'upid');
        foreach ($this->asked as $vmid => [$since, $upid]) {
            $text = (string) ($state['vms'][(string) $vmid]['config']['description'] ?? '');
            // A task may fail, or nobody may know of it any more: then what stands there tells.
            $made = preg_match('~^(OK$|WARNINGS)~', (string) ($ends[$upid] ?? '')) === 1;
            if ($made || strpos($text, self::MARK) !== false) {
                $this->own[$vmid] = $since;
            }
        }
        $this->asked = [];
        return array_map('strval', array_keys($this->own));
    }

    /** Takes a VMID that an order may be about to get. */
    public function take(int $vmid): void
    {
        $upid = '';
        try {
            $upid = (string) $this->root->call('POST', '/nodes/pve1/qemu', [
                'vmid' => (string) $vmid, 'name' => '1-' . ($vmid - 200), 'memory' => '512',
                'description' => 'WHMCS service ' . ($vmid - 200) . ' ' . self::MARK,
            ]);
        } catch (Problem $problem) {
            // The order was faster, or the answer was lost.
        }
        $this->asked[$vmid] = [($this->length)(), $upid];
    }

    /** Copies a service's VM with all that is written on it, its mark too. */
    public function copy(int $vmid): void
    {
        $copy = $vmid + 5000;
        // Nobody else gets this number, so it is the stranger's even where the answer is lost.
        $this->own[$copy] = ($this->length)();
        try {
            $node = $this->node($vmid);
            $this->root->call('POST', "/nodes/$node/qemu/$vmid/clone", ['newid' => (string) $copy, 'full' => '1']);
        } catch (Problem $problem) {
            // It is locked, or gone.
        }
    }

    /** Backs a service's VM up; the backup has no mark. */
    public function backUp(int $vmid): void
    {
        try {
            $node = $this->node($vmid);
            $this->root->call('POST', "/nodes/$node/vzdump", ['vmid' => (string) $vmid, 'storage' => 'pbs-backup']);
        } catch (Problem $problem) {
            // It is locked, or gone.
        }
    }

    /** What was done to the stranger's things since the beginning. @return string[] */
    public function complaints(string $journal): array
    {
        $wrong = [];
        $this->vmids();
        $now = $this->things();
        foreach ($this->first as $name => $thing) {
            if (($now[$name] ?? null) !== $thing) {
                $wrong[] = "$name was " . json_encode($thing) . ' and is ' . json_encode($now[$name] ?? null);
            }
        }
        $end = 0;
        foreach ((array) file($journal) as $line) {
            $end += strlen((string) $line);
            $entry = (array) json_decode((string) $line, true);
            if ($entry['method'] === 'GET' || strpos((string) $entry['token'], 'whmcs@') !== 0) {
                continue;
            }
            if (preg_match('~/qemu/(\d+)~', (string) $entry['path'], $match) !== 1) {
                continue;
            }
            if ($end > ($this->own[$match[1]] ?? PHP_INT_MAX)) {
                $wrong[] = "{$entry['method']} {$entry['path']} was sent";
            }
        }
        return $wrong;
    }

    /** VMs and backups of others, and the templates, as they are. @return array<string, mixed> */
    private function things(): array
    {
        $state = $this->control->simulated();
        $things = [];
        foreach ($state['vms'] as $vmid => $vm) {
            if ($vm['template'] || in_array((string) $vmid, ['101', '102', '115', '201', '204'], true)) {
                $things["VM $vmid"] = $vm;
            }
        }
        foreach ($state['volumes'] as $volume) {
            if (in_array($volume['vmid'], [101, 102, 115, 201, 203, 204, 9000, 9001, 9002], true)) {
                $things[$volume['volid']] = $volume;
            }
        }
        return $things;
    }

    private function node(int $vmid): string
    {
        return (string) ($this->control->simulated()['vms'][(string) $vmid]['node'] ?? 'none');
    }
}
