<?php

declare(strict_types=1);

require_once dirname(__DIR__, 2) . '/kill/src/autoload.php';
foreach (['Address', 'Browser'] as $name) {
    require_once dirname(__DIR__, 2) . '/host/src/Testing/' . $name . '.php';
}

spl_autoload_register(static function (string $class): void {
    if (strpos($class, 'Chaos\\') === 0) {
        require_once __DIR__ . '/' . str_replace('\\', '/', substr($class, 6)) . '.php';
    }
});
