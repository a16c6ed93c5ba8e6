<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\Http;
use Standin\Session;
use WHMCS\Database\Capsule;

/** Signing in to the client area. */
final class Login
{
    /** The login page. */
    public static function show(bool $incorrect = false): void
    {
        Page::show('login', 'Login', ['incorrect' => $incorrect]);
    }

    /** Checks name and password and goes to the page that was asked for. */
    public static function submit(): void
    {
        check_token();
        $user = Capsule::table('tblusers')->where('email', Http::field('username'))->first();
        if ($user === null || !password_verify(Http::field('password'), (string) $user->password)) {
            self::show(true);
            return;
        }
        $client = (int) Capsule::table('tblusers_clients')->where('auth_user_id', $user->id)->value('client_id');
        $target = (string) ($_SESSION['loginurlredirect'] ?? 'clientarea.php');
        unset($_SESSION['loginurlredirect']);
        Session::signInClient($client, (int) $user->id);
        Http::redirect($target);
    }
}
