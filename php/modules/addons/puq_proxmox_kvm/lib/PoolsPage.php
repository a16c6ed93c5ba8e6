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
        return [];
    }

    public function fields(): array
    {
        return ['id'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        return Answer::data('pools') + ['servers' => array_column(Answer::servers(), 'name', 'id')];
    }

    public function act(array $post): Outcome
    {
        $answer = Answer::to('pool_delete', ['id' => Input::number($post, 'id')]);
        return Outcome::of($answer, 'deleted', ['page' => 'pools'], []);
    }
}
