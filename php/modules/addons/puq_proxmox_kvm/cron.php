<?php

/**
 * The cron of the Proxmox KVM modules, to be run every minute: php -q modules/addons/puq_proxmox_kvm/cron.php
 *
 * Exit status: 0 well; 1 a task had errors; 64 wrong arguments; 69 the extension or WHMCS is missing; 70 the run
 * broke off, since the database is away or PHP failed; 75 another run holds the lock; 78 the clocks of this machine and
 * of the database differ by more than five minutes.
 */

declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    http_response_code(404);
    exit;
}

// The place of WHMCS follows from this file's own: PHP's working directory says nothing in a crontab.
$root = substr(__DIR__, 0, (int) strrpos(str_replace('\\', '/', __DIR__), '/modules/addons/'));
if ($root === '' || !is_file($root . '/init.php')) {
    fwrite(STDERR, 'WHMCS was not found above ' . __DIR__ . ": there is no init.php.\n");
    exit(69);
}
// PHP itself would end with 255 after a fatal error, and print the arguments of every call.
register_shutdown_function(static function (): void {
    $last = error_get_last();
    $fatal = [E_ERROR, E_PARSE, E_CORE_ERROR, E_COMPILE_ERROR, E_RECOVERABLE_ERROR];
    if ($last !== null && in_array($last['type'], $fatal, true)) {
        exit(70);
    }
});
try {
    require_once $root . '/init.php';
} catch (\Throwable $fault) {
    fwrite(STDERR, 'WHMCS cannot be loaded: ' . get_class($fault) . ' in ' . basename($fault->getFile()) . ".\n");
    exit(69);
}
require_once __DIR__ . '/lib/autoload.php';

if (!class_exists('PuqProxmoxKvm\\Native')) {
    fwrite(STDERR, "The server module puqProxmoxKVM is missing: upload modules/servers/puqProxmoxKVM.\n");
    exit(69);
}
$problem = PuqProxmoxKvm\Native::problem();
if ($problem !== null) {
    fwrite(STDERR, $problem . "\n");
    exit(69);
}
while (ob_get_level() > 0) {
    ob_end_flush();
}
// The tick has its own deadline; PHP's would cut it in the middle of a step.
set_time_limit(0);
try {
    exit((int) PuqProxmoxKvm\Native::call('cron_main', $argv));
} catch (\Throwable $fault) {
    fwrite(STDERR, PuqProxmoxKvm\Native::sentence($fault) . "\n");
    exit(70);
}
