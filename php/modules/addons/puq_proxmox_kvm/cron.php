<?php

/**
 * The cron of the Proxmox KVM modules, to be run every minute: php -q modules/addons/puq_proxmox_kvm/cron.php
 *
 * Exit status: 0 well; 1 a task had errors; 64 wrong arguments; 69 the extension or WHMCS is missing; 70 the run
 * broke off, since the database is away or PHP failed; 75 another run holds the lock; 78 the clocks of this machine and
 * of the database differ by more than five minutes.
 *
 * With --doctor nothing is run: what is wrong is told, in English, with --json for programs. Then the exit status is
 * what monitoring expects: 0 well; 1 warnings; 2 errors, such as a database that is away; 64 wrong arguments.
 */

declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    if (isset($_SERVER['REQUEST_METHOD']) || isset($_SERVER['GATEWAY_INTERFACE'])) {
        http_response_code(404);
        exit;
    }
    // Somebody's crontab, with the PHP that web servers use.
    echo 'This is ' . PHP_SAPI . ', the PHP of web servers. Run the cron with the command-line PHP: often'
        . " /usr/bin/php or php-cli; php -v names \"cli\".\n";
    exit(69);
}

// Before WHMCS, which has variables of its own.
$arguments = (array) ($_SERVER['argv'] ?? $argv ?? []);

// Why nothing can be done, and how it ends. The doctor finds that, too, and tells it in its own form.
$doctor = in_array('--doctor', $arguments, true);
$ended = false;
$stop = static function (string $why, int $status) use ($arguments, $doctor, &$ended): void {
    $ended = true;
    if (!$doctor) {
        // A full disk refuses what is printed, and PHP would complain. The exit status says it too.
        @fwrite(STDERR, $why . "\n");
        exit($status);
    }
    $check = ['name' => 'installation', 'status' => 'fail', 'text' => $why, 'fix' => ''];
    $found = ['status' => 2, 'word' => 'CRITICAL', 'errors' => 1, 'warnings' => 0,
        'places' => [['server' => null, 'checks' => [$check]]]];
    $json = in_array('--json', $arguments, true);
    $flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE;
    @fwrite(STDOUT, ($json ? json_encode($found, $flags) : 'CRITICAL - ' . $why) . "\n");
    exit(2);
};

// The place of WHMCS follows from this file's own: PHP's working directory says nothing in a crontab.
$root = substr(__DIR__, 0, (int) strrpos(str_replace('\\', '/', __DIR__), '/modules/addons/'));
if ($root === '' || !is_file($root . '/init.php')) {
    $stop('WHMCS was not found above ' . __DIR__ . ': there is no init.php.', 69);
}
// PHP itself would end with 255 after a fatal error, and print the arguments of every call.
register_shutdown_function(static function () use ($doctor, $stop, &$ended): void {
    $last = error_get_last();
    $fatal = [E_ERROR, E_PARSE, E_CORE_ERROR, E_COMPILE_ERROR, E_RECOVERABLE_ERROR];
    if ($last !== null && in_array($last['type'], $fatal, true)) {
        $doctor ? $stop('PHP failed in ' . basename($last['file']) . '.', 70) : exit(70);
    }
    // WHMCS ends by itself where it cannot reach its database.
    if ($doctor && !$ended) {
        $stop('WHMCS ended before the checks began: it cannot be loaded, or its database is away.', 69);
    }
});
try {
    require_once $root . '/init.php';
} catch (\Throwable $fault) {
    $stop('WHMCS cannot be loaded: ' . get_class($fault) . ' in ' . basename($fault->getFile()) . '.', 69);
}
require_once __DIR__ . '/lib/autoload.php';

if (!class_exists('PuqProxmoxKvm\\Native')) {
    $stop('The server module puqProxmoxKVM is missing: upload modules/servers/puqProxmoxKVM.', 69);
}
$problem = PuqProxmoxKvm\Native::problem();
if ($problem !== null) {
    $stop($problem, 69);
}
// One that may not be ended would come back for ever.
while (ob_get_level() > 0 && @ob_end_flush()) {
    continue;
}
// PHP would end in the middle of a step, with 255, where nobody takes what is printed: a full disk, a reader that went.
if (function_exists('ignore_user_abort')) {
    @ignore_user_abort(true);
}
// The tick has its own deadline; PHP's would cut it in the middle of a step. Hosts switch the function off at times.
if (function_exists('set_time_limit')) {
    @set_time_limit(0);
} elseif (function_exists('ini_set')) {
    @ini_set('max_execution_time', '0');
}
$limit = (int) ini_get('max_execution_time');
if ($limit > 0) {
    $stop("PHP ends this run after $limit seconds, and set_time_limit is disabled: run the cron with"
        . ' php -d max_execution_time=0.', 69);
}
try {
    $status = (int) PuqProxmoxKvm\Native::call('cron_main', $arguments);
    $ended = true;
    exit($status);
} catch (\Throwable $fault) {
    $stop(PuqProxmoxKvm\Native::sentence($fault), 70);
}
