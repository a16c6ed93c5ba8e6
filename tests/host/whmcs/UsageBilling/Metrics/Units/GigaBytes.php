<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** Units of 1024 megabytes. */
class GigaBytes extends FloatingPoint
{
    protected $name = 'GigaBytes';
    protected $suffix = 'GB';
}
