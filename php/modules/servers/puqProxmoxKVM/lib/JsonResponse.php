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
    /** @param array<string, mixed> $body */
    public static function send(array $body, int $status = 200): void
    {
        self::dropBuffers();
        if (!headers_sent()) {
            http_response_code($status);
            header('Content-Type: application/json; charset=utf-8');
            header('Cache-Control: no-store');
            header('X-Content-Type-Options: nosniff');
        }
        echo View::json($body);
        exit;
    }

    /**
     * What was written so far is not sent. A buffer may refuse to end: what it holds is taken out of it at least, and
     * the ones below it are out of reach.
     */
    private static function dropBuffers(): void
    {
        while (ob_get_level() > 0) {
            if (!@ob_end_clean()) {
                @ob_clean();
                return;
            }
        }
    }
}
