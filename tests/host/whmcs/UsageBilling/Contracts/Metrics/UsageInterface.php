<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

/** A measured value. */
interface UsageInterface
{
    public function value();

    public function collectedAt();

    public function startAt();

    public function endAt();
}
