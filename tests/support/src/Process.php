<?php

declare(strict_types=1);

namespace Support;

/** A program running beside this one, with all that it starts. */
final class Process
{
    /** @var resource */
    private $handle;

    private int $id;
    private ?int $end = null;

    /**
     * @param string[] $command
     * @param array<string, string> $environment Added to this program's own.
     * @param string $log File that takes the output.
     */
    public function __construct(array $command, array $environment, string $log)
    {
        $pipes = [];
        $handle = proc_open(
            // A session of its own: its workers end with it, and Ctrl-C reaches only the one who tells it to end.
            array_merge(['setsid'], $command),
            [['file', '/dev/null', 'r'], ['file', $log, 'a'], ['file', $log, 'a']],
            $pipes,
            null,
            $environment + getenv()
        );
        if ($handle === false) {
            throw new Problem('Cannot start ' . $command[0] . '.');
        }
        $this->handle = $handle;
        $this->id = proc_get_status($handle)['pid'];
    }

    /** Its process number. */
    public function number(): int
    {
        return $this->id;
    }

    public function isRunning(): bool
    {
        $status = proc_get_status($this->handle);
        // Only the first look after its end knows it.
        if (!$status['running'] && $this->end === null) {
            $this->end = $status['exitcode'];
        }
        return $status['running'];
    }

    /** What it ended with by itself, once it was seen not to run any more. */
    public function end(): ?int
    {
        return $this->end;
    }

    /** Tells it to end, and waits until it has. */
    public function stop(int $signal = SIGTERM): void
    {
        $this->signal($signal);
    }

    /** Ends it as a power cut would. */
    public function kill(): void
    {
        $this->signal(SIGKILL);
    }

    private function signal(int $signal): void
    {
        if (is_resource($this->handle)) {
            // Just started, it has no group of its own yet.
            posix_kill(-$this->id, $signal) || posix_kill($this->id, $signal);
            proc_close($this->handle);
        }
    }

    /**
     * Runs a program to its end.
     *
     * @param string[] $command
     * @param array<string, string> $environment
     * @return array{0: int, 1: string, 2: string} exit status, output, errors
     */
    public static function run(array $command, array $environment = []): array
    {
        $errors = tmpfile();
        $handle = proc_open(
            $command,
            [['file', '/dev/null', 'r'], ['pipe', 'w'], $errors],
            $pipes,
            null,
            $environment + getenv()
        );
        if ($handle === false) {
            throw new Problem('Cannot start ' . $command[0] . '.');
        }
        $status = null;
        try {
            $output = (string) stream_get_contents($pipes[1]);
            $status = proc_close($handle);
        } finally {
            if ($status === null) {
                // A signal broke in: the program must not work on behind the back of whoever cleans up now.
                proc_terminate($handle);
                proc_close($handle);
            }
        }
        rewind($errors);
        return [$status, $output, (string) stream_get_contents($errors)];
    }
}
