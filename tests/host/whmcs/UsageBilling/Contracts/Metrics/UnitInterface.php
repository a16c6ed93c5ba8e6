<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

/** The unit a metric counts in. */
interface UnitInterface
{
    public function name();

    public function suffix();

    /** @return string a value as people read it */
    public function decorate($value);
}
