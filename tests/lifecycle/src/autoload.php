<?php

declare(strict_types=1);

require_once dirname(__DIR__, 2) . '/host/src/Testing/Address.php';
require_once dirname(__DIR__, 2) . '/host/src/Testing/Browser.php';

spl_autoload_register(static function (string $class): void {
    if (strpos($class, 'Lifecycle\\') === 0) {
        require_once __DIR__ . '/' . str_replace('\\', '/', substr($class, 10)) . '.php';
    }
});
