<?php

declare(strict_types=1);

namespace WHMCS;

/** WHMCS's date class. */
class Carbon extends \Illuminate\Support\Carbon
{
}
