<?php

declare(strict_types=1);

namespace Support;

/** What on a cluster belongs to a site: it carries the owner mark of one of the site's services. */
final class Marks
{
    /** @var string[] Owner marks of the site's services. */
    private array $marks;

    /** @var int[] VMIDs that the site reserved. */
    private array $numbers;

    /** @throws Problem when the site's database cannot be read */
    public function __construct(Site $site)
    {
        $this->marks = array_filter(
            array_column($site->rows('select owner_mark from puqProxmoxKVM_vm_info'), 'owner_mark'),
            static fn (string $mark): bool => preg_match('/^[0-9a-f]{32}$/', $mark) === 1
        );
        $numbers = array_column($site->rows('select vmid from puq_proxmox_kvm_vmids'), 'vmid');
        $this->numbers = array_map('intval', $numbers);
    }

    public function hasReserved(int $vmid): bool
    {
        return in_array($vmid, $this->numbers, true);
    }

    /** @param array<string, mixed> $config A VM's configuration. */
    public function areOn(array $config): bool
    {
        foreach ($this->marks as $mark) {
            if (strpos((string) ($config['description'] ?? ''), 'puq-owner=' . $mark) !== false) {
                return true;
            }
            // The description may have been edited by hand; the tag is the short form of the same mark.
            $tags = preg_split('/[;, ]/', (string) ($config['tags'] ?? '')) ?: [];
            if (in_array('puq-' . substr($mark, 0, 12), $tags, true)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The backups that carry a mark, wherever they are.
     *
     * @return array<string, string> path of the volume in the API => its volume id
     * @throws Problem when a storage cannot be looked into
     */
    public function backups(Cluster $cluster): array
    {
        $found = [];
        foreach ((array) $cluster->get('/nodes') as $node) {
            foreach ((array) $cluster->get("/nodes/{$node['node']}/storage?content=backup&enabled=1") as $storage) {
                if ((int) ($storage['active'] ?? 1) === 0) {
                    continue;
                }
                $path = "/nodes/{$node['node']}/storage/{$storage['storage']}/content";
                foreach ((array) $cluster->get("$path?content=backup") as $backup) {
                    $volume = (string) $backup['volid'];
                    // A shared storage shows the same volume on every node.
                    $known = (int) ($storage['shared'] ?? 0) === 1 && in_array($volume, $found, true);
                    if (!$known && $this->areOn(['description' => $backup['notes'] ?? ''])) {
                        $found[$path . '/' . rawurlencode($volume)] = $volume;
                    }
                }
            }
        }
        return $found;
    }
}
