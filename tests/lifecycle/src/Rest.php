<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Problem;
use Support\Process;
use Support\Site;

/** Runs the real cron.php until a service is at rest. */
final class Rest
{
    /** What the cron printed last. */
    private string $last = '';

    public function __construct(
        private Site $site,
        /** Seconds between two runs. */
        private float $pause
    ) {
    }

    /**
     * Waits until nothing is under way for the service and its state is the one wanted.
     *
     * @param int $patience seconds
     * @throws Problem when that takes longer; with the cron's last words
     */
    public function await(int $service, string $state, int $patience): void
    {
        $end = microtime(true) + $patience;
        do {
            [$status, $output, $errors] = Process::run($this->site->cron(['--force']));
            $this->last = $output . $errors;
            // 75: the hook's own run holds the lock.
            if (!in_array($status, [0, 1, 75], true)) {
                throw new Problem("cron.php ended with status $status: " . trim($this->last));
            }
            $row = $this->row($service);
            $busy = (int) $row['open'] + (int) $row['asked'];
            if ($row['vm_status'] === $state && trim((string) $row['wanted']) === '' && $busy === 0) {
                return;
            }
            usleep((int) ($this->pause * 1000000));
        } while (microtime(true) < $end);
        $is = "its state is {$row['vm_status']}" . ($row['waiting'] ? ", it waits for: {$row['waiting']}" : '');
        throw new Problem("The service is not at rest after $patience s: $is. The cron's last run:\n" . $this->last);
    }

    /** What the cron printed in its last run. */
    public function last(): string
    {
        return $this->last;
    }

    /** @return array<string, mixed> */
    private function row(int $service): array
    {
        $open = "select count(*) from puq_proxmox_kvm_operations where service_id = $service and outcome = ''";
        $asked = "select count(*) from puq_proxmox_kvm_requests where service_id = $service and outcome = ''";
        $query = "select vm_status, wanted, waiting, ($open) as open, ($asked) as asked"
            . " from puqProxmoxKVM_vm_info where service_id = $service";
        $row = $this->site->rows($query)[0] ?? null;
        if ($row === null) {
            throw new Problem("The module knows no service $service.");
        }
        return $row;
    }
}
