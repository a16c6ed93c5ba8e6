<?php

/**
 * Compiles Smarty templates and prints what fails: compile.php <3|4> <compile directory> <template>...
 */

declare(strict_types=1);

[, $generation, $directory] = $argv;
error_reporting($generation === '3' ? E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED : E_ALL);
require_once $generation === '3' ? dirname(__DIR__) . '/smarty3.php' : 'smarty4/Smarty.class.php';

$smarty = new Smarty();
$smarty->setCompileDir($directory);
foreach (['lang', 'assetPath', 'routePath'] as $plugin) {
    $smarty->registerPlugin('function', $plugin, static fn (): string => '');
}
$smarty->registerPlugin('modifier', 'routePath', 'strval');
$current = '';
set_error_handler(static function (int $level, string $message) use (&$current): bool {
    if ((error_reporting() & $level) !== 0) {
        echo $current, ': ', $message, "\n";
    }
    return true;
});
foreach (array_slice($argv, 3) as $current) {
    try {
        $template = $smarty->createTemplate('file:' . realpath($current));
        $template->compileTemplateSource();
    } catch (Throwable $error) {
        echo $current, ' (Smarty ', $generation, '): ', $error->getMessage(), "\n";
    }
}
