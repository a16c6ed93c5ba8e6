<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** A count of something. */
class WholeNumber extends AbstractUnit
{
    protected $name = '';
    protected $suffix = '';
}
