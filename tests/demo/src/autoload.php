<?php

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (strpos($class, 'Demo\\') === 0) {
        require_once __DIR__ . '/' . str_replace('\\', '/', substr($class, 5)) . '.php';
    }
});
