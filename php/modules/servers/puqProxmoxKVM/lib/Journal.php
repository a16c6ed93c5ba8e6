<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * WHMCS's activity log and module log. Both are tables, and whoever writes to them often does so because the database
 * is away: so nothing here ever throws. What cannot be written there goes to PHP's own error log.
 */
final class Journal
{
    /** @return bool Whether it stands in the activity log. */
    public static function note(string $text, int $clientId = 0): bool
    {
        try {
            logActivity($text, $clientId);
            return true;
        } catch (\Throwable $fault) {
            self::aside($text, $fault);
            return false;
        }
    }

    /**
     * @param mixed $request
     * @param mixed $response
     * @param mixed $processed
     * @param list<string> $secrets
     */
    public static function moduleCall(string $action, $request, $response, $processed, array $secrets): void
    {
        try {
            logModuleCall('puqProxmoxKVM', $action, $request, $response, $processed, $secrets);
        } catch (\Throwable $fault) {
            self::aside('the module log misses "' . $action . '"', $fault);
        }
    }

    /** The fault's class alone: its text may be an SQL statement with its values. */
    private static function aside(string $text, \Throwable $fault): void
    {
        $line = $text . ' (not in the log of WHMCS: ' . get_class($fault) . ')';
        @error_log((string) preg_replace('/[\x00-\x1f\x7f]+/', ' ', $line));
    }
}
