<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * A write met a row that already has its unique key. Not a fault: an address or a VM number is taken by somebody
 * else, and the caller picks another one.
 */
final class DuplicateKey extends \RuntimeException
{
}
