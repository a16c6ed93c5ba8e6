<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics;

use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\UnitInterface;
use WHMCS\UsageBilling\Contracts\Metrics\UsageInterface;

/** A metric as modules declare it. */
class Metric implements MetricInterface
{
    /** @var string */
    private $systemName;

    /** @var string */
    private $displayName;

    /** @var string */
    private $type;

    /** @var UnitInterface */
    private $units;

    /** @var UsageInterface|null */
    private $usage;

    public function __construct(
        $systemName,
        $displayName = null,
        $type = self::TYPE_SNAPSHOT,
        ?UnitInterface $units = null,
        ?UsageInterface $usage = null
    ) {
        $this->systemName = (string) $systemName;
        $this->displayName = (string) ($displayName ?? $systemName);
        $this->type = (string) $type;
        $this->units = $units ?? new Units\FloatingPoint($this->displayName);
        $this->usage = $usage;
    }

    public function systemName()
    {
        return $this->systemName;
    }

    public function displayName()
    {
        return $this->displayName;
    }

    public function type()
    {
        return $this->type;
    }

    public function units()
    {
        return $this->units;
    }

    public function usage()
    {
        return $this->usage;
    }

    public function withUsage(?UsageInterface $usage = null)
    {
        $copy = clone $this;
        $copy->usage = $usage;
        return $copy;
    }
}
