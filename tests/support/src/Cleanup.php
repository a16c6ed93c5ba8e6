<?php

declare(strict_types=1);

namespace Support;

/** Removes from a cluster what a site made there: VMs and backups that carry an owner mark of the site's database. */
final class Cleanup
{
    private int $left = 0;

    public function __construct(private Cluster $cluster, private Marks $marks, private Screen $screen)
    {
    }

    /**
     * Cleans the cluster that a recorded run worked on, and forgets the run.
     *
     * @throws Problem when something of it is still there afterwards
     */
    public static function ofRun(Settings $settings, Screen $screen): void
    {
        $directory = $settings->directory . '/cluster';
        $record = new Record($directory . '/cluster.json');
        $known = $record->read();
        $site = new Site($directory . '/site', $settings->extension);
        if ($known === null || !$site->exists()) {
            $screen->line('No run on a real cluster is recorded here: nothing to remove.');
            return;
        }
        if (!$settings->isReal()) {
            throw new Problem("The demo ran on {$known['url']}: say PVE_URL, PVE_TOKEN_ID and PVE_TOKEN_SECRET.");
        }
        if ($known['url'] !== $settings->url) {
            throw new Problem("The demo ran on {$known['url']}, not on {$settings->url}: nothing is touched.");
        }
        $cluster = new Cluster($known['url'], $settings->tokenId, $settings->tokenSecret, $known['fingerprint']);
        (new self($cluster, new Marks($site), $screen))->run();
        $site->remove();
        $record->forget();
        $screen->good('Nothing of the demo is left on ' . $known['url'] . '.');
    }

    /** @throws Problem when something is still there afterwards */
    public function run(): void
    {
        foreach ((array) $this->cluster->get('/cluster/resources?type=vm') as $guest) {
            if (($guest['type'] ?? '') === 'qemu' && (int) ($guest['template'] ?? 0) === 0) {
                $this->consider($guest);
            }
        }
        foreach ($this->marks->backups($this->cluster) as $path => $volume) {
            $this->attempt("Backup $volume", function () use ($path): void {
                $answer = $this->cluster->call('DELETE', $path, []);
                if (is_string($answer) && strpos($answer, 'UPID:') === 0) {
                    $this->cluster->await($answer);
                }
            });
        }
        if ($this->left > 0) {
            $what = $this->left === 1 ? 'One thing of the demo is' : "$this->left things of the demo are";
            throw new Problem("$what still there; its record is kept.");
        }
    }

    /** @param array<string, mixed> $guest */
    private function consider(array $guest): void
    {
        $path = "/nodes/{$guest['node']}/qemu/{$guest['vmid']}";
        // A number that the site reserved: what is there may be its VM even if nothing shows that yet.
        $reserved = $this->marks->hasReserved((int) $guest['vmid']);
        try {
            $config = (array) $this->cluster->get($path . '/config');
        } catch (Problem $unreadable) {
            if ($reserved) {
                $this->left++;
                $this->screen->bad("VM {$guest['vmid']}: " . $unreadable->getMessage());
            }
            return;
        }
        if (!$this->marks->areOn($config)) {
            // While a clone runs its description is not there: Proxmox writes " qmclone temporary file" for that time.
            if ($reserved && ($config['lock'] ?? '') === 'clone') {
                $this->left++;
                $this->screen->bad("VM {$guest['vmid']} is being cloned; whose it is shows when that is over.");
            }
            return;
        }
        $this->attempt("VM {$guest['vmid']} ({$config['name']}) on {$guest['node']}", function () use ($path): void {
            $status = (array) $this->cluster->get($path . '/status/current');
            if (($status['status'] ?? '') === 'running') {
                $this->cluster->await((string) $this->cluster->call('POST', $path . '/status/stop', []));
            }
            // Read once more: between the look and the delete, the number may have become somebody else's.
            if ($this->marks->areOn((array) $this->cluster->get($path . '/config'))) {
                $this->cluster->await((string) $this->cluster->call('DELETE', $path, ['purge' => 1]));
            }
        });
    }

    private function attempt(string $name, callable $remove): void
    {
        try {
            $remove();
            $this->screen->line("$name removed");
        } catch (Problem $problem) {
            $this->left++;
            $this->screen->bad("$name: " . $problem->getMessage());
        }
    }
}
