<?php

declare(strict_types=1);

namespace Demo;

use Support\Problem;
use Support\Process;
use Support\Screen;
use Support\Site;

/** The site served for a browser, with a cron beside it, until Ctrl-C. */
final class Visit
{
    private bool $over = false;

    public function __construct(private Site $site, private Screen $screen, private int $port)
    {
    }

    /** @throws Problem when the web server does not run */
    public function host(int $service): void
    {
        $web = $this->site->serve($this->port);
        try {
            $this->welcome($service);
            $this->keep($web);
        } finally {
            $web->stop();
        }
    }

    private function welcome(int $service): void
    {
        $url = "http://127.0.0.1:$this->port";
        $this->screen->step('Have a look around');
        $this->screen->table([
            'client' => "$url/clientarea.php?action=productdetails&id=$service",
            '  signs in as' => 'client1@example.com, password: password',
            'staff' => "$url/admin/clientsservices.php?id=$service",
            '  signs in as' . ' ' => 'admin, password: password',
            'addon' => "$url/admin/addonmodules.php?module=puq_proxmox_kvm",
        ]);
        $this->screen->line("\nThe cron runs every 10 seconds here. Ctrl-C ends it all.\n");
    }

    private function keep(Process $web): void
    {
        pcntl_async_signals(true);
        foreach ([SIGINT, SIGTERM] as $signal) {
            pcntl_signal($signal, function (): void {
                $this->over = true;
            });
        }
        while (!$this->over) {
            // A signal ends the sleep early.
            sleep(10);
            if (!$web->isRunning()) {
                $log = trim((string) file_get_contents($this->site->root() . '/web.log'));
                throw new Problem("The web server ended; is port $this->port taken? PORT=8081 takes another.\n$log");
            }
            if (!$this->over) {
                $this->tick();
            }
        }
        $this->screen->line("\nBye.");
    }

    /** Prints what a run of the cron did, unless that is nothing. */
    private function tick(): void
    {
        $output = Process::run($this->site->cron(['--task=processVirtualMachines']))[1];
        if (strpos($output, '--- ') !== false) {
            $this->screen->line(trim($output));
        }
    }
}
