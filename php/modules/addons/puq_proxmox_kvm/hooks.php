<?php

declare(strict_types=1);

use PuqProxmoxKvm\Journal;
use PuqProxmoxKvm\Native;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';

// A fault here would end WHMCS's whole cron, so nothing leaves this function.
add_hook('AfterCronJob', 1, static function (): void {
    try {
        if (class_exists(Native::class) && Native::problem() === null) {
            Native::call('cron_hook');
        }
    } catch (\Throwable $fault) {
        if (class_exists(Journal::class)) {
            Journal::note('Proxmox KVM cron: ' . Native::sentence($fault));
        }
    }
});
