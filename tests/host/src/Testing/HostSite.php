<?php

declare(strict_types=1);

namespace Standin\Testing;

/** A fresh site for one test, worked on by the command line and over HTTP as a user would. */
final class HostSite implements Address
{
    private string $root;

    /** @var resource|null */
    private $server;

    private int $port = 0;

    /**
     * Installs and seeds a site in the system's temporary directory; STANDIN_MYSQL_DSN puts it on a database server.
     *
     * @param string[] $options further words for "install"
     * @param string[] $seed words for "seed"; the sample modules where none are given
     * @param string $modules directory with servers/ and addons/; the sample modules where it is ''
     */
    public function __construct(array $options = [], array $seed = [], string $modules = '')
    {
        $this->root = sys_get_temp_dir() . '/standin-' . getmypid() . '-' . bin2hex(random_bytes(4));
        $dsn = (string) getenv('STANDIN_MYSQL_DSN');
        $database = $dsn === '' ? [] : ['--db', $dsn, '--fresh'];
        $modules = $modules !== '' ? $modules : dirname(__DIR__, 2) . '/fixtures/modules';
        $seed = $seed !== [] ? $seed : ['--module', 'sampleKVM', '--addon', 'sample_addon', '--clients', '2'];
        $this->port = self::freePort();
        $words = array_merge(['install', '--modules', $modules, '--url', $this->url('')], $database, $options);
        $this->mustRun($words);
        $this->mustRun(array_merge(['seed'], $seed));
    }

    public function root(): string
    {
        return $this->root;
    }

    public function url(string $path): string
    {
        return 'http://127.0.0.1:' . $this->port . '/' . $path;
    }

    /**
     * Runs the command line.
     *
     * @param string[] $words
     * @param array<string, string> $environment
     * @return array{0: int, 1: string, 2: string} exit status, output, errors
     */
    public function run(array $words, array $environment = []): array
    {
        $command = array_merge([PHP_BINARY, dirname(__DIR__, 2) . '/standin'], $words);
        return self::execute($command, $environment + ['STANDIN_ROOT' => $this->root]);
    }

    /**
     * @param string[] $words
     * @param array<string, string> $environment
     */
    public function mustRun(array $words, array $environment = []): string
    {
        [$status, $output, $errors] = $this->run($words, $environment);
        if ($status !== 0) {
            throw new \RuntimeException('standin ' . implode(' ', $words) . " failed ($status):\n$output\n$errors");
        }
        return $output;
    }

    /** @param string[] $words */
    public function json(array $words): array
    {
        return (array) json_decode($this->mustRun($words), true);
    }

    /** Rows of a query. */
    public function sql(string $query): array
    {
        return $this->json(['sql', $query]);
    }

    /** Places an order of client 1 and returns the service's id. @param string[] $words */
    public function order(array $words = [], bool $mustSucceed = true): int
    {
        $words = array_merge(
            ['order', '--client', '1', '--product', '1', '--domain', 'vm1.example.com', '--json'],
            $words
        );
        [$status, $output] = $this->run($words);
        if ($mustSucceed && $status !== 0) {
            throw new \RuntimeException('The order failed: ' . $output);
        }
        return (int) json_decode($output, true)['service'];
    }

    /**
     * Starts PHP's web server on the site.
     *
     * @param array<string, string> $environment
     */
    public function serve(array $environment = []): void
    {
        $command = [PHP_BINARY, dirname(__DIR__, 2) . '/standin', 'serve', '--port', (string) $this->port];
        $pipes = [];
        $log = ['file', $this->root . '/server.log', 'a'];
        $this->server = proc_open(
            $command,
            [['file', '/dev/null', 'r'], $log, $log],
            $pipes,
            $this->root,
            $environment + ['STANDIN_ROOT' => $this->root] + getenv()
        );
        $deadline = microtime(true) + 10;
        do {
            $connection = @fsockopen('127.0.0.1', $this->port);
            if ($connection !== false) {
                fclose($connection);
                return;
            }
            usleep(20000);
        } while (microtime(true) < $deadline);
        throw new \RuntimeException('The web server did not start.');
    }

    public function stop(): void
    {
        if (is_resource($this->server)) {
            proc_terminate($this->server);
            proc_close($this->server);
        }
        $this->server = null;
    }

    /** Stops the web server and removes the directory; fails if any page had a text that was encoded twice. */
    public function remove(): void
    {
        $this->stop();
        $twice = preg_grep('/"kind":"escaped twice"/', (array) @file($this->root . '/faults.jsonl'));
        $this->clear();
        if ($twice !== []) {
            throw new \RuntimeException("Encoded once too often:\n" . implode('', array_slice($twice, 0, 10)));
        }
    }

    private function clear(): void
    {
        $files = new \RecursiveIteratorIterator(
            new \RecursiveDirectoryIterator($this->root, \FilesystemIterator::SKIP_DOTS),
            \RecursiveIteratorIterator::CHILD_FIRST
        );
        foreach ($files as $file) {
            $file->isDir() ? rmdir($file->getPathname()) : unlink($file->getPathname());
        }
        rmdir($this->root);
    }

    /**
     * Runs any program.
     *
     * @param string[] $command
     * @param array<string, string> $environment
     * @return array{0: int, 1: string, 2: string}
     */
    public static function execute(array $command, array $environment = []): array
    {
        $errorFile = tmpfile();
        $pipes = [];
        $process = proc_open(
            $command,
            [['file', '/dev/null', 'r'], ['pipe', 'w'], $errorFile],
            $pipes,
            null,
            $environment + getenv()
        );
        $output = (string) stream_get_contents($pipes[1]);
        $status = proc_close($process);
        rewind($errorFile);
        return [$status, $output, (string) stream_get_contents($errorFile)];
    }

    private static function freePort(): int
    {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        $name = (string) stream_socket_get_name($socket, false);
        fclose($socket);
        return (int) substr($name, (int) strrpos($name, ':') + 1);
    }
}
