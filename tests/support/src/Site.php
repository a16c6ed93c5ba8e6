<?php

declare(strict_types=1);

namespace Support;

/** A stand-in WHMCS with the two modules, worked on by its command line. */
final class Site
{
    public function __construct(private string $root, private string $extension)
    {
    }

    public function root(): string
    {
        return $this->root;
    }

    public function exists(): bool
    {
        return is_file($this->root . '/configuration.php');
    }

    /** @param string[] $options Further options of "install". */
    public function install(string $url, array $options = []): void
    {
        $modules = dirname(__DIR__, 3) . '/php/modules';
        $this->standin(array_merge(['install', '--modules', $modules, '--url', $url], $options));
    }

    /**
     * Runs a command of the stand-in.
     *
     * @param string[] $words
     * @return string its output
     * @throws Problem when it fails
     */
    public function standin(array $words): string
    {
        [$status, $output, $errors] = $this->attempt($words);
        if ($status !== 0) {
            $what = implode(' ', array_slice($words, 0, 2));
            throw new Problem("WHMCS's \"$what\" failed ($status): " . trim($output . "\n" . $errors));
        }
        return $output;
    }

    /**
     * Runs a command of the stand-in that may fail.
     *
     * @param string[] $words
     * @return array{0: int, 1: string, 2: string} exit status, output, errors
     */
    public function attempt(array $words): array
    {
        return Process::run($this->command($words), $this->environment());
    }

    /**
     * The command line of a command of the stand-in; it needs the environment beside it.
     *
     * @param string[] $words
     * @return string[]
     */
    public function command(array $words): array
    {
        return array_merge([PHP_BINARY, self::host() . '/standin'], $words);
    }

    /**
     * @param string[] $words
     * @return array<mixed> what the command printed as JSON
     */
    public function json(array $words): array
    {
        return (array) json_decode($this->standin($words), true);
    }

    /** @return array<int, array<string, mixed>> rows of a query */
    public function rows(string $query): array
    {
        return $this->json(['sql', $query]);
    }

    /**
     * Asks the addon as its pages do.
     *
     * @param array<string, mixed> $request
     * @return array<string, mixed> the answer's data
     * @throws Problem when it is refused
     */
    public function addon(array $request): array
    {
        $answer = $this->inside('addon', $request);
        if (!($answer['ok'] ?? false)) {
            throw new Problem("The addon refuses {$request['op']}: " . json_encode($answer));
        }
        return (array) ($answer['data'] ?? []);
    }

    /**
     * Places orders one after another.
     *
     * @return int[] ids of the services
     */
    public function orders(int $number, int $client, int $product): array
    {
        return $this->inside('orders', ['number' => $number, 'client' => $client, 'product' => $product]);
    }

    /**
     * The command line of the addon's cron.
     *
     * @param string[] $arguments
     * @return string[]
     */
    public function cron(array $arguments = []): array
    {
        $script = $this->root . '/modules/addons/puq_proxmox_kvm/cron.php';
        return array_merge([PHP_BINARY, '-d', 'extension=' . $this->extension, $script], $arguments);
    }

    /** Serves the site until it is stopped. */
    public function serve(int $port): Process
    {
        $command = $this->command(['serve', '--port', (string) $port]);
        return new Process($command, $this->environment(), $this->root . '/web.log');
    }

    /** Removes its directory. */
    public function remove(): void
    {
        if (!is_dir($this->root)) {
            return;
        }
        $files = new \RecursiveIteratorIterator(
            new \RecursiveDirectoryIterator($this->root, \FilesystemIterator::SKIP_DOTS),
            \RecursiveIteratorIterator::CHILD_FIRST
        );
        foreach ($files as $file) {
            $file->isDir() && !$file->isLink() ? rmdir($file->getPathname()) : unlink($file->getPathname());
        }
        rmdir($this->root);
    }

    /** @return array<string, string> What the stand-in's commands need to know. */
    public function environment(): array
    {
        return ['STANDIN_ROOT' => $this->root, 'STANDIN_EXTENSION' => $this->extension];
    }

    /**
     * @param array<string, mixed> $request
     * @return array<mixed>
     */
    private function inside(string $verb, array $request): array
    {
        return Inside::ask($this->root, $this->extension, Inside::class, $verb, $request);
    }

    private static function host(): string
    {
        return dirname(__DIR__, 2) . '/host';
    }
}
