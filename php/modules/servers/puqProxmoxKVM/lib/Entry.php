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
    public const CLIENT = 'client';
    public const STAFF = 'staff';

    /** WHMCS itself: its cron, its API, a paid order. */
    public const SYSTEM = 'system';

    /** A form or script of a page that WHMCS showed to this client. WHMCS itself ends the request on a wrong token. */
    public static function requireClientPost(): void
    {
        self::requirePost('WHMCS.default');
    }

    /** A form or script of a page that WHMCS showed to this admin. */
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

    /**
     * On whose behalf WHMCS runs this request. One session may hold a client's sign-in and one of staff: then the area
     * decides that WHMCS names itself.
     */
    public static function who(): string
    {
        if (defined('CLIENTAREA') && !defined('ADMINAREA')) {
            return self::CLIENT;
        }
        if (self::isAdmin()) {
            return self::STAFF;
        }
        return !defined('ADMINAREA') && (int) ($_SESSION['uid'] ?? 0) > 0 ? self::CLIENT : self::SYSTEM;
    }

    public static function token(): string
    {
        return (string) \generate_token('plain');
    }

    private static function requirePost(string $scope): void
    {
        if (!Input::isPost()) {
            JsonResponse::send(['ok' => false, 'error' => 'This address takes POST requests only.'], 405);
        }
        if (function_exists('check_token')) {
            \check_token($scope);
        }
    }
}
