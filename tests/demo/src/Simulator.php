<?php

declare(strict_types=1);

namespace Demo;

/** The simulated cluster as a running program. */
final class Simulator
{
    /** @var Process */
    private $process;

    /** @var array<string, mixed> What it says when it listens. */
    private $ready;

    /**
     * @param string $program
     * @param string $directory For certificate, journal and log.
     * @param string[] $options Further options.
     * @throws Problem when it does not start
     */
    public function __construct(string $program, string $directory, array $options)
    {
        if (!is_dir($directory)) {
            mkdir($directory, 0775, true);
        }
        $file = $directory . '/ready.json';
        @unlink($file);
        $command = array_merge(
            [$program, '--ready-file', $file, '--cert-dir', $directory, '--die-with-parent'],
            ['--journal', $directory . '/journal.jsonl'],
            $options
        );
        $this->process = new Process($command, [], $directory . '/simulator.log');
        while (!is_file($file)) {
            if (!$this->process->isRunning()) {
                throw new Problem('The simulator did not start: ' . file_get_contents($directory . '/simulator.log'));
            }
            usleep(20000);
        }
        $this->ready = (array) json_decode((string) file_get_contents($file), true);
    }

    /** One of the values of its ready file: url, fingerprint, token_id, token_secret, … */
    public function value(string $name): string
    {
        return (string) ($this->ready[$name] ?? '');
    }

    /** One of the lists of its ready file: urls, nodes. @return string[] */
    public function values(string $name): array
    {
        return array_map('strval', (array) ($this->ready[$name] ?? []));
    }

    public function cluster(): Cluster
    {
        return new Cluster(
            $this->value('url'),
            $this->value('token_id'),
            $this->value('token_secret'),
            $this->value('fingerprint')
        );
    }

    public function stop(): void
    {
        $this->process->stop();
    }
}
