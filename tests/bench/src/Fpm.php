<?php

declare(strict_types=1);

namespace Bench;

use Support\Problem;
use Support\Process;

/** A php-fpm with one worker, with or without the extension. */
final class Fpm
{
    private Process $process;
    private FastCgi $client;

    /** The worker's process number. */
    private int $worker;

    public function __construct(string $directory, string $name, string $extension)
    {
        $base = "$directory/$name";
        file_put_contents("$base.conf", implode("\n", [
            '[global]', "error_log = $base.log", 'daemonize = no', '[www]', "listen = $base.socket",
            'user = ' . (posix_getpwuid(posix_geteuid())['name'] ?? 'root'), 'pm = static', 'pm.max_children = 1',
            'clear_env = no', '',
        ]));
        file_put_contents("$base.ini", $extension === '' ? '' : "extension=$extension\n");
        $program = '/usr/sbin/php-fpm' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
        // The directory of the system's ini files stays; one more file is read after them.
        $scan = (string) (getenv('PHP_INI_SCAN_DIR') ?: '');
        mkdir("$base.d");
        rename("$base.ini", "$base.d/extension.ini");
        $command = [$program, '--allow-to-run-as-root', '--nodaemonize', '--fpm-config', "$base.conf"];
        $this->process = new Process($command, ['PHP_INI_SCAN_DIR' => "$scan:$base.d"], "$base.out");
        for ($tries = 0; !file_exists("$base.socket"); $tries++) {
            if ($tries > 500 || !$this->process->isRunning()) {
                throw new Problem('php-fpm does not start: ' . file_get_contents("$base.out")
                    . @file_get_contents("$base.log"));
            }
            usleep(20000);
        }
        $this->client = new FastCgi("$base.socket");
        file_put_contents("$base.php", '<?php echo getmypid();');
        $this->worker = (int) $this->client->ask("$base.php");
    }

    public function worker(): int
    {
        return $this->worker;
    }

    public function ask(string $script): string
    {
        return $this->client->ask($script);
    }

    /** @return float Seconds of processor time that the worker has used. */
    public function seconds(): float
    {
        // Nanoseconds on a processor come first.
        return (float) explode(' ', (string) file_get_contents("/proc/{$this->worker}/schedstat"))[0] / 1e9;
    }

    /** @return int Bytes that only this worker has: what more workers would need as well. */
    public function memory(): int
    {
        $bytes = 0;
        foreach (file("/proc/{$this->worker}/smaps_rollup") ?: [] as $line) {
            if (preg_match('/^Anonymous:\s+(\d+) kB/', $line, $match) === 1) {
                $bytes = (int) $match[1] * 1024;
            }
        }
        return $bytes;
    }

    public function stop(): void
    {
        $this->process->stop();
    }
}
