<?php

declare(strict_types=1);

namespace Bench;

use Support\Site;

/** The client's page: how long it takes, and how many times it waits for Proxmox. */
final class Overview
{
    private const PAGES = 200;

    public function __construct(private Lab $lab)
    {
    }

    /** @return array{trips: int, ours: float[], theirs: float[]} milliseconds of each page */
    public function run(Site $site): array
    {
        $vm = $this->lab->database('deploys')
            ->query("SELECT * FROM puqProxmoxKVM_vm_info WHERE vm_status = 'ready' LIMIT 1")
            ->fetch(\PDO::FETCH_ASSOC);
        // A fifth of a second each: waits that follow one another are told apart from those side by side.
        $cluster = $this->lab->cluster(10.0);
        $this->place($vm);
        $before = count($this->lab->journal());
        $this->lab->inside($site, 'overview', ['services' => [$vm['service_id']]]);
        $answers = array_column(array_slice($this->lab->journal(), $before), 'ts');
        sort($answers);
        $trips = $answers === [] ? 0 : 1;
        foreach ($answers as $at => $moment) {
            $trips += $at > 0 && $moment - $answers[$at - 1] > 0.1 ? 1 : 0;
        }
        $cluster = $this->lab->cluster(1.0);
        $this->place($vm);
        $ours = $this->lab->inside($site, 'overview', ['services' => array_fill(0, self::PAGES, $vm['service_id'])]);
        $theirs = [];
        for ($page = 0; $page < self::PAGES; $page++) {
            // PHP keeps nothing from page to page, connections neither.
            $began = hrtime(true);
            $driver = new Driver($cluster->value('url'), $cluster->value('token_id'), $cluster->value('token_secret'));
            $driver->overview((string) $vm['node'], (int) $vm['vm_id']);
            $theirs[] = (hrtime(true) - $began) / 1e6;
        }
        return ['trips' => $trips, 'ours' => $ours['walls'], 'theirs' => $theirs];
    }

    /** @param array<string, mixed> $vm */
    private function place(array $vm): void
    {
        $this->lab->simulated()->meddle([
            'vmid' => (int) $vm['vm_id'], 'node' => $vm['node'], 'running' => true, 'config' => [
                'description' => "WHMCS service {$vm['service_id']} puq-owner={$vm['owner_mark']}",
                'name' => 'bench', 'boot' => 'order=scsi0', 'memory' => '1024', 'cores' => '1', 'sockets' => '1',
                'scsi0' => "local-lvm:vm-{$vm['vm_id']}-disk-0,size=10G",
                'net0' => 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
            ],
        ]);
    }
}
