<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** Units of 1024 kilobytes. */
class MegaBytes extends FloatingPoint
{
    protected $name = 'MegaBytes';
    protected $suffix = 'MB';
}
