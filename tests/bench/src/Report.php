<?php

declare(strict_types=1);

namespace Bench;

/** The figures: the table for people, ratios first, and one flat object for programs. */
final class Report
{
    /** What each figure shall reach; null: it is shown only. */
    private const WANTED = [
        'deploy100_over_bound' => ['<=', 1.15],
        'speedup_share_of_bound' => ['>=', 0.85],
        'sequential_over_deploy100' => ['>=', 20.0],
        'rest_wall_100k_over_10' => ['<=', 1.5],
        'rest_queries_100k_over_10' => ['==', 1.0],
        'rest_calls_100k_over_10' => ['==', 1.0],
        'rest_rows_100k_over_10' => ['==', 1.0],
        'inflight500_mib_above_php' => ['<=', 40.0],
        'mixed_day_errors' => ['==', 0.0],
        'overview_round_trips' => ['<=', 2.0],
        'fpm_with_over_without' => ['<=', 1.02],
        'fpm_worker_mib_added' => ['<=', 8.0],
        'alloc_99_over_0' => ['<=', 1.5],
        'calls_per_deploy' => ['<=', 22.0],
        'host_calls_stop_click' => ['<=', 12.0],
        'host_calls_restore_click' => ['<=', 9.0],
        'host_calls_overview' => ['<=', 5.0],
        'host_calls_idle_tick' => ['<=', 6.0],
    ];

    /** @var array<string, float|int> */
    private array $figures = [];

    /** @var string[] */
    private array $lines = [];

    /** @param float|int $value */
    public function figure(string $key, $value): void
    {
        if (!isset(self::WANTED[$key])) {
            throw new \LogicException($key);
        }
        $this->figures[$key] = is_int($value) ? $value : round($value, 4);
        fwrite(STDERR, "$key = {$this->figures[$key]}\n");
    }

    /** A line below the table. */
    public function say(string $text): void
    {
        $this->lines[] = $text;
        fwrite(STDERR, $text . "\n");
    }

    /**
     * Two figures of which the second shall be like the first.
     *
     * @param float|int $many
     * @param float|int $few
     */
    public static function ratio($many, $few): float
    {
        if ((float) $few === 0.0) {
            return (float) $many === 0.0 ? 1.0 : INF;
        }
        return $many / $few;
    }

    /**
     * @param bool $all Whether all of it was to be measured: then what is not there is missed.
     * @return int How many figures are not what they shall be.
     */
    public function write(string $file, bool $all): int
    {
        $missed = 0;
        printf("\n%-28s %12s %12s\n", 'figure', 'measured', 'to reach');
        foreach (self::WANTED as $key => [$relation, $goal]) {
            $value = $this->figures[$key] ?? null;
            $good = $value !== null && ($relation === '<=' ? $value <= $goal
                : ($relation === '>=' ? $value >= $goal : (float) $value === $goal));
            $bad = !$good && ($all || $value !== null);
            $missed += $bad ? 1 : 0;
            printf(
                "%-28s %12s %9s %-5s %s\n",
                $key,
                $value === null ? 'not measured' : $value,
                $relation,
                $goal,
                $bad ? '<-- missed' : ''
            );
        }
        $count = count($this->figures);
        echo "\n", implode("\n", $this->lines), "\n\n";
        echo $missed === 0 ? "All $count figures measured are reached.\n" : "$missed figures are missed.\n";
        if (!is_dir(dirname($file))) {
            mkdir(dirname($file), 0775, true);
        }
        file_put_contents($file, json_encode($this->figures, JSON_PRETTY_PRINT | JSON_PRESERVE_ZERO_FRACTION) . "\n");
        return $missed;
    }
}
