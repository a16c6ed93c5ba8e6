<?php

declare(strict_types=1);

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// The addon works only beside the server module, whose classes it uses.
(static function (): void {
    static $registered = false;
    if ($registered || class_exists('PuqProxmoxKvm\\Addon\\Router', false)) {
        return;
    }
    $registered = true;
    $server = dirname(__DIR__, 3) . '/servers/puqProxmoxKVM/lib/autoload.php';
    if (is_file($server)) {
        require_once $server;
    }
    spl_autoload_register(static function (string $class): void {
        $prefix = 'PuqProxmoxKvm\\Addon\\';
        if (strncmp($class, $prefix, strlen($prefix)) !== 0) {
            return;
        }
        $file = __DIR__ . '/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
        if (is_file($file)) {
            require_once $file;
        }
    });
})();
