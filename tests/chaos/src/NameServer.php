<?php

declare(strict_types=1);

namespace Chaos;

use Demo\Problem;
use Demo\Process;

/** A name server with an API, and how it fails. */
final class NameServer
{
    /** How it may fail; `is gone`: nobody listens. */
    public const TROUBLES = [
        'fails', 'fails slowly', 'hangs', 'limits', 'denies', 'answers nonsense', 'shows a page', 'loses its answers',
        'is gone',
    ];

    /** @var string */
    private $home;

    /** @var int */
    private $port;

    /** @var Process|null */
    private $server;

    public function __construct(string $home)
    {
        $this->home = $home;
        mkdir($home, 0700, true);
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        $name = (string) stream_socket_get_name($socket, false);
        fclose($socket);
        $this->port = (int) substr($name, (int) strrpos($name, ':') + 1);
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
        for ($try = 0; @fsockopen('127.0.0.1', $this->port) === false; $try++) {
            if ($try > 500) {
                throw new Problem('The name server does not answer.');
            }
            usleep(20000);
        }
    }

    private function write(string $mode): void
    {
        file_put_contents("$this->home/mode.new", $mode);
        rename("$this->home/mode.new", "$this->home/mode");
    }
}
