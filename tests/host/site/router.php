<?php

/**
 * For PHP's built-in server: what a web server's configuration would do. Files that no browser may see are refused,
 * PHP files and assets are served, everything else is a route of index.php.
 */

declare(strict_types=1);

$path = (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$path = rawurldecode($path);
$hidden = '#^/(templates_c|sessions|attachments|includes|crons)(/|$)|^/(configuration|router)\.php'
    . '|\.(sqlite|sqlite-wal|sqlite-shm|jsonl|tpl|conf|pid|log)$|/\.|\.\.#';
if (preg_match($hidden, $path) === 1) {
    http_response_code(403);
    echo 'Forbidden';
    return true;
}
if (is_dir(__DIR__ . $path) && is_file(__DIR__ . rtrim($path, '/') . '/index.php')) {
    $path = rtrim($path, '/') . '/index.php';
}
if (is_file(__DIR__ . $path)) {
    if (substr($path, -4) !== '.php') {
        return false;
    }
} elseif (preg_match('#^/assets/.*\.(css|js|svg|png)$#', $path, $kind) === 1) {
    // Fonts and pictures that come with WHMCS and not with its themes: there, but empty.
    $types = ['css' => 'text/css', 'js' => 'text/javascript', 'svg' => 'image/svg+xml', 'png' => 'image/png'];
    header('Content-Type: ' . $types[$kind[1]]);
    echo $kind[1] === 'svg' ? '<svg xmlns="http://www.w3.org/2000/svg"/>' : '';
    return true;
} else {
    $_GET['rp'] = $path;
    $_REQUEST['rp'] = $path;
    $path = '/index.php';
}
foreach (['SCRIPT_NAME', 'PHP_SELF'] as $name) {
    $_SERVER[$name] = $path;
}
$_SERVER['SCRIPT_FILENAME'] = __DIR__ . $path;
chdir(dirname(__DIR__ . $path));
require __DIR__ . $path;
return true;
