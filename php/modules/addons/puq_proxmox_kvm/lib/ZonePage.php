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
    /** Fields of the form, with what a new zone starts with. */
    private const FIELDS = ['zone' => '', 'type' => 'zonefile', 'path' => ''];

    public function data(array $query, ?Outcome $outcome): array
    {
        $id = Input::number($outcome === null ? $query : $outcome->input, 'id');
        $zone = self::FIELDS;
        $error = '';
        if ($outcome !== null) {
            $zone = array_intersect_key($outcome->input, $zone) + $zone;
        } elseif ($id > 0) {
            $answer = Answer::data('zones');
            $error = $answer['error'];
            foreach ($answer['data'] as $stored) {
                if ((int) ($stored['id'] ?? 0) === $id) {
                    $zone = array_intersect_key((array) $stored, $zone) + $zone;
                }
            }
        }
        // In the order of the form, whatever the order of the answer.
        return ['id' => $id, 'zone' => array_replace(self::FIELDS, $zone), 'error' => $error];
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
