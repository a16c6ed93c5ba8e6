<?php

declare(strict_types=1);

namespace Kill;

use Demo\Problem;

/** Orders, and a cron that is killed over and over while it works on them. */
final class Rounds
{
    private const ORDERS = 20;

    /** The longest that the last orders may take once nothing is killed any more. */
    private const PATIENCE = 240;

    /** A request is about this long in the journal; only the spread of the moments depends on it. */
    private const BYTES_PER_REQUEST = 200;

    /** @var Bench */
    private $bench;

    /** @var int[] */
    private $services = [];

    public function __construct(Bench $bench, int $seed)
    {
        $this->bench = $bench;
        mt_srand($seed);
    }

    /** @return int[] */
    public function services(): array
    {
        return $this->services;
    }

    /** @throws Problem when orders do not become ready */
    public function run(int $kills): void
    {
        $done = 0;
        $missed = 0;
        while ($done < $kills) {
            if ($this->open() === 0) {
                $this->services = array_merge($this->services, $this->bench->site()->orders(self::ORDERS, 1, 1));
                echo count($this->services), " orders, $done kills\n";
            }
            if ($this->killOnce()) {
                $done++;
            } elseif (++$missed > $kills) {
                throw new Problem('The cron ends before it can be killed.');
            }
        }
        $orders = count($this->services);
        echo "$done kills while $orders orders were deployed ($missed runs ended before their moment)\n";
        $this->finish();
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
        $target = $this->bench->journalSize() + $requests * self::BYTES_PER_REQUEST;
        $cron = $this->bench->cron();
        while ($this->bench->journalSize() < $target) {
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

    private function finish(): void
    {
        $end = time() + self::PATIENCE;
        while (($open = $this->open()) > 0) {
            if (time() > $end) {
                throw new Problem("$open orders are not ready " . self::PATIENCE . ' s after the last kill.');
            }
            $cron = $this->bench->cron();
            while ($cron->isRunning()) {
                usleep(5000);
            }
            $cron->stop();
        }
    }

    private function open(): int
    {
        $query = "select count(*) as n from puqProxmoxKVM_vm_info where vm_status <> 'ready'";
        return (int) $this->bench->site()->rows($query)[0]['n'];
    }
}
