<?php

declare(strict_types=1);

namespace Support;

/** Ports of this machine for the programs that the tests start. */
final class Port
{
    /** One on which nobody listens. */
    public static function free(): int
    {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        if ($socket === false) {
            throw new Problem('No port is free.');
        }
        $name = (string) stream_socket_get_name($socket, false);
        fclose($socket);
        return (int) substr($name, (int) strrpos($name, ':') + 1);
    }

    /** Waits until a program answers there. */
    public static function await(int $port, Process $server): void
    {
        for ($try = 0; @fsockopen('127.0.0.1', $port) === false; $try++) {
            if ($try > 500 || !$server->isRunning()) {
                throw new Problem("Nobody answers on port $port.");
            }
            usleep(20000);
        }
    }
}
