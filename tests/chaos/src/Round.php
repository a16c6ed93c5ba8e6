<?php

declare(strict_types=1);

namespace Chaos;

use Support\Problem;

/** One round: the plan is carried out, calm returns, and the verdict is spoken. */
final class Round
{
    /** How often the services' states are looked at, in milliseconds. */
    private const LOOK = 200;

    /** What the client's forms send beside the button. */
    private const FORMS = [
        'reinstall' => ['confirm' => 'REINSTALL', 'template' => '9001'], 'reset_password' => ['shutdown' => '1'],
        'iso_mount' => ['image' => 'nfs-iso:iso/debian-12.5.0-amd64-netinst.iso'],
        'firewall_rule_add' => ['direction' => 'in', 'verdict' => 'ACCEPT', 'protocol' => 'tcp', 'dest_port' => '443'],
    ];

    private Scene $scene;

    /** @var array<int, int> The service of each order. */
    private array $services = [];

    /** @var array<int, int> When each order's story began. */
    private array $begun = [];

    /** @var string[] What was answered, for people. */
    private array $diary = [];
    private int $asked = 0;
    private int $granted = 0;
    private int $kills = 0;

    /** @var int[] Orders that were not taken while the database failed. */
    private array $again = [];

    /** What became of the machine that was lost. */
    private ?Loss $loss = null;

    public function __construct(private Plan $plan, private string $dsn)
    {
    }

    /** @return bool whether all was well */
    public function play(int $number, int $rounds): bool
    {
        $name = "round $number of $rounds, seed {$this->plan->seed}";
        echo "\n$name: ", implode("\n  ", $this->plan->lines()), "\n";
        $times = [microtime(true)];
        $this->scene = new Scene($this->plan, $this->dsn);
        $times[] = microtime(true);
        $wrong = [];
        try {
            $this->storm();
            $times[] = microtime(true);
            $calm = new Calm($this->scene, $this->plan);
            $wrong = $calm->bring($this->loss);
            $times[] = microtime(true);
            file_put_contents($this->scene->directory() . '/diary.txt', implode("\n", $this->diary) . "\n");
            $wrong = array_merge($wrong, (new Verdict($this->scene, $this->plan))->findings($this->services));
        } catch (Problem $problem) {
            $wrong[] = $problem->getMessage();
        }
        $times[] = microtime(true);
        $this->scene->close($wrong !== []);
        foreach ($wrong as $text) {
            echo "  $text\n";
        }
        echo $wrong === [] ? 'ok' : 'not ok', " - $name: ", $this->account($times), "\n";
        if ($wrong !== []) {
            echo "  Site, journal, logs and database are kept in {$this->scene->directory()}.\n";
        }
        return $wrong === [];
    }

    /**
     * What happened, in one line.
     *
     * @param float[] $times When its parts began, and when the last ended.
     */
    private function account(array $times): string
    {
        $kills = $this->kills + array_sum(array_map(static function (Machine $machine): int {
            return $machine->kills();
        }, $this->scene->machines));
        $parts = [];
        foreach (array_slice($times, 1) as $number => $time) {
            $parts[] = round($time - $times[$number]);
        }
        return count($this->plan->stories) . " orders, $kills runs killed"
            . ($this->loss !== null ? ", a machine lost with {$this->loss->count()} services" : '')
            . ", $this->granted of $this->asked wishes granted, " . implode(' + ', $parts) . ' s';
    }

    /** The time in which things go wrong. */
    private function storm(): void
    {
        if ($this->plan->cuts > 0) {
            $kills = new Kills($this->scene, $this->plan);
            $this->services = $kills->run();
            $this->kills = $kills->done();
            return;
        }
        $due = $this->timed();
        $acts = [];
        foreach ($this->plan->stories as $number => $story) {
            $acts[$number] = $story->acts;
        }
        $start = microtime(true);
        $looked = -self::LOOK;
        do {
            $now = (int) ((microtime(true) - $start) * 1000);
            while ($due !== [] && $due[0][0] <= $now) {
                [, $do] = array_shift($due);
                $do($now);
            }
            if ($now - $looked >= self::LOOK) {
                $looked = $now;
                $this->look($now);
            }
            foreach ($this->begun as $number => $from) {
                while ($acts[$number] !== [] && $from + $acts[$number][0]->after <= $now) {
                    $this->perform($number, array_shift($acts[$number]), $now);
                }
            }
            $this->scene->turn($now);
            usleep(2000);
        } while ($now < Plan::LENGTH || $this->waitsForOrders($now));
    }

