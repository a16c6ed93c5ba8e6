<?php

declare(strict_types=1);

namespace Chaos;

use Support\Port;
use Support\Process;

/** A name server with an API, and how it fails. */
final class NameServer
{
    /** How it may fail; `is gone`: nobody listens. */
    public const TROUBLES = [
        'fails', 'fails slowly', 'hangs', 'limits', 'denies', 'answers nonsense', 'shows a page', 'loses its answers',
        'is gone',
    ];

    private int $port;
    private ?Process $server = null;

    public function __construct(private string $home)
    {
        mkdir($home, 0700, true);
        $this->port = Port::free();
        $this->start();
    }

    public function url(): string
    {
        return "http://127.0.0.1:$this->port";
    }

    /** It fails in this way from now on. */
    public function fail(string $trouble): void
    {
        if ($trouble === 'is gone') {
            $this->stop();
            return;
        }
        $this->write($trouble);
    }

    /** It is well again. */
    public function mend(): void
    {
        $this->write('');
        if ($this->server === null) {
            $this->start();
        }
    }

    public function stop(): void
    {
        if ($this->server !== null) {
            $this->server->kill();
            $this->server = null;
        }
    }

    /** What it holds. @return array<string, string[]> values by name and type */
    public function records(): array
    {
        return (array) json_decode((string) @file_get_contents("$this->home/records.json"), true);
    }

    private function start(): void
    {
        $this->server = new Process(
            [PHP_BINARY, '-S', "127.0.0.1:$this->port", dirname(__DIR__) . '/names.php'],
            ['NAMES' => $this->home, 'PHP_CLI_SERVER_WORKERS' => '6'],
            "$this->home/log"
        );
        Port::await($this->port, $this->server);
    }

    private function write(string $mode): void
    {
        file_put_contents("$this->home/mode.new", $mode);
        rename("$this->home/mode.new", "$this->home/mode");
    }
}
