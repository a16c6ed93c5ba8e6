<?php

declare(strict_types=1);

namespace Demo;

/** Removes from a real cluster what the demo made there: VMs that carry an owner mark of the demo's database. */
final class Cleanup
{
    /** @var Settings */
    private $settings;

    /** @var Screen */
    private $screen;

    /** @var string[] Owner marks of the demo's services. */
    private $marks = [];

    /** @var int[] VMIDs that the demo reserved. */
    private $numbers = [];

    /** @var int */
    private $left = 0;

    public function __construct(Settings $settings, Screen $screen)
    {
        $this->settings = $settings;
        $this->screen = $screen;
    }

    /** @throws Problem when something of the demo's is still there afterwards */
    public function run(): void
    {
        $directory = $this->settings->directory . '/cluster';
        $record = new Record($directory . '/cluster.json');
        $known = $record->read();
        $site = new Site($directory . '/site', $this->settings->extension);
        if ($known === null || !$site->exists()) {
            $this->screen->line('No demo on a real cluster is recorded here: nothing to remove.');
            return;
        }
        if (!$this->settings->isReal()) {
            throw new Problem("The demo ran on {$known['url']}: say PVE_URL, PVE_TOKEN_ID and PVE_TOKEN_SECRET.");
        }
        if ($known['url'] !== $this->settings->url) {
            throw new Problem("The demo ran on {$known['url']}, not on {$this->settings->url}: nothing is touched.");
        }
        $cluster = new Cluster(
            $known['url'],
            $this->settings->tokenId,
            $this->settings->tokenSecret,
            $known['fingerprint']
        );
        $this->marks = array_filter(
            array_column($site->rows('select owner_mark from puqProxmoxKVM_vm_info'), 'owner_mark'),
            static function (string $mark): bool {
                return preg_match('/^[0-9a-f]{32}$/', $mark) === 1;
            }
        );
        $numbers = array_column($site->rows('select vmid from puq_proxmox_kvm_vmids'), 'vmid');
        $this->numbers = array_map('intval', $numbers);
        foreach ((array) $cluster->get('/cluster/resources?type=vm') as $guest) {
            if (($guest['type'] ?? '') === 'qemu' && (int) ($guest['template'] ?? 0) === 0) {
                $this->consider($cluster, $guest);
            }
        }
        if ($this->left > 0) {
            throw new Problem("$this->left VMs of the demo are still there; the demo's record is kept.");
        }
        $site->remove();
        $record->forget();
        $this->screen->good('Nothing of the demo is left on ' . $known['url'] . '.');
    }

    /** @param array<string, mixed> $guest */
    private function consider(Cluster $cluster, array $guest): void
    {
        $path = "/nodes/{$guest['node']}/qemu/{$guest['vmid']}";
        // A number that the demo reserved: what is there may be its VM even if nothing shows that yet.
        $reserved = in_array((int) $guest['vmid'], $this->numbers, true);
        try {
            $config = (array) $cluster->get($path . '/config');
        } catch (Problem $unreadable) {
            if ($reserved) {
                $this->left++;
                $this->screen->bad("VM {$guest['vmid']}: " . $unreadable->getMessage());
            }
            return;
        }
        if (!$this->carries($config)) {
            // While a clone runs its description is not there: Proxmox writes " qmclone temporary file" for that time.
            if ($reserved && ($config['lock'] ?? '') === 'clone') {
                $this->left++;
                $this->screen->bad("VM {$guest['vmid']} is being cloned; whose it is shows when that is over.");
            }
            return;
        }
        $name = "VM {$guest['vmid']} ({$config['name']}) on {$guest['node']}";
        try {
            $this->removeBackups($cluster, (string) $guest['node'], (int) $guest['vmid']);
            $status = (array) $cluster->get($path . '/status/current');
            if (($status['status'] ?? '') === 'running') {
                $cluster->await((string) $cluster->call('POST', $path . '/status/stop', []));
            }
            // Read once more: between the look and the delete, the number may have become somebody else's.
            if ($this->carries((array) $cluster->get($path . '/config'))) {
                $cluster->await((string) $cluster->call('DELETE', $path, ['purge' => 1]));
            }
            $this->screen->line("$name removed");
        } catch (Problem $problem) {
            $this->left++;
            $this->screen->bad("$name: " . $problem->getMessage());
        }
    }

    private function removeBackups(Cluster $cluster, string $node, int $vmid): void
    {
        foreach ((array) $cluster->get("/nodes/$node/storage?content=backup") as $storage) {
            $path = "/nodes/$node/storage/{$storage['storage']}/content";
            foreach ((array) $cluster->get("$path?content=backup&vmid=$vmid") as $backup) {
                if ($this->carries(['description' => $backup['notes'] ?? ''])) {
                    $answer = $cluster->call('DELETE', $path . '/' . rawurlencode((string) $backup['volid']), []);
                    if (is_string($answer) && strpos($answer, 'UPID:') === 0) {
                        $cluster->await($answer);
                    }
                }
            }
        }
    }

    /** @param array<string, mixed> $config */
    private function carries(array $config): bool
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
}
