<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The list of address pools.
 */
final class PoolsPage implements Page
{
    public function query(): array
    {
        return ['p', 'size', 'search'];
    }

    public function fields(): array
    {
        return ['id', 'confirmed'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        return Listing::of('pools', $query, []) + [
            'servers' => array_column(Answer::servers(), 'name', 'id'),
            'asked' => (int) ($outcome === null ? 0 : $outcome->input['id'] ?? 0),
        ];
    }

    public function act(array $post): Outcome
    {
        $id = Input::number($post, 'id');
        $confirmed = Input::text($post, 'confirmed') === '1' ? ['confirmed' => true] : [];
        $answer = Answer::to('pool_delete', ['id' => $id] + $confirmed);
        // What hangs on it is named first; the button then says that it is deleted all the same.
        $again = ($answer['confirm'] ?? false) ? ['id' => $id] : [];
        return Outcome::of($answer, 'deleted', ['page' => 'pools'], $again);
    }
}
