<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

use WHMCS\UsageBilling\Contracts\Metrics\UnitInterface;

/** Shared behaviour of units: a name and a suffix. */
abstract class AbstractUnit implements UnitInterface
{
    protected $name = '';
    protected $suffix = '';

    public function __construct($name = null, $perUnitName = null, $pluralName = null, $prefix = null, $suffix = null)
    {
        $this->name = (string) ($name ?? $this->name);
        $this->suffix = (string) ($suffix ?? $this->suffix);
    }

    public function name()
    {
        return $this->name;
    }

    public function suffix()
    {
        return $this->suffix;
    }

    public function decorate($value)
    {
        return trim($this->format($value) . ' ' . $this->suffix);
    }

    protected function format($value): string
    {
        return (string) $value;
    }
}
