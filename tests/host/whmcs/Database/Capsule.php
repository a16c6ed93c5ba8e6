<?php

declare(strict_types=1);

namespace WHMCS\Database;

/** The database access of modules: Illuminate's own manager under WHMCS's name. */
class Capsule extends \Illuminate\Database\Capsule\Manager
{
}
