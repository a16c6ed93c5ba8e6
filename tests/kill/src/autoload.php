<?php

declare(strict_types=1);

require_once dirname(__DIR__, 2) . '/demo/src/autoload.php';

spl_autoload_register(static function (string $class): void {
    if (strpos($class, 'Kill\\') === 0) {
        require_once __DIR__ . '/' . str_replace('\\', '/', substr($class, 5)) . '.php';
    }
});
