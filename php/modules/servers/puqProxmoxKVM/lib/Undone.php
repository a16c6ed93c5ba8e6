<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Leaves a transaction whose statement changed another number of rows than expected; carries that statement's place.
 */
final class Undone extends \RuntimeException
{
    /** Place of the statement in the list, counted from 0. */
    private int $at;

    public function __construct(int $at)
    {
        parent::__construct('A statement changed another number of rows than expected.');
        $this->at = $at;
    }

    public function at(): int
    {
        return $this->at;
    }
}
