<?php

declare(strict_types=1);

namespace Chaos;

use Support\Process;
use Support\Site;

/** Commands of WHMCS, each a process of its own on one machine; some are killed. */
final class Office
{
    private int $number = 0;

    /** @var array<int, array{process: Process, log: string, end: int, words: string[], then: callable}> */
    private array $open = [];

    /** @var array<int, string[]> Commands that were killed, the first first. */
    private array $cut = [];

    public function __construct(private Site $site, private Machine $machine, private string $directory)
    {
        mkdir($directory, 0700, true);
    }

    /**
     * Begins a command.
     *
     * @param string[] $words of the stand-in
     * @param int $end When it is killed; 0: never.
     * @param callable $then Takes the output.
     */
    public function run(array $words, int $end, callable $then): void
    {
        $this->number++;
        $log = "$this->directory/$this->number.log";
        $process = $this->machine->start($this->site->command($words), $this->site->environment(), $log);
        $this->open[$this->number] = [
            'process' => $process, 'log' => $log, 'end' => $end, 'words' => $words, 'then' => $then,
        ];
    }

    public function turn(int $now): void
    {
        foreach ($this->open as $number => $command) {
            if ($command['process']->isRunning()) {
                if ($command['end'] === 0 || $now < $command['end']) {
                    continue;
                }
                $command['process']->kill();
                $this->cut[] = $command['words'];
                unset($this->open[$number]);
                continue;
            }
            $command['process']->stop();
            unset($this->open[$number]);
            $command['then'](trim((string) file_get_contents($command['log'])));
        }
    }

    /** A command whose end nobody knows is given again, as one that was killed. @param string[] $words */
    public function giveAgain(array $words): void
    {
        $this->cut[] = $words;
    }

    public function isIdle(): bool
    {
        return $this->open === [];
    }

    /** The first of the commands that were killed, which whoever gave it gives again. @return string[]|null */
    public function takeCut(): ?array
    {
        return array_shift($this->cut);
    }

    public function cuts(): int
    {
        return count($this->cut);
    }
}
