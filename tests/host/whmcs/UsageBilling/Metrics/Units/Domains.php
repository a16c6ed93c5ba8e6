<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** A count of domains. */
class Domains extends WholeNumber
{
    protected $name = 'Domains';
    protected $suffix = '';
}
