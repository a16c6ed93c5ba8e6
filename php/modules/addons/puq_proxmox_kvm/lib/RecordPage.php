<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Host;
use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Native;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The row of one service: what of it can be corrected by hand, and its deletion.
 */
final class RecordPage implements Page
{
    public function query(): array
    {
        return ['service_id'];
    }

    public function fields(): array
    {
        return ['service_id', 'op', 'rev', 'fields'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $id = Input::number($query, 'service_id');
        $answer = Native::ask('admin_api', self::service($id), ['op' => 'record']);
        $data = (array) ($answer['data'] ?? []) + ['rev' => 0, 'fixed' => [], 'fields' => [], 'states' => []];
        if ($outcome !== null && isset($outcome->input['fields'])) {
            // What was typed stays, and counts against the revision that was seen with it.
            $data['fields'] = array_intersect_key($outcome->input['fields'], $data['fields']) + $data['fields'];
            $data['rev'] = $outcome->input['rev'];
        }
        $error = ($answer['ok'] ?? false) ? '' : (string) ($answer['error'] ?? '');
        return ['id' => $id, 'record' => $data, 'error' => $error];
    }

    public function act(array $post): Outcome
    {
        $id = Input::number($post, 'service_id');
        if (Input::text($post, 'op') === 'delete_record') {
            $answer = Native::ask('admin_api', self::service($id), ['op' => 'delete_record']);
            return Outcome::of($answer, 'deleted', ['page' => 'vms'], []);
        }
        $fields = Input::single((array) ($post['fields'] ?? []));
        $rev = Input::number($post, 'rev');
        $request = ['op' => 'record_save', 'rev' => $rev, 'fields' => $fields];
        $answer = Native::ask('admin_api', self::service($id), $request);
        $next = ['page' => 'record', 'service_id' => (string) $id];
        return Outcome::of($answer, 'saved', $next, ['fields' => $fields, 'rev' => $rev]);
    }

    /** @return array<string, mixed> A service that was deleted in WHMCS may have its row still. */
    private static function service(int $id): array
    {
        return (new Host())->services([$id])[0] ?? ['serviceid' => $id];
    }
}