    /** Whoever could not order while the database failed does so once it is back. */
    private function waitsForOrders(int $now): bool
    {
        if (count($this->services) === count($this->plan->stories)) {
            return false;
        }
        $this->scene->store->clear();
        return $now < 2 * Plan::LENGTH;
    }

    /** Everything that has its time. @return array<int, array{0: int, 1: callable}> in order */
    private function timed(): array
    {
        $due = [];
        foreach ($this->plan->stories as $number => $story) {
            $due[] = [$story->at, function () use ($number): void {
                $this->order($number);
            }];
        }
        foreach ($this->plan->kills as [$at, $machine, $delay, $away]) {
            $due[] = [$at, function (int $now) use ($machine, $delay, $away): void {
                $this->scene->machines[$machine]->kill($now, $delay, $away);
            }];
        }
        foreach ($this->plan->restarts as [$at, $away]) {
            $due[] = [$at, function () use ($away): void {
                $this->scene->weather->restart($away);
            }];
        }
        foreach ($this->plan->weather as [$at, $what, $begins]) {
            $due[] = [$at, function () use ($what, $begins): void {
                $this->scene->weather->turn($what, $begins);
            }];
        }
        foreach ($this->plan->store as [$at, $what, $begins]) {
            $due[] = [$at, function () use ($what, $begins): void {
                $this->scene->store->turn($what, $begins);
            }];
        }
        foreach ($this->plan->names as [$at, $forward, $trouble, $begins]) {
            $due[] = [$at, function () use ($forward, $trouble, $begins): void {
                $this->scene->signs->turn($forward, $trouble, $begins);
            }];
        }
        foreach ($this->plan->disk as [$at, $full]) {
            $due[] = [$at, function () use ($full): void {
                $this->scene->fill($full);
            }];
        }
        foreach ($this->plan->strangers as [$at, $what, $number]) {
            $due[] = [$at, function () use ($what, $number): void {
                $this->strange($what, $number);
            }];
        }
        usort($due, static fn (array $one, array $other): int => $one[0] <=> $other[0]);
        return $due;
    }

    /** Looks where the services stand: stories begin when VMs are ready, and a machine is lost while it is at work. */
    private function look(int $now): void
    {
        if (!$this->scene->store->isUp()) {
            return;
        }
        $again = $this->scene->store->isTroubled(microtime(true)) ? [] : $this->again;
        foreach ($again as $number) {
            $this->order($number);
        }
        $this->again = array_diff($this->again, $again);
        $states = $this->scene->books->states();
        foreach ($this->services as $number => $service) {
            $ready = ($states[$service]['vm_status'] ?? '') === 'ready';
            if (!isset($this->begun[$number]) && ($ready || !$this->plan->stories[$number]->ready)) {
                $this->begun[$number] = $now;
            }
        }
        if ($this->plan->lost > 0 && $now >= $this->plan->lost && $this->loss === null) {
            $this->loss = Loss::strike($this->scene->machines[3], $this->scene->books);
        }
    }

    private function order(int $number): void
    {
        $story = $this->plan->stories[$number];
        $words = [
            'order', '--client', '1', '--product', '1', '--option', 'RAM=1',
            '--option', "Operating System=$story->template", '--json',
        ];
        $since = microtime(true);
        $this->scene->office->run($words, 0, function (string $output) use ($number, $story, $since): void {
            $placed = (array) json_decode($output, true);
            if (($placed['result'] ?? '') !== 'success') {
                if ($this->scene->store->isTroubled($since)) {
                    $this->note($number, 'ordered', $output);
                    $this->again[] = $number;
                    return;
                }
                throw new Problem("Order $number was refused: $output");
            }
            $this->services[$number] = (int) $placed['service'];
            $this->note($number, 'ordered', "service {$placed['service']}");
            if ($story->twice) {
                $this->command($number, ['module', (string) $placed['service'], 'Create'], 0);
            }
        });
    }

