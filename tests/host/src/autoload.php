<?php

declare(strict_types=1);

require_once 'Illuminate/Database/autoload.php';

spl_autoload_register(static function (string $class): void {
    $places = ['Standin\\' => __DIR__ . '/', 'WHMCS\\' => dirname(__DIR__) . '/whmcs/'];
    foreach ($places as $prefix => $directory) {
        if (strncmp($class, $prefix, strlen($prefix)) === 0) {
            $file = $directory . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (is_file($file)) {
                require_once $file;
            }
            return;
        }
    }
    // WHMCS's loader finds its template engine for anybody.
    if ($class === 'Smarty') {
        Standin\Site::loadSmarty();
        return;
    }
    // Lang, AdminLang and Menu are global classes in WHMCS.
    if (in_array($class, ['Lang', 'AdminLang', 'Menu'], true)) {
        require_once dirname(__DIR__) . '/whmcs/' . $class . '.php';
    }
});
