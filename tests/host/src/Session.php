<?php

declare(strict_types=1);

namespace Standin;

/**
 * The browser session. WHMCS keeps one PHP session for both areas; being signed in as a client (`uid`) and as staff
 * (`adminid`) are two separate facts in it, and neither opens the other's pages.
 */
final class Session
{
    /** Starts or resumes the session of a web request. */
    public static function start(): void
    {
        if (session_status() === PHP_SESSION_ACTIVE) {
            return;
        }
        session_name('WHMCSstandin');
        session_save_path(Site::path('sessions'));
        session_set_cookie_params(['path' => Site::webRoot() . '/', 'httponly' => true, 'samesite' => 'Lax']);
        session_start();
    }

    /** Signed-in client's id, 0 when nobody is. */
    public static function clientId(): int
    {
        return (int) ($_SESSION['uid'] ?? 0);
    }

    /** Signed-in staff member's id, 0 when nobody is. */
    public static function adminId(): int
    {
        return (int) ($_SESSION['adminid'] ?? 0);
    }

    /**
     * Signs a client in; the session id changes against fixation. The client's language stays in the profile alone,
     * until somebody chooses one on a page.
     */
    public static function signInClient(int $clientId, int $userId): void
    {
        self::renew();
        $_SESSION['uid'] = $clientId;
        $_SESSION['standin_user'] = $userId;
    }

    /** Signs a staff member in. */
    public static function signInAdmin(int $adminId, string $language): void
    {
        self::renew();
        $_SESSION['adminid'] = $adminId;
        $_SESSION['adminlang'] = $language;
    }

    /** Signs the client out and leaves a staff sign-in as it is. */
    public static function signOutClient(): void
    {
        unset($_SESSION['uid'], $_SESSION['standin_user'], $_SESSION['Language']);
    }

    /** Signs staff out and leaves a client sign-in as it is. */
    public static function signOutAdmin(): void
    {
        unset($_SESSION['adminid'], $_SESSION['adminlang']);
    }

    /** The CSRF token of this session, forty hex digits. */
    public static function token(): string
    {
        if (empty($_SESSION['tkval'])) {
            $_SESSION['tkval'] = bin2hex(random_bytes(20));
        }
        return (string) $_SESSION['tkval'];
    }

    /** Whether the request carries this session's CSRF token. */
    public static function tokenMatches(): bool
    {
        $given = $_POST['token'] ?? $_GET['token'] ?? '';
        return is_string($given) && hash_equals(self::token(), $given);
    }

    private static function renew(): void
    {
        if (session_status() === PHP_SESSION_ACTIVE) {
            session_regenerate_id(true);
        }
        unset($_SESSION['tkval']);
    }
}
