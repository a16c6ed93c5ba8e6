<?php

declare(strict_types=1);

namespace Support;

/** The simulated cluster as a running program. */
final class Simulator
{
    private Process $process;

    /** @var array<string, mixed> What it says when it listens. */
    private array $ready;

    /**
     * @param string $directory For certificate, journal and log.
     * @param string[] $options Further options.
     * @throws Problem when it does not start
     */
    public function __construct(private string $program, private string $directory, array $options)
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

    /**
     * As WHMCS's server entry needs it.
     *
     * @param int $known How many of its addresses WHMCS knows.
     * @return array{host: string, port: int, endpoints: string[], user: string, secret: string, fingerprint: string}
     */
    public function server(int $known = 1): array
    {
        $urls = array_map('parse_url', array_slice($this->values('urls'), 0, $known));
        return [
            'host' => $urls[0]['host'], 'port' => $urls[0]['port'],
            'endpoints' => array_map(
                static fn (array $parts): string => "{$parts['host']}:{$parts['port']}",
                array_slice($urls, 1)
            ),
            'user' => $this->value('token_id'), 'secret' => $this->value('token_secret'),
            'fingerprint' => $this->value('fingerprint'),
        ];
    }

    /** Where VMs are made there. @param int $template 0: its own choice. */
    public function place(int $template = 0): Place
    {
        $wanted = new Settings();
        $wanted->template = $template ?: (int) $this->value('template');
        return Place::find($this->cluster(), $wanted);
    }

    /** Requests in its journal that break the rules of the real API. @return string[] */
    public function complaints(): array
    {
        [$status, $output] = Process::run([$this->program, '--check', $this->directory . '/journal.jsonl']);
        return $status === 0 ? [] : explode("\n", trim($output));
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
