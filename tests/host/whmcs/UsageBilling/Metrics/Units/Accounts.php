<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** A count of accounts. */
class Accounts extends WholeNumber
{
    protected $name = 'Accounts';
    protected $suffix = '';
}
