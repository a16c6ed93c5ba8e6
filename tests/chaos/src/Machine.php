<?php

declare(strict_types=1);

namespace Chaos;

use Support\Process;

/**
 * A machine that runs the cron over and over: a host name of its own. What tells machines apart is the host name,
 * which the kernel keeps per UTS namespace; the lock file would lie in the one installation they share, so they run
 * without it.
 */
final class Machine
{
    /** Milliseconds between two runs. */
    private const PAUSE = 250;

    /** Whether its disk is full. */
    private bool $full = false;

    /** @var array<int, int> What its runs ended with: how often. */
    private array $ends = [];

    /** The run under way. */
    private ?Process $run = null;

    /** When the next run begins. */
    private int $next = 0;

    /** @var array{0: int, 1: int}|null How long after its start the next run is killed, and how long it is away then. */
    private ?array $doom = null;

    /** When the run under way began. */
    private int $began = 0;
    private bool $lost = false;

    /** How many runs were killed. */
    private int $killed = 0;

    /** @param string[] $cron The command line of the cron. */
    public function __construct(
        public readonly string $name,
        private string $directory,
        /** Where its programs put temporary files. */
        private string $temporary,
        private array $cron
    ) {
        mkdir($directory, 0700, true);
        mkdir($temporary, 0700, true);
    }

    /** What the runs printed. */
    public function log(): string
    {
        return $this->directory . '/cron.log';
    }

    public function kills(): int
    {
        return $this->killed;
    }

    /**
     * Runs something on this machine.
     *
     * @param string[] $command
     * @param array<string, string> $environment
     */
    public function start(array $command, array $environment, string $log): Process
    {
        // Without root's rights a namespace of users gives those over the host name.
        $unshare = posix_geteuid() === 0 ? ['unshare', '--uts'] : ['unshare', '--user', '--map-root-user', '--uts'];
        $inside = array_merge($unshare, ['sh', '-c', 'hostname "$0" && exec "$@"', $this->name], $command);
        return new Process($inside, $environment + ['TMPDIR' => $this->temporary], $log);
    }

    /** Begins the next run when it is time. */
    public function turn(int $now): void
    {
        if ($this->run !== null && !$this->run->isRunning()) {
            $end = (int) $this->run->end();
            $this->ends[$end] = ($this->ends[$end] ?? 0) + 1;
            $this->run->stop();
            $this->run = null;
            $this->next = $now + self::PAUSE;
        }
        if ($this->run === null && !$this->lost && $now >= $this->next) {
            // What is printed has no room either.
            $this->run = $this->start($this->cron, [], $this->full ? '/dev/full' : $this->log());
            $this->began = $now;
        }
        if ($this->doom !== null && $this->run !== null && $now >= $this->began + $this->doom[0]) {
            $this->next = $now + $this->doom[1];
            $this->doom = null;
            $this->strike();
        }
    }

    /**
     * Kills the run under way, or else the next one so long after its start; the machine is back later. All in
     * milliseconds.
     */
    public function kill(int $now, int $delay, int $away): void
    {
        if ($this->run !== null && $this->run->isRunning()) {
            $this->next = $now + $away;
            $this->strike();
        } else {
            $this->doom = [$delay, $away];
        }
    }

    /** Kills it for good. */
    public function lose(): void
    {
        $this->strike();
        $this->lost = true;
    }

    private function strike(): void
    {
        if ($this->run !== null) {
            $this->killed += $this->run->isRunning() ? 1 : 0;
            $this->run->kill();
            $this->run = null;
        }
    }

    public function fill(bool $full): void
    {
        $this->full = $full;
    }

    /** What its runs ended with, those that were killed left out. @return array<int, int> how often, by exit status */
    public function ends(): array
    {
        return $this->ends;
    }

    /** It is not killed any more. */
    public function spare(): void
    {
        $this->doom = null;
    }

    /** Lets the run under way come to its end. */
    public function retire(): void
    {
        $this->lost = true;
    }

    public function isIdle(): bool
    {
        return $this->run === null || !$this->run->isRunning();
    }
}
