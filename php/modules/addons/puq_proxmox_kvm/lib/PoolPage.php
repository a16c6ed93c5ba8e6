<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The form of one address pool, a new one or an existing one.
 */
final class PoolPage implements Page
{
    /** Fields of the form, with what a new pool starts with. */
    private const FIELDS = [
        'server_id' => '',
        'type' => 'IPv4',
        'bridge' => 'vmbr0',
        'vlan' => '0',
        'gateway' => '',
        'mask' => '24',
        'dns1' => '',
        'dns2' => '',
        'address_start' => '',
        'address_stop' => '',
        'reserved' => '',
    ];

    public function query(): array
    {
        return ['id'];
    }

    public function fields(): array
    {
        return array_merge(['id'], array_keys(self::FIELDS));
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $id = Input::number($outcome === null ? $query : $outcome->input, 'id');
        $pool = self::FIELDS;
        $answer = ['error' => ''];
        if ($outcome !== null) {
            $pool = array_intersect_key($outcome->input, $pool) + $pool;
        } elseif ($id > 0) {
            $answer = Answer::data('pools', ['id' => $id]);
            $stored = $answer['data']['rows'][0] ?? [];
            $pool = array_intersect_key((array) $stored, $pool) + $pool;
        }
        return ['id' => $id, 'pool' => $pool, 'servers' => Answer::servers(), 'error' => $answer['error'],
            'names' => self::names($pool)];
    }

    /**
     * Where the reverse names of the addresses that a form has would go.
     *
     * @param array<mixed> $fields
     * @return array{good: bool, text: string}
     */
    public static function names(array $fields): array
    {
        $pool = Input::single(array_intersect_key($fields, self::FIELDS));
        $names = Answer::data('pool_names', ['pool' => $pool])['data'];
        return ['good' => (bool) ($names['good'] ?? false), 'text' => (string) ($names['text'] ?? '')];
    }

    public function act(array $post): Outcome
    {
        $pool = array_intersect_key($post, self::FIELDS);
        $pool['id'] = Input::text($post, 'id');
        $pool['server_id'] = Input::number($pool, 'server_id');
        return Outcome::of(
            Answer::to('pool_save', ['pool' => $pool]),
            'saved',
            ['page' => 'pools'],
            Input::single($pool)
        );
    }
}
