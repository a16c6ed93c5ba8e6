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
        return ['id', 'op', 'confirmed'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        return Answer::data('zones') + ['asked' => (int) ($outcome === null ? 0 : $outcome->input['id'] ?? 0)];
    }

    public function act(array $post): Outcome
    {
        $id = Input::number($post, 'id');
        switch (Input::text($post, 'op')) {
            case 'delete':
                return self::delete($id, Input::text($post, 'confirmed') === '1');
            case 'test':
                return self::test($id);
            default:
                return Outcome::refused(['error' => 'This is not something the page can ask for.'], []);
        }
    }

    /** What hangs on it is named first; the button then says that it is deleted all the same. */
    private static function delete(int $id, bool $confirmed): Outcome
    {
        $answer = Answer::to('zone_delete', ['id' => $id] + ($confirmed ? ['confirmed' => true] : []));
        $again = ($answer['confirm'] ?? false) ? ['id' => $id] : [];
        return Outcome::of($answer, 'deleted', ['page' => 'zones'], $again);
    }

    /** The answer stays on this page: an address must not be able to carry a sentence onto it. */
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
