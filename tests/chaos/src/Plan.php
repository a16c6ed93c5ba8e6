<?php

declare(strict_types=1);

namespace Chaos;

/** What is done in one round, and when: all of it follows from the seed. */
final class Plan
{
    /** So long things go wrong, in milliseconds. */
    public const LENGTH = 14000;

    /** The cron machines. */
    public const MACHINES = 3;

    public int $seed;

    /** Whether clones are full ones, which may go to any node. */
    public bool $full;

    /** Seconds that addresses and VMIDs stay in quarantine. */
    public int $quarantine;

    /** How many addresses there are. */
    public int $addresses;

    /** @var Story[] What happens to the orders, by their number from 1. */
    public array $stories = [];

    /**
     * When which machine is killed; if it is idle then, how long after the start of its next run; how long it is away.
     *
     * @var array<int, array{0: int, 1: int, 2: int, 3: int}>
     */
    public array $kills = [];

    /** How many runs of the cron are killed one after another; then nothing else goes wrong. */
    public int $cuts = 0;

    /** From when on machine 3 is lost for good, as soon as it is at work; 0: it is not. */
    public int $lost = 0;

    /** @var array<int, array{0: int, 1: int}> When the cluster's web servers restart, and for how long they are away. */
    public array $restarts = [];

    /** @var array<int, array{0: int, 1: string, 2: bool}> */
    public array $weather = [];

    /** @var array<int, array{0: int, 1: string, 2: bool}> What goes wrong with the database. */
    public array $store = [];

    /** Whether the VMs' names go into a file, whose disk is the one that fills; else to a name server. */
    public bool $zoneFile;

    /** @var array<int, array{0: int, 1: bool, 2: string, 3: bool}> When which name server, that of names?, fails how. */
    public array $names = [];

    /** @var array<int, array{0: int, 1: bool}> When the disk is full, and when not any more. */
    public array $disk = [];

    /** @var array<int, array{0: int, 1: string, 2: int}> When a stranger does what, with which VMID or order. */
    public array $strangers = [];

    public static function of(int $seed): self
    {
        mt_srand($seed);
        $plan = new self();
        $plan->seed = $seed;
        $plan->full = mt_rand(0, 1) === 1;
        $plan->quarantine = mt_rand(0, 1) * 3600;
        $orders = mt_rand(7, 10);
        for ($number = 1; $number <= $orders; $number++) {
            $plan->stories[$number] = Story::draw();
        }
        $plan->addresses = mt_rand(0, 4) === 0 ? $orders - 1 : 60;
        for ($count = mt_rand(5, 9); $count > 0; $count--) {
            $plan->kills[] = [
                mt_rand(400, self::LENGTH), mt_rand(1, self::MACHINES), mt_rand(50, 900), mt_rand(100, 1500),
            ];
        }
        $plan->lost = mt_rand(0, 2) === 0 ? mt_rand(1500, 6000) : 0;
        for ($count = mt_rand(1, 2); $count > 0; $count--) {
            $plan->restarts[] = [mt_rand(500, self::LENGTH - 2000), mt_rand(100, 900)];
        }
        $plan->weather = Weather::draw(self::LENGTH);
        for ($count = mt_rand(1, 3); $count > 0; $count--) {
            $plan->strangers[] = self::strange($orders);
        }
        foreach (Store::draw(self::LENGTH) as $turn) {
            // An hour ends every lease: whoever cannot be seen to live loses its services then, as it should.
            if ($plan->lost === 0 || $turn[1] !== Store::AN_HOUR) {
                $plan->store[] = $turn;
            }
        }
        $plan->drawNames();
        return $plan;
    }

    /** One that kills the cron so many times, and does nothing else. */
    public static function ofKills(int $seed, int $kills): self
    {
        mt_srand($seed);
        $plan = new self();
        $plan->seed = $seed;
        $plan->cuts = $kills;
        $plan->full = mt_rand(0, 1) === 1;
        $plan->quarantine = 0;
        $plan->zoneFile = mt_rand(0, 1) === 1;
        // Room for some thousand orders.
        $plan->addresses = 10000;
        return $plan;
    }

    private function drawNames(): void
    {
        $this->zoneFile = mt_rand(0, 1) === 1;
        foreach ([true, false] as $forward) {
            for ($at = mt_rand(0, 3000); $at < self::LENGTH - 1000; $at = $until + mt_rand(500, 4000)) {
                $trouble = NameServer::TROUBLES[mt_rand(0, count(NameServer::TROUBLES) - 1)];
                $until = $at + mt_rand(500, 4000);
                array_push($this->names, [$at, $forward, $trouble, true], [$until, $forward, $trouble, false]);
            }
        }
        $full = mt_rand(1000, self::LENGTH - 4000);
        $this->disk = [[$full, true], [$full + mt_rand(500, 3500), false]];
    }

    /** Whether there are fewer addresses than orders. */
    public function isScarce(): bool
    {
        return $this->addresses < count($this->stories);
    }

    /** @return array{0: int, 1: string, 2: int} */
    private static function strange(int $orders): array
    {
        $kinds = ['takes', 'copies', 'backs up'];
        $kind = $kinds[mt_rand(0, 2)];
        // VMIDs are given out from 200 on: the stranger takes one that an order is about to get.
        return $kind === 'takes' ? [mt_rand(300, 2500), $kind, 200 + mt_rand(0, $orders)]
            : [mt_rand(3500, 9000), $kind, mt_rand(1, $orders)];
    }

    /** The schedule for people. @return string[] */
    public function lines(): array
    {
        $lines = [sprintf(
            '%s clones, %d addresses, quarantine %d s, names in a %s',
            $this->full ? 'full' : 'linked',
            $this->addresses,
            $this->quarantine,
            $this->zoneFile ? 'file' : 'server'
        )];
        foreach ($this->stories as $number => $story) {
            $lines[] = "order $number $story";
        }
        if ($this->cuts > 0) {
            $lines[] = "$this->cuts runs of the cron are killed one after another";
        }
        $timed = [];
        foreach ($this->kills as [$at, $machine, $delay, $away]) {
            $text = 'machine %d is killed, if idle %.2f s after its next start, away for %.1f s';
            $timed[] = [$at, sprintf($text, $machine, $delay / 1000, $away / 1000)];
        }
        if ($this->lost > 0) {
            $timed[] = [$this->lost, 'machine 3 is lost for good as soon as it is at work'];
        }
        foreach ($this->restarts as [$at, $away]) {
            $timed[] = [$at, sprintf('the web servers restart, away for %.1f s', $away / 1000)];
        }
        foreach (array_merge($this->weather, $this->store) as [$at, $what, $begins]) {
            $timed[] = [$at, $begins ? $what : "no longer: $what"];
        }
        foreach ($this->names as [$at, $forward, $trouble, $begins]) {
            $text = 'the name server of ' . ($forward ? 'names' : 'addresses') . " $trouble";
            if (!$forward || !$this->zoneFile) {
                $timed[] = [$at, $begins ? $text : "no longer: $text"];
            }
        }
        foreach ($this->disk as [$at, $full]) {
            $timed[] = [$at, $full ? 'the disk is full' : 'no longer: the disk is full'];
        }
        foreach ($this->strangers as [$at, $what, $number]) {
            $whose = $what === 'takes' ? "VMID $number" : "the VM of order $number";
            $timed[] = [$at, "a stranger $what $whose"];
        }
        sort($timed);
        foreach ($timed as [$at, $text]) {
            $lines[] = sprintf('%5.1f s %s', $at / 1000, $text);
        }
        return $lines;
    }
}
