<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * One page of the addon.
 */
interface Page
{
    /** @return list<string> What of an address reaches data(). */
    public function query(): array;

    /** @return list<string> What of a form reaches act(). */
    public function fields(): array;

    /**
     * @param array<string, mixed> $query What the address says.
     * @param Outcome|null $outcome Of a form that was refused.
     * @return array<string, mixed> Variables of the view.
     */
    public function data(array $query, ?Outcome $outcome): array;

    /** @param array<string, mixed> $post A form of this page; its token is checked already. */
    public function act(array $post): Outcome;
}
