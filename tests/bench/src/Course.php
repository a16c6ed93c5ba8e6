<?php

declare(strict_types=1);

namespace Bench;

use Support\Problem;
use Support\Process;

/** The measurements in their order. */
final class Course
{
    private const MIB = 1048576;

    public function __construct(private Lab $lab, private Report $report, private string $core)
    {
    }

    /** @param string[] $only Nothing named: all of it. */
    public function run(array $only): void
    {
        $wanted = static fn (string $part): bool => $only === [] || in_array($part, $only, true);
        if ($wanted('deploys') || $wanted('overview') || $wanted('loading')) {
            $deploys = new Deploys($this->lab);
            $wanted('deploys') ? $this->deploys($deploys) : $deploys->run(1, false);
            if ($wanted('overview')) {
                $this->overview($deploys);
            }
            if ($wanted('loading')) {
                $this->loading($deploys, $wanted('overview'));
            }
        }
        if ($wanted('rest')) {
            $this->rest();
        }
        if ($wanted('allocators')) {
            $all = (new Allocators($this->lab))->run();
            if ($all['addresses'] !== Allocators::NUMBER || $all['gaps'] !== 0) {
                throw new Problem("The allocators took {$all['addresses']} addresses with {$all['gaps']} gaps.");
            }
            $this->report->say(sprintf(
                '%d allocators at once on MariaDB: %.2f s, %d addresses, no gap between them',
                Allocators::NUMBER,
                $all['seconds'],
                $all['addresses']
            ));
        }
        if ($wanted('core')) {
            $this->core();
        }
    }

    private function deploys(Deploys $deploys): void
    {
        $cold = $deploys->run(100, false);
        $this->told('100 VMs, limits cold', $cold);
        $warm = [];
        foreach ([1, 10, 100, 100, 100, 500] as $orders) {
            $run = $deploys->run($orders, true);
            $this->told("$orders VMs, limits warm", $run);
            $warm[$orders][] = $run;
        }
        $sequence = $deploys->sequential();
        $this->report->say(sprintf(
            'one after another: %d VMs in %.2f s, %.1f calls each with looks',
            Deploys::SEQUENCE,
            $sequence['seconds'],
            $sequence['calls']
        ));
        $seconds = Rest::median(array_column($warm[100], 'seconds'));
        $bound = $warm[100][0]['bound'];
        $this->report->figure('deploy100_over_bound', $seconds / $bound);
        $this->report->figure('speedup_share_of_bound', $bound / $seconds);
        $alone = $sequence['seconds'] * 100 / Deploys::SEQUENCE;
        $this->report->figure('sequential_over_deploy100', $alone / $seconds);
        $above = $warm[500][0]['peak'] - $deploys->idlePeak();
        $this->report->figure('inflight500_mib_above_php', $above / self::MIB);
        $this->report->figure('calls_per_deploy', Rest::median(array_column($warm[100], 'calls')));
    }

    /** @param array{seconds: float, ticks: int, calls: float, looks: float, peak: int, bound: float, by: string} $run */
    private function told(string $what, array $run): void
    {
        $this->report->say(sprintf(
            '%-22s %6.2f s in %d ticks, bound %.2f s (%s), ratio %.3f; each %.1f calls and %.1f looks; peak %d MiB',
            $what,
            $run['seconds'],
            $run['ticks'],
            $run['bound'],
            $run['by'],
            $run['seconds'] / $run['bound'],
            $run['calls'],
            $run['looks'],
            $run['peak'] / self::MIB
        ));
    }

    private function overview(Deploys $deploys): void
    {
        $pages = (new Overview($this->lab))->run($deploys->site());
        sort($pages['ours']);
        sort($pages['theirs']);
        $at = static fn (array $walls, float $share): float => (float) $walls[(int) ((count($walls) - 1) * $share)];
        $this->report->figure('overview_round_trips', $pages['trips']);
        $this->report->say(sprintf(
            'client overview: ours p50 %.1f ms, p95 %.1f ms; sequential PHP p50 %.1f ms, p95 %.1f ms',
            $at($pages['ours'], 0.5),
            $at($pages['ours'], 0.95),
            $at($pages['theirs'], 0.5),
            $at($pages['theirs'], 0.95)
        ));
    }

    private function loading(Deploys $deploys, bool $shown): void
    {
        if (!$shown) {
            (new Overview($this->lab))->run($deploys->site());
        }
        $loading = (new Loading($this->lab))->run($deploys->site());
        $this->report->figure('fpm_with_over_without', $loading['fpm']['ratio']);
        $this->report->figure(
            'fpm_worker_mib_added',
            ($loading['memory']['after'] - $loading['memory']['before']) / self::MIB
        );
        foreach (['fpm' => 'a request', 'page' => 'a page of WHMCS', 'cli' => 'php -r ";"'] as $key => $name) {
            $this->report->say(sprintf(
                'processor time of %s: %.3f ms with the extension, %.3f ms without, ratio %.4f',
                $name,
                $loading[$key]['with'] * 1000,
                $loading[$key]['without'] * 1000,
                $loading[$key]['ratio']
            ));
        }
    }

    private function rest(): void
    {
        $rest = (new Rest($this->lab))->run();
        foreach ($rest as $services => $tick) {
            $this->report->say(sprintf(
                'tick at rest with %6d services: %.2f ms, %d queries, %d rows read, %d calls, peak %.1f MiB',
                $services,
                $tick['wall'],
                $tick['queries'],
                $tick['rows'],
                $tick['calls'],
                $tick['peak'] / self::MIB
            ));
        }
        $few = $rest[10];
        $many = $rest[100000];
        $this->report->figure('rest_wall_100k_over_10', $many['wall'] / $few['wall']);
        $this->report->figure('rest_queries_100k_over_10', Report::ratio($many['queries'], $few['queries']));
        $this->report->figure('rest_calls_100k_over_10', Report::ratio($many['calls'], $few['calls']));
        $this->report->figure('rest_rows_100k_over_10', Report::ratio($many['rows'], $few['rows']));
    }

    /** What is measured inside the core: the program prints "figure KEY VALUE", and lines for people. */
    private function core(): void
    {
        [$status, $output, $errors] = Process::run(['sh', '-c', $this->core]);
        foreach (explode("\n", trim($output)) as $line) {
            if (preg_match('/^figure (\w+) ([0-9.]+)$/', $line, $match) === 1) {
                $value = $match[2];
                $this->report->figure($match[1], strpos($value, '.') === false ? (int) $value : (float) $value);
            } else {
                $this->report->say($line);
            }
        }
        if ($status !== 0) {
            throw new Problem("The measurements inside the core ended with $status: " . substr($errors, -2000));
        }
    }
}
