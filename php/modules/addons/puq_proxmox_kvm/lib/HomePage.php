<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The numbers at a glance, and what needs a person.
 */
final class HomePage implements Page
{
    public function data(array $query, ?Outcome $outcome): array
    {
        return Answer::data('dashboard');
    }

    public function act(array $post): Outcome
    {
        return Outcome::refused([], []);
    }
}
