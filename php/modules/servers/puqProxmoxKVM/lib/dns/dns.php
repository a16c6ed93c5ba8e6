<?php

/**
 * The names of all VMs as JSON, for name servers that fetch them: [{"forward": …, "ip": …, "reverse": …}, …]
 *
 * Read only, by GET, without arguments. Who may read is a setting of the addon; nobody at first.
 */

declare(strict_types=1);

use PuqProxmoxKvm\JsonResponse;
use PuqProxmoxKvm\Native;

$root = substr(__DIR__, 0, (int) strrpos(str_replace('\\', '/', __DIR__), '/modules/servers/'));
if ($root === '' || !is_file($root . '/init.php')) {
    http_response_code(503);
    exit;
}
require_once $root . '/init.php';
require_once dirname(__DIR__) . '/autoload.php';

$answer = Native::ask('dns_export', [
    // Never a header of the request: anybody can write one.
    'ip' => (string) ($_SERVER['REMOTE_ADDR'] ?? ''),
    'method' => (string) ($_SERVER['REQUEST_METHOD'] ?? ''),
    'arguments' => (string) ($_SERVER['QUERY_STRING'] ?? '') !== '',
]);
// A fault's own sentence is for the staff.
$fault = ['status' => 503, 'body' => ['error' => 'The names cannot be read at the moment.']];
$answer = isset($answer['status'], $answer['body']) ? $answer : $fault;
JsonResponse::send((array) $answer['body'], (int) $answer['status']);
