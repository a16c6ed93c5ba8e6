<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

/** One measurable quantity. */
interface MetricInterface
{
    public const TYPE_SNAPSHOT = 'snapshot';
    public const TYPE_PERIOD_DAY = 'day';
    public const TYPE_PERIOD_MONTH = 'month';

    public function systemName();

    public function displayName();

    public function type();

    /** @return UnitInterface */
    public function units();

    /** @return UsageInterface|null */
    public function usage();

    /** @return static a copy that carries the usage */
    public function withUsage(?UsageInterface $usage = null);
}
