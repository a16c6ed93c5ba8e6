<?php

declare(strict_types=1);

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// WHMCS's own autoloading does not document how it maps a directory name with mixed case, so the classes of
// both modules load by a map of their own.
(static function (): void {
    static $registered = false;
    if ($registered || class_exists('PuqProxmoxKvm\\Native', false)) {
        return;
    }
    $registered = true;
    spl_autoload_register(static function (string $class): void {
        $prefix = 'PuqProxmoxKvm\\';
        if (strncmp($class, $prefix, strlen($prefix)) !== 0) {
            return;
        }
        $name = substr($class, strlen($prefix));
        $file = __DIR__ . '/' . str_replace('\\', '/', $name) . '.php';
        if (is_file($file)) {
            require_once $file;
        }
    });
})();
