<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The form of one DNS zone, a new one or an existing one.
 */
final class ZonePage implements Page
{
    /** Providers in the order of the form. */
    private const PROVIDERS = ['cloudflare', 'hestiacp', 'powerdns', 'zonefile'];

    /** Fields of the form, with what a new zone starts with. */
    private const FIELDS = [
        'zone' => '',
        'type' => 'cloudflare',
        'url' => '',
        'account_id' => '',
        'zone_id' => '',
        'api_token' => '',
        'admin_user' => '',
        'admin_password' => '',
        'user' => '',
        'server_id' => 'localhost',
        'api_key' => '',
        'fingerprint' => '',
        'path' => '',
    ];

    /** Whose fields they are; the others every provider has. */
    private const FOR = [
        'url' => 'hestiacp powerdns',
        'account_id' => 'cloudflare',
        'zone_id' => 'cloudflare',
        'api_token' => 'cloudflare',
        'admin_user' => 'hestiacp',
        'admin_password' => 'hestiacp',
        'user' => 'hestiacp',
        'server_id' => 'powerdns',
        'api_key' => 'powerdns',
        'fingerprint' => 'hestiacp powerdns',
        'path' => 'zonefile',
    ];

    /** Fields that never come back to a browser; left empty they stay as they are. */
    private const SECRETS = ['api_token', 'admin_password', 'api_key'];

    public function query(): array
    {
        return ['id', 'type'];
    }

    public function fields(): array
    {
        return array_merge(['id'], array_keys(self::FIELDS));
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $id = Input::number($outcome === null ? $query : $outcome->input, 'id');
        $stored = [];
        $error = '';
        if ($id > 0) {
            $answer = Answer::data('zones');
            $error = $answer['error'];
            foreach ($answer['data'] as $zone) {
                if ((int) ($zone['id'] ?? 0) === $id) {
                    $stored = (array) $zone;
                }
            }
        }
        $shown = $outcome === null ? $stored : $outcome->input;
        if ($shown === [] && in_array($query['type'] ?? '', self::PROVIDERS, true)) {
            $shown = ['type' => $query['type']];
        }
        $hidden = array_fill_keys(self::SECRETS, '');
        return [
            'id' => $id,
            // In the order of the form, whatever the order of the answer.
            'zone' => array_replace(self::FIELDS, array_intersect_key($shown, self::FIELDS), $hidden),
            'error' => $error,
            'providers' => self::PROVIDERS,
            'for' => self::FOR,
            'secrets' => self::SECRETS,
            'kept' => array_map('boolval', array_filter(array_intersect_key($stored, $hidden))),
        ];
    }

    public function act(array $post): Outcome
    {
        $zone = array_intersect_key($post, self::FIELDS);
        if (Input::number($post, 'id') > 0) {
            $zone['id'] = Input::number($post, 'id');
        }
        return Outcome::of(
            Answer::to('zone_save', ['zone' => $zone]),
            'saved',
            ['page' => 'zones'],
            Input::single($zone)
        );
    }
}
