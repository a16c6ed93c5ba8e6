<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** A number with two decimals. */
class FloatingPoint extends AbstractUnit
{
    protected function format($value): string
    {
        return number_format((float) $value, 2, '.', '');
    }
}
