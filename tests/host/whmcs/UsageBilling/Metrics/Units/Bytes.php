<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** Bytes. */
class Bytes extends AbstractUnit
{
    protected $name = 'Bytes';
    protected $suffix = 'B';
}
