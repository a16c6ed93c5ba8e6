<?php

/**
 * The classes of the test programs: Chaos\Plan is tests/chaos/src/Plan.php, and what begins with Standin is the
 * stand-in's, in tests/host.
 */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    [$program, $name] = explode('\\', $class, 2) + [1 => ''];
    $folder = $program === 'Standin' ? 'host' : strtolower($program);
    $file = dirname(__DIR__) . "/$folder/src/" . str_replace('\\', '/', $name) . '.php';
    if (is_file($file)) {
        require_once $file;
    }
});
