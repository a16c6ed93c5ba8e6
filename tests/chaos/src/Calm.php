<?php

declare(strict_types=1);

namespace Chaos;

/** Brings a round to rest: nothing fails any more, people do again what was cut off, and the cron runs. */
final class Calm
{
    /** How long rest may take, in seconds: longer than the deadline of an operation whose process is gone. */
    private const PATIENCE = 100;

    /** The same where orders by the dozen were left behind by runs that were killed. */
    private const LONG_PATIENCE = 240;

    /** How often it is looked whether all is at rest, in milliseconds. */
    private const LOOK = 300;

    /** How often in a row all must be at rest. */
    private const SURE = 3;

    /** @var array<int, int> How often a person has helped a service. */
    private array $helped = [];

    private int $patience;

    public function __construct(private Scene $scene, private Plan $plan)
    {
        $this->patience = $plan->cuts > 0 ? self::LONG_PATIENCE : self::PATIENCE;
    }

    /** @return string[] what is wrong */
    public function bring(?Loss $loss): array
    {
        $this->scene->weather->clear();
        $this->scene->store->clear();
        $this->scene->signs->clear();
        $this->scene->fill(false);
        foreach ($this->scene->machines as $machine) {
            $machine->spare();
        }
        $wrong = [];
        if ($loss !== null) {
            $wrong = $loss->trespasses();
            $loss->age();
        }
        $start = microtime(true);
        $looked = 0;
        $restful = 0;
        $seen = '';
        do {
            $now = Plan::LENGTH + (int) ((microtime(true) - $start) * 1000);
            $this->scene->turn($now);
            if ($now - $looked >= self::LOOK) {
                $looked = $now;
                $open = $this->open();
                $picture = (string) json_encode($this->scene->books->states());
                // What waits for an address is at rest as long as nothing moves.
                $restful = $open === [] && $picture === $seen ? $restful + 1 : 0;
                $seen = $picture;
                $this->help();
            }
            usleep(2000);
        } while ($restful < self::SURE && microtime(true) - $start < $this->patience);
        if ($restful < self::SURE) {
            $wrong = array_merge($wrong, ['no rest after ' . $this->patience . ' s'], $this->open());
        }
        return array_merge($wrong, $this->retire($start));
    }

    /** The runs under way end by themselves. @return string[] what is wrong */
    private function retire(float $start): array
    {
        foreach ($this->scene->machines as $machine) {
            $machine->retire();
        }
        do {
            $this->scene->turn(Plan::LENGTH);
            usleep(5000);
            $busy = array_filter($this->scene->machines, static fn (Machine $machine): bool => !$machine->isIdle());
        } while ($busy !== [] && microtime(true) - $start < 2 * $this->patience);
        return $busy === [] ? [] : ['a run of the cron does not end'];
    }

    /** What is not at rest. @return string[] */
    private function open(): array
    {
        $open = [];
        if (!$this->scene->web->isIdle() || !$this->scene->office->isIdle() || $this->scene->office->cuts() > 0) {
            $open[] = 'requests are under way';
        }
        foreach ($this->scene->books->states() as $service => $row) {
            $scarce = strpos((string) $row['cause'], 'pool:') === 0 && $this->plan->isScarce();
            $rests = in_array($row['vm_status'], ['ready', 'remove'], true) && (int) $row['rests'] === 1
                && $row['wanted'] === '';
            if (!$rests && !$scarce) {
                $open[] = "service $service is at {$row['vm_status']} ({$row['flow']}), wants \"{$row['wanted']}\": "
                    . "{$row['waiting']}";
            }
        }
        foreach ($this->scene->books->rows("select * from puq_proxmox_kvm_operations where outcome = ''") as $row) {
            $open[] = "operation {$row['kind']} of service {$row['service_id']}, {$row['holder']}, {$row['upid']}";
        }
        foreach ($this->scene->books->rows('select service_id from puq_proxmox_kvm_overdue_names') as $row) {
            $open[] = "names of service {$row['service_id']} are overdue";
        }
        return $open;
    }

    /** What people do: what was cut off is done again, what waits for a decision gets one. */
    private function help(): void
    {
        $office = $this->scene->office;
        if (!$office->isIdle() || !$this->scene->web->isIdle()) {
            return;
        }
        $nothing = static function (): void {
        };
        // One after another: whoever suspended and unsuspended a service does not do both at once now.
        $words = $office->takeCut();
        if ($words !== null) {
            $office->run($words, 0, $nothing);
        }
        foreach ($this->scene->books->states() as $service => $row) {
            $decisions = ['error_terminate' => 'Terminate', 'error_restore' => 'adminRedeploy'];
            $decision = $decisions[$row['vm_status']] ?? null;
            if ($decision !== null && ($this->helped[$service] ?? 0) < 5) {
                $this->helped[$service] = ($this->helped[$service] ?? 0) + 1;
                $office->run(['module', (string) $service, $decision], 0, $nothing);
            }
        }
        // The pauses between two tries grow to an hour; here that passes.
        $this->scene->books->change('update puq_proxmox_kvm_overdue_names set next_look_at = 0 where next_look_at > 0');
        // WHMCS itself calls again what failed in an automatic run.
        if ($this->scene->books->rows('select id from tblmodulequeue where completed = 0') !== []) {
            $office->run(['log', 'queue', '--retry'], 0, $nothing);
        }
    }
}
