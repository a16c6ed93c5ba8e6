<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Host;
use PuqProxmoxKvm\Native;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Questions to the extension on behalf of the pages.
 */
final class Answer
{
    /**
     * @param array<string, mixed> $request
     * @return array<string, mixed>
     */
    public static function to(string $op, array $request = []): array
    {
        return Native::ask('addon_api', ['op' => $op] + $request);
    }

    /**
     * The data of an answer; the page shows the error beside what is left of it.
     *
     * @param array<string, mixed> $request
     * @return array{data: array<mixed>, error: string}
     */
    public static function data(string $op, array $request = []): array
    {
        $answer = self::to($op, $request);
        return [
            'data' => (array) ($answer['data'] ?? []),
            'error' => ($answer['ok'] ?? false) ? '' : (string) ($answer['error'] ?? ''),
        ];
    }

    /** @return list<array{id: int, name: string}> Servers of this module. */
    public static function servers(): array
    {
        $servers = [];
        foreach ((new Host())->effect('servers', []) as $server) {
            if (($server['type'] ?? '') === 'puqProxmoxKVM') {
                $servers[] = ['id' => (int) $server['id'], 'name' => (string) $server['name']];
            }
        }
        return $servers;
    }
}
