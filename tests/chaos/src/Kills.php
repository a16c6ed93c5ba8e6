<?php

declare(strict_types=1);

namespace Chaos;

use Support\Problem;

/**
 * Orders, and one cron that is killed over and over while it works on them. It runs with its lock, as in a shop of one
 * machine: that of a killed run must not stop the next.
 */
final class Kills
{
    private const ORDERS = 20;

    /** A request is about this long in the journal; only the spread of the moments depends on it. */
    private const BYTES_PER_REQUEST = 200;

    private int $done = 0;

    /** @var array<int, int> The service of each order. */
    private array $services = [];

    public function __construct(private Scene $scene, private Plan $plan)
    {
    }

    /**
     * @return array<int, int> the service of each order
     * @throws Problem when the runs end too early
     */
    public function run(): array
    {
        mt_srand($this->plan->seed);
        $missed = 0;
        while ($this->done < $this->plan->cuts) {
            if ($this->areAllReady()) {
                $this->order();
            }
            if ($this->killOnce()) {
                $this->done++;
            } elseif (++$missed > $this->plan->cuts) {
                throw new Problem('The cron ends before it can be killed.');
            }
        }
        return $this->services;
    }

    public function done(): int
    {
        return $this->done;
    }

    private function order(): void
    {
        foreach ($this->scene->bench->site->orders(self::ORDERS, 1, 1) as $service) {
            $number = count($this->services) + 1;
            $this->services[$number] = $service;
            $this->plan->stories[$number] = Story::ofNothing();
        }
    }

    /**
     * One run of the cron, ended at a seeded moment: after so many requests, or so many milliseconds after its start,
     * which reaches the time before the first request.
     *
     * @return bool false when the run was over before that
     */
    private function killOnce(): bool
    {
        $early = mt_rand(0, 9) === 0;
        $requests = $early ? 0 : mt_rand(0, 60);
        $jitter = mt_rand(0, $early ? 150000 : 8000);
        $bench = $this->scene->bench;
        $target = $bench->journalSize() + $requests * self::BYTES_PER_REQUEST;
        $machine = $this->scene->machines[1];
        $cron = $machine->start($bench->site->cron(['--force']), [], $machine->log());
        while ($bench->journalSize() < $target) {
            if (!$cron->isRunning()) {
                return false;
            }
            usleep(200);
        }
        usleep($jitter);
        $killed = $cron->isRunning();
        $cron->kill();
        return $killed;
    }

    private function areAllReady(): bool
    {
        $states = array_column($this->scene->books->states(), 'vm_status');
        return array_diff($states, ['ready']) === [];
    }
}
