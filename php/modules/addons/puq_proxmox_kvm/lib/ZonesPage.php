<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The list of DNS zones, and what their providers answer when they are asked.
 */
final class ZonesPage implements Page
{
    public function query(): array
    {
        return [];
    }

    public function fields(): array
    {
        return ['id', 'op'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        return Answer::data('zones');
    }

    public function act(array $post): Outcome
    {
        $id = Input::number($post, 'id');
        switch (Input::text($post, 'op')) {
            case 'delete':
                return Outcome::of(Answer::to('zone_delete', ['id' => $id]), 'deleted', ['page' => 'zones'], []);
            case 'test':
                return self::test($id);
            default:
                return Outcome::refused(['error' => 'This is not something the page can ask for.'], []);
        }
    }

    /**
     * The answer stays on this page: an address must not be able to carry a sentence onto it.
     */
    private static function test(int $id): Outcome
    {
        $name = '';
        foreach (Answer::data('zones')['data'] as $zone) {
            if ((int) ($zone['id'] ?? 0) === $id) {
                $name = (string) ($zone['zone'] ?? '') . ': ';
            }
        }
        $answer = Answer::to('zone_test', ['id' => $id]);
        return ($answer['ok'] ?? false)
            ? Outcome::told($name . (string) ($answer['data']['text'] ?? ''))
            : Outcome::refused(['error' => $name . (string) ($answer['error'] ?? '')], []);
    }
}