    private function perform(int $number, Act $act, int $now): void
    {
        $service = (string) $this->services[$number];
        for ($time = $act->twice ? 2 : 1; $time > 0; $time--) {
            if ($act->way === 'page') {
                $this->click($number, $act->what, $time - 1);
                continue;
            }
            $words = $act->way === 'upgrade' ? ['upgrade', $service, '--option', 'RAM=' . $act->what]
                : ['module', $service, $act->what];
            if ($act->what === 'ChangePassword') {
                $words[] = 'password=' . substr(sha1("{$this->plan->seed}-$number"), 0, 12) . 'Aa1';
            }
            $this->command($number, $words, $act->killed > 0 ? $now + $act->killed : 0);
        }
    }

    /** @param string[] $words */
    private function command(int $number, array $words, int $end): void
    {
        $this->asked++;
        $since = microtime(true);
        $this->scene->office->run($words, $end, function (string $output) use ($number, $words, $since): void {
            if ($output !== 'success' && $this->scene->store->isTroubled($since)) {
                // Nobody knows what of it was stored.
                $this->scene->office->giveAgain($words);
            }
            $this->granted += $output === 'success' ? 1 : 0;
            $this->note($number, (string) preg_replace('/password=\S+/', 'password=…', implode(' ', $words)), $output);
        });
    }

    private function click(int $number, string $op, int $window): void
    {
        $this->asked++;
        // What is restored or removed is chosen from the page's list, the newest first.
        $lists = [
            'backup_restore' => ['backups', 'id'], 'backup_remove' => ['backups', 'id'],
            'snapshot_rollback' => ['snapshots', 'name'], 'snapshot_remove' => ['snapshots', 'name'],
        ];
        if (!isset($lists[$op])) {
            $this->send($number, $window, ['op' => $op] + (self::FORMS[$op] ?? []));
            return;
        }
        [$list, $key] = $lists[$op];
        $then = function (array $answer) use ($number, $window, $op, $list, $key): void {
            $chosen = $answer['data'][$list][0][$key] ?? null;
            if ($chosen === null) {
                $this->note($number, $op, 'the list is empty: ' . json_encode($answer));
                return;
            }
            $this->send($number, $window, ['op' => $op, $key => (string) $chosen]);
        };
        $this->scene->web->ask($window, $this->services[$number], ['op' => $list], $then);
    }

    /** @param array<string, string> $fields */
    private function send(int $number, int $window, array $fields): void
    {
        $then = function (array $answer) use ($number, $fields): void {
            $this->granted += ($answer['ok'] ?? false) === true ? 1 : 0;
            // The page that asked is shown its new password, once; what is kept of the round is not.
            if (isset($answer['data']['password'])) {
                $answer['data']['password'] = '…';
            }
            $this->note($number, implode(' ', $fields), (string) json_encode(['view' => '…'] + $answer));
        };
        $this->scene->web->ask($window, $this->services[$number], $fields, $then);
    }

    private function strange(string $what, int $number): void
    {
        $stranger = $this->scene->stranger;
        if ($what === 'takes') {
            $stranger->take($number);
            return;
        }
        if (!$this->scene->store->isUp()) {
            return;
        }
        $vmid = (int) ($this->scene->books->states()[$this->services[$number] ?? 0]['vm_id'] ?? 0);
        if ($vmid > 0) {
            $what === 'copies' ? $stranger->copy($vmid) : $stranger->backUp($vmid);
        }
    }

    private function note(int $order, string $what, string $answer): void
    {
        $this->diary[] = date('H:i:s ') . "order $order: $what: $answer";
    }
}
