<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Quantity;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The numbers at a glance, and what needs a person.
 */
final class HomePage implements Page
{
    public function query(): array
    {
        return [];
    }

    public function fields(): array
    {
        return [];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $answer = Answer::data('dashboard');
        $answer['last_cron'] = Quantity::moment($answer['data']['last_cron'] ?? null);
        return $answer;
    }

    public function act(array $post): Outcome
    {
        return Outcome::refused([], []);
    }
}
