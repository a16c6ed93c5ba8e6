<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Who may ask: what every request that changes something has to bring.
 */
final class Entry
{
    /**
     * A form or script of a page that WHMCS showed to this client. WHMCS itself ends the request on a wrong token.
     */
    public static function requireClientPost(): void
    {
        self::requirePost('WHMCS.default');
    }

    /**
     * A form or script of a page that WHMCS showed to this admin.
     */
    public static function requireAdminPost(): void
    {
        if (!self::isAdmin()) {
            JsonResponse::send(['ok' => false, 'error' => 'Please sign in to the admin area.'], 403);
        }
        self::requirePost('WHMCS.admin.default');
    }

    public static function isAdmin(): bool
    {
        return (int) ($_SESSION['adminid'] ?? 0) > 0;
    }

    public static function token(): string
    {
        return (string) \generate_token('plain');
    }

    private static function requirePost(string $scope): void
    {
        if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST') {
            JsonResponse::send(['ok' => false, 'error' => 'This address takes POST requests only.'], 405);
        }
        if (function_exists('check_token')) {
            \check_token($scope);
        }
    }
}
