<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Answers a script in the browser: drops whatever WHMCS has buffered, sends JSON and ends the request.
 */
final class JsonResponse
{
    /**
     * @param array<string, mixed> $body
     */
    public static function send(array $body, int $status = 200): void
    {
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        if (!headers_sent()) {
            http_response_code($status);
            header('Content-Type: application/json; charset=utf-8');
            header('Cache-Control: no-store');
            header('X-Content-Type-Options: nosniff');
        }
        echo View::json($body);
        exit;
    }
}
