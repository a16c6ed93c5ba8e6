<?php

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (strpos($class, 'Odd\\') === 0) {
        require_once __DIR__ . '/' . str_replace('\\', '/', substr($class, 4)) . '.php';
    }
});
