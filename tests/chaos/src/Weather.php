<?php

declare(strict_types=1);

namespace Chaos;

use Support\Cluster;
use Support\Problem;

/** What goes wrong in the cluster, and for how long. */
final class Weather
{
    private const WRITES = '~^/nodes/[^/]+/(qemu|vzdump|storage)';

    /** Fault rules of the simulator; durations in them are the scenario's, which the scale shortens. */
    private const RULES = [
        'connections are refused' => ['when' => ['chance' => 0.08], 'do' => 'refuse'],
        'connections break before the work' => ['when' => ['chance' => 0.08], 'do' => 'reset_before'],
        'connections break after the work' => [
            'match' => ['path' => self::WRITES], 'when' => ['chance' => 0.12], 'do' => 'reset_after',
        ],
        '595 before the work' => [
            'when' => ['chance' => 0.1], 'do' => ['status' => ['code' => 595, 'reason' => 'Connection refused']],
        ],
        '596 after the work' => ['match' => ['method' => 'POST'], 'when' => ['chance' => 0.2], 'do' => [
            'status' => ['code' => 596, 'reason' => 'Connection timed out', 'after' => true],
        ]],
        'storage locks time out' => ['match' => ['method' => 'POST'], 'when' => ['chance' => 0.15], 'do' => [
            'status' => ['code' => 500, 'reason' => "cfs-lock 'storage-nfs-vm' error: got lock request timeout"],
        ]],
        'answers are garbage' => ['when' => ['chance' => 0.06], 'do' => 'garbage'],
        'answers end half-way' => ['when' => ['chance' => 0.06], 'do' => 'truncate'],
        'answers are of another shape' => ['when' => ['chance' => 0.06], 'do' => ['nonsense' => 'shape']],
        'answers lack their keys' => ['when' => ['chance' => 0.06], 'do' => ['nonsense' => 'keys']],
        'answers hold other types' => ['when' => ['chance' => 0.06], 'do' => ['nonsense' => 'types']],
        'lists have entries that are none' => ['when' => ['chance' => 0.06], 'do' => ['nonsense' => 'entries']],
        'answers are slow' => ['when' => ['chance' => 0.2], 'do' => ['slow' => ['ms' => 8000]]],
        'clones fail' => ['match' => ['path' => '**/clone'], 'when' => ['chance' => 0.4, 'times' => 3], 'do' => [
            'task_fail' => ['exitstatus' => 'clone failed: unable to create image: got timeout'],
        ]],
        'starts fail' => ['match' => ['path' => '**/status/start'], 'when' => ['chance' => 0.4, 'times' => 4], 'do' => [
            'task_fail' => ['exitstatus' => 'start failed: QEMU exited with code 1'],
        ]],
        'backups fail' => ['match' => ['path' => '**/vzdump'], 'when' => ['chance' => 0.5, 'times' => 2], 'do' => [
            'task_fail' => ['exitstatus' => 'job errors'],
        ]],
        'restores fail' => [
            'match' => ['method' => 'POST', 'path' => '/nodes/*/qemu'], 'when' => ['chance' => 0.5, 'times' => 2],
            'do' => ['task_fail' => ['exitstatus' => "command 'zstd -q -d -c' failed: exit code 1"]],
        ],
        'deletions fail' => [
            'match' => ['method' => 'DELETE', 'path' => '/nodes/*/qemu/*'], 'when' => ['chance' => 0.5, 'times' => 2],
            'do' => ['task_fail' => ['exitstatus' => "lvremove 'pve/vm-disk' error: got lock timeout"]],
        ],
        'tasks end with warnings' => [
            'match' => ['method' => 'POST'], 'when' => ['chance' => 0.3], 'do' => ['task_warn' => ['n' => 1]],
        ],
        'a task vanishes' => [
            'match' => ['path' => '~/(clone|status/start|migrate|vzdump|snapshot)$', 'method' => 'POST'],
            'when' => ['nth' => 5], 'do' => 'task_vanish',
        ],
        'the worker of a clone is killed' => [
            'match' => ['path' => '**/clone'], 'when' => ['nth' => 3], 'do' => 'worker_killed',
        ],
        'somebody holds locks' => [
            'match' => ['path' => '~/qemu/2[0-9]+/(config|status/[a-z]+|snapshot)$', 'method' => 'POST'],
            'when' => ['chance' => 0.1], 'do' => ['lock' => ['kind' => 'backup', 'seconds' => 20]],
        ],
        'the clocks jump' => ['when' => ['nth' => 40], 'do' => ['clock_skew' => ['seconds' => 150]]],
    ];

    /** What ends by itself: the request that brings it, the one that takes it back. */
    private const EVENTS = [
        'node pve1 is gone' => ['node', ['node' => 'pve1', 'online' => false], ['node' => 'pve1', 'online' => true]],
        'node pve2 is gone' => ['node', ['node' => 'pve2', 'online' => false], ['node' => 'pve2', 'online' => true]],
        'there is no quorum' => ['quorum', ['quorate' => false], ['quorate' => true]],
        'nfs-vm is offline' => [
            'storage', ['storage' => 'nfs-vm', 'online' => false], ['storage' => 'nfs-vm', 'online' => true],
        ],
        'pbs-backup is offline' => [
            'storage', ['storage' => 'pbs-backup', 'online' => false], ['storage' => 'pbs-backup', 'online' => true],
        ],
    ];

    /** @var array<string, bool> What is the matter at present. */
    private array $present = [];

    public function __construct(private Cluster $control)
    {
    }

    /**
     * Draws what goes wrong: milliseconds, what, and whether it begins or ends. The random numbers are mt_rand's.
     *
     * @return array<int, array{0: int, 1: string, 2: bool}>
     */
    public static function draw(int $length): array
    {
        $names = array_merge(array_keys(self::RULES), array_keys(self::EVENTS));
        $drawn = [];
        for ($count = mt_rand(5, 8); $count > 0; $count--) {
            $name = $names[mt_rand(0, count($names) - 1)];
            $from = mt_rand(0, $length - 2500);
            $until = isset(self::EVENTS[$name]) ? $from + mt_rand(600, 2000) : $from + mt_rand(2000, 7000);
            $drawn[$name] = [[$from, $name, true], [min($until, $length), $name, false]];
        }
        return array_merge([], ...array_values($drawn));
    }

    /** Begins or ends something. */
    public function turn(string $name, bool $begins): void
    {
        $this->present[$name] = $begins;
        if (isset(self::EVENTS[$name])) {
            [$what, $bring, $take] = self::EVENTS[$name];
            $this->ask($what, $begins ? $bring : $take);
            return;
        }
        $rules = array_intersect_key(self::RULES, array_filter($this->present));
        $this->ask('faults', array_values($rules));
    }

    /** Restarts what listens on every node: connections break, and new ones are refused for so long. */
    public function restart(int $milliseconds): void
    {
        $this->ask('restart', ['seconds' => $milliseconds / 1000]);
    }

    /** Ends everything. */
    public function clear(): void
    {
        $this->present = [];
        $this->ask('faults', []);
        foreach (self::EVENTS as [$what, , $take]) {
            $this->ask($what, $take);
        }
    }

    /** @param array<mixed> $body */
    private function ask(string $what, array $body): void
    {
        // It may be restarting at this moment.
        for ($try = 0; $try < 200; $try++) {
            try {
                $this->control->control($what, $body);
                return;
            } catch (Problem $problem) {
                $last = $problem;
                usleep(20000);
            }
        }
        throw $last;
    }
}
