<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics;

use WHMCS\UsageBilling\Contracts\Metrics\UsageInterface;

/** A measured value with its time; the period is given by metrics that have one. */
class Usage implements UsageInterface
{
    /** @var mixed */
    private $value;

    /** @var mixed */
    private $collectedAt;

    /** @var mixed */
    private $startAt;

    /** @var mixed */
    private $endAt;

    public function __construct($value, $collectedAt = null, $startAt = null, $endAt = null)
    {
        $this->value = $value;
        $this->collectedAt = $collectedAt ?? \Illuminate\Support\Carbon::now();
        $this->startAt = $startAt;
        $this->endAt = $endAt;
    }

    public function value()
    {
        return $this->value;
    }

    public function collectedAt()
    {
        return $this->collectedAt;
    }

    public function startAt()
    {
        return $this->startAt;
    }

    public function endAt()
    {
        return $this->endAt;
    }
}
