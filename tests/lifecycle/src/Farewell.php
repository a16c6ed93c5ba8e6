<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Cleanup;
use Support\Cluster;
use Support\Marks;
use Support\Problem;
use Support\Screen;
use Support\Site;

/** Takes away what carries a mark of the run's services, and sees that nothing of them is left. */
final class Farewell
{
    /** A clone under way shows no mark; its task is waited for. */
    private const PATIENCE = 600;

    public function __construct(private Site $site, private Cluster $cluster, private Screen $screen)
    {
    }

    /** @throws Problem when something is left */
    public function bid(): void
    {
        $vmids = array_map('intval', array_column(
            $this->site->rows('select distinct vmid from puq_proxmox_kvm_operations where vmid > 0'),
            'vmid'
        ));
        $this->awaitTasks($vmids);
        $marks = new Marks($this->site);
        (new Cleanup($this->cluster, $marks, $this->screen))->run();
        $left = array_merge($this->guests($marks), $marks->backups($this->cluster), $this->disks($vmids));
        if ($left !== []) {
            throw new Problem('Left on the cluster: ' . implode(', ', $left));
        }
        $this->screen->good('Nothing of it is left on the cluster.');
    }

    /** A task that an interrupted run left behind would make things after this look. @param int[] $vmids */
    private function awaitTasks(array $vmids): void
    {
        $end = time() + self::PATIENCE;
        $query = "select upid from puq_proxmox_kvm_operations where outcome = '' and upid <> ''";
        foreach (array_column($this->site->rows($query), 'upid') as $upid) {
            $node = explode(':', (string) $upid)[1] ?? '';
            $path = "/nodes/$node/tasks/" . rawurlencode((string) $upid) . '/status';
            while (((array) $this->cluster->get($path))['status'] === 'running' && time() < $end) {
                sleep(1);
            }
        }
        // The answer of a clone may not have come any more.
        while ($this->cloning($vmids) && time() < $end) {
            sleep(1);
        }
    }

    /** @param int[] $vmids */
    private function cloning(array $vmids): bool
    {
        foreach ((array) $this->cluster->get('/cluster/resources?type=vm') as $guest) {
            if (in_array((int) $guest['vmid'], $vmids, true) && ($guest['lock'] ?? '') === 'clone') {
                return true;
            }
        }
        return false;
    }

    /** @return string[] */
    private function guests(Marks $marks): array
    {
        $left = [];
        foreach ((array) $this->cluster->get('/cluster/resources?type=vm') as $guest) {
            if (($guest['type'] ?? '') === 'qemu') {
                $config = (array) $this->cluster->get("/nodes/{$guest['node']}/qemu/{$guest['vmid']}/config");
                if ($marks->areOn($config)) {
                    $left[] = "VM {$guest['vmid']} on {$guest['node']}";
                }
            }
        }
        return $left;
    }

    /** Disks that belong to a number of the run's VMs, which no VM has any more. @param int[] $vmids @return string[] */
    private function disks(array $vmids): array
    {
        $present = [];
        foreach ((array) $this->cluster->get('/cluster/resources?type=vm') as $guest) {
            $present[] = (int) $guest['vmid'];
        }
        $left = [];
        foreach ((array) $this->cluster->get('/nodes') as $node) {
            $storages = "/nodes/{$node['node']}/storage";
            foreach ((array) $this->cluster->get("$storages?content=images&enabled=1") as $storage) {
                $path = "$storages/{$storage['storage']}/content?content=images";
                foreach ((array) $this->cluster->get($path) as $volume) {
                    $owner = (int) ($volume['vmid'] ?? 0);
                    if (in_array($owner, $vmids, true) && !in_array($owner, $present, true)) {
                        $left[] = (string) $volume['volid'];
                    }
                }
            }
        }
        return array_values(array_unique($left));
    }
}
