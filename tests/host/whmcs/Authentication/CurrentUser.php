<?php

declare(strict_types=1);

namespace WHMCS\Authentication;

use Standin\Session;
use WHMCS\User\Admin;
use WHMCS\User\Client;
use WHMCS\User\User;

/** Who is signed in: a user with a client account, staff, or both. */
class CurrentUser
{
    /** @return Client|null */
    public static function client()
    {
        return Session::clientId() > 0 ? Client::find(Session::clientId()) : null;
    }

    /** @return User|null */
    public static function user()
    {
        return Session::clientId() > 0 ? User::find((int) ($_SESSION['standin_user'] ?? 0)) : null;
    }

    /** @return Admin|null */
    public static function admin()
    {
        return Session::adminId() > 0 ? Admin::find(Session::adminId()) : null;
    }

    public static function isAuthenticatedUser(): bool
    {
        return Session::clientId() > 0;
    }

    public static function isAuthenticatedAdmin(): bool
    {
        return Session::adminId() > 0;
    }

    public static function isMasqueradingAdmin(): bool
    {
        return Session::adminId() > 0 && Session::clientId() > 0;
    }
}
