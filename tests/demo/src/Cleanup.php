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
        $marks = array_column($site->rows('select owner_mark from puqProxmoxKVM_vm_info'), 'owner_mark');
        $marks = array_filter($marks, static function (string $mark): bool {
            return preg_match('/^[0-9a-f]{32}$/', $mark) === 1;
        });
        foreach ((array) $cluster->get('/cluster/resources?type=vm') as $guest) {
            if (($guest['type'] ?? '') === 'qemu' && (int) ($guest['template'] ?? 0) === 0) {
                $this->consider($cluster, $guest, $marks);
            }
        }
        if ($this->left > 0) {
            throw new Problem("$this->left VMs of the demo are still there; the demo's record is kept.");
        }
        $site->remove();
        $record->forget();
        $this->screen->good('Nothing of the demo is left on ' . $known['url'] . '.');
    }

    /**
     * @param array<string, mixed> $guest
     * @param string[] $marks
     */
    private function consider(Cluster $cluster, array $guest, array $marks): void
    {
        $path = "/nodes/{$guest['node']}/qemu/{$guest['vmid']}";
        try {
            $config = (array) $cluster->get($path . '/config');
            if (!self::carries($config, $marks)) {
                return;
            }
        } catch (Problem $unreadable) {
            // Somebody else's, out of the token's sight.
            return;
        }
        $name = "VM {$guest['vmid']} ({$config['name']}) on {$guest['node']}";
        try {
            $this->removeBackups($cluster, (string) $guest['node'], (int) $guest['vmid'], $marks);
            $status = (array) $cluster->get($path . '/status/current');
            if (($status['status'] ?? '') === 'running') {
                $cluster->await((string) $cluster->call('POST', $path . '/status/stop', []));
            }
            // Read once more: between the look and the delete, the number may have become somebody else's.
            if (self::carries((array) $cluster->get($path . '/config'), $marks)) {
                $cluster->await((string) $cluster->call('DELETE', $path, ['purge' => 1]));
            }
            $this->screen->line("$name removed");
        } catch (Problem $problem) {
            $this->left++;
            $this->screen->bad("$name: " . $problem->getMessage());
        }
    }

    /** @param string[] $marks */
    private function removeBackups(Cluster $cluster, string $node, int $vmid, array $marks): void
    {
        foreach ((array) $cluster->get("/nodes/$node/storage?content=backup") as $storage) {
            $path = "/nodes/$node/storage/{$storage['storage']}/content";
            foreach ((array) $cluster->get("$path?content=backup&vmid=$vmid") as $backup) {
                if (self::carries(['description' => $backup['notes'] ?? ''], $marks)) {
                    $answer = $cluster->call('DELETE', $path . '/' . rawurlencode((string) $backup['volid']), []);
                    if (is_string($answer) && strpos($answer, 'UPID:') === 0) {
                        $cluster->await($answer);
                    }
                }
            }
        }
    }

    /**
     * @param array<string, mixed> $config
     * @param string[] $marks
     */
    private static function carries(array $config, array $marks): bool
    {
        foreach ($marks as $mark) {
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
