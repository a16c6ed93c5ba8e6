<?php

/**
 * The global functions that WHMCS gives to modules and hooks.
 */

declare(strict_types=1);

use Standin\Api;
use Standin\Crypto;
use Standin\Hooks;
use Standin\Journal;
use Standin\Session;
use Standin\Site;

/** Registers a callback at a hook point; lower priorities run first. */
function add_hook(string $hookPoint, int $priority, callable $function): void
{
    Hooks::add($hookPoint, $priority, $function);
}

/** Writes to the activity log. */
function logActivity($message, $clientId = 0): void
{
    Journal::activity((string) $message, (int) $clientId);
}

/** Writes to the module log while it is enabled; the strings of $replaceVars are masked. */
function logModuleCall($module, $action, $request, $response, $processedData = '', $replaceVars = []): void
{
    Journal::moduleCall((string) $module, (string) $action, $request, $response, $processedData, (array) $replaceVars);
}

/** Calls an API command. @return array with 'result' success or error */
function localAPI($command, $values = [], $adminUser = ''): array
{
    return Api::call((string) $command, (array) $values, (string) $adminUser);
}

/** Encrypts a password for storage. */
function encrypt($string): string
{
    return Crypto::encrypt((string) $string);
}

/** Decrypts a stored password. */
function decrypt($string): string
{
    return Crypto::decrypt((string) $string);
}

/** The CSRF token: as a hidden form field, or raw with 'plain'. */
function generate_token($type = 'form'): string
{
    $token = Session::token();
    return $type === 'plain' ? $token : '<input type="hidden" name="token" value="' . $token . '">';
}

/** Ends the request with status 403 unless it carries the session's CSRF token. */
function check_token($namespace = 'WHMCS.default'): bool
{
    if (Session::tokenMatches()) {
        return true;
    }
    while (ob_get_level() > 0 && @ob_end_clean()) {
        continue;
    }
    http_response_code(403);
    echo 'Invalid Token';
    exit;
}

/** URL path of a named route of the host. */
function routePath($name, ...$parameters): string
{
    $routes = ['login-index' => '/login', 'login-validate' => '/dologin.php', 'logout' => '/logout.php'];
    $path = $routes[$name] ?? '/' . str_replace('-', '/', (string) $name);
    foreach ($parameters as $parameter) {
        $path .= '/' . rawurlencode((string) $parameter);
    }
    return Site::webRoot() . '/index.php?rp=' . $path;
}

/** The signed-in client's or the system's date format applied to a MySQL date. */
function fromMySQLDate($date, $time = false): string
{
    $stamp = strtotime((string) $date);
    return $stamp === false ? '' : date($time ? 'd/m/Y H:i' : 'd/m/Y', $stamp);
}
