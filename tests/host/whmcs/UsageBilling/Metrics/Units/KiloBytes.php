<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** Units of 1024 bytes. */
class KiloBytes extends FloatingPoint
{
    protected $name = 'KiloBytes';
    protected $suffix = 'KB';
}
