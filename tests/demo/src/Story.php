<?php

declare(strict_types=1);

namespace Demo;

use Support\Cluster;
use Support\Premises;
use Support\Problem;
use Support\Screen;
use Support\Settings;
use Support\Site;

/** The demo from an empty directory to a running VM that one can click around in. */
final class Story
{
    private Premises $premises;
    private Site $site;

    public function __construct(private Settings $settings, private Screen $screen)
    {
        $this->premises = new Premises($settings, $screen);
        $this->site = $this->premises->site;
    }

    /** @throws Problem when the VM does not become ready */
    public function tell(): void
    {
        try {
            $this->premises->find(['--scenario', 'demo', '--scale', '0.2', '--listen', 'pve1=127.0.0.1:0']);
            $this->settings->isReal() ? $this->furnishOwn() : $this->furnishSimulated();
            $service = $this->order();
            $this->screen->step('The cron, until the VM is ready');
            // A real cluster may copy a large disk.
            $this->premises->shop->deliver($service, $this->settings->isReal() ? 1800 : 120);
            $this->show($this->premises->cluster(), $service);
            if (!$this->settings->once) {
                (new Visit($this->site, $this->screen, $this->settings->port))->host($service);
            }
        } finally {
            $this->premises->close();
        }
    }

    private function furnishSimulated(): void
    {
        $template = $this->premises->place()->template;
        $this->premises->furnish([
            'cpu' => '2', 'ram' => '2', 'system_size' => '20', 'additional_size' => '10',
            // A linked clone could not leave the template's node.
            'node' => 'automatically', 'clone_type' => 'full',
            'system_read_mbps' => '200', 'system_write_mbps' => '200',
            'backup_storage' => $this->premises->simulated('backup_storage'),
            'iso_storage' => $this->premises->simulated('iso_storage'),
        ], [
            '--options', 'Operating System',
            '--templates', "$template|Debian 12,9001|Debian 12 (shared storage)",
        ]);
        $this->premises->shop->name($this->settings->state('zones'), Premises::ZONES);
    }

    private function furnishOwn(): void
    {
        if ($this->site->exists()) {
            $this->screen->line('The site of the last run is there: one more order is placed in it.');
            return;
        }
        $this->premises->furnish([], ['--options', 'none']);
    }

    private function order(): int
    {
        $this->screen->step('A client orders a VM, pays, and WHMCS calls CreateAccount');
        $placed = $this->site->json(['order', '--client', '1', '--product', '1', '--json']);
        $this->screen->table(['service' => $placed['service'], 'CreateAccount' => $placed['result']]);
        return (int) $placed['service'];
    }

    private function show(Cluster $cluster, int $service): void
    {
        $query = "select vm_id, node from puqProxmoxKVM_vm_info where service_id = $service";
        $vm = $this->site->rows($query)[0];
        $path = "/nodes/{$vm['node']}/qemu/{$vm['vm_id']}";
        $this->screen->step("VM {$vm['vm_id']} on node {$vm['node']}, as Proxmox reports it");
        $config = (array) $cluster->get($path . '/config');
        ksort($config, SORT_NATURAL);
        $status = (array) $cluster->get($path . '/status/current');
        $this->screen->table(['status' => $status['status'] ?? ''] + $config);
        if (!$this->settings->isReal()) {
            $this->screen->step('Its names, in the zone files');
            foreach (Premises::ZONES as $zone) {
                foreach (file($this->settings->state('zones/' . $zone), FILE_IGNORE_NEW_LINES) ?: [] as $line) {
                    if (preg_match('/\s(A|AAAA|PTR)\s/', $line) === 1) {
                        $this->screen->line($line . '   ; ' . $zone);
                    }
                }
            }
        }
        $this->screen->step('The mail that the client got');
        foreach ($this->site->json(['mail', 'list', '--json']) as $mail) {
            if ((int) $mail['relid'] === $service && strpos((string) $mail['template_name'], 'ready') !== false) {
                $text = $this->site->standin(['mail', 'show', (string) $mail['id']]);
                // The mailbox keeps HTML, a terminal has none.
                $text = strip_tags((string) preg_replace(['~<br\s*/?>\n?~', '~</p>~'], ["\n", "\n\n"], $text));
                $this->screen->line(trim(html_entity_decode($text)));
            }
        }
        if (($status['status'] ?? '') !== 'running') {
            throw new Problem('The VM is ready for us, but Proxmox does not report it as running.');
        }
        $this->screen->line();
        $this->screen->good("VM {$vm['vm_id']} is ready.");
    }
}
