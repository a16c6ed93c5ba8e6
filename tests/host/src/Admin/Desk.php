<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Http;
use Standin\Permissions;
use Standin\Session;
use WHMCS\Database\Capsule;

/** The front door of the admin area: sign-in, the CSRF check of every POST, and the page a request means. */
final class Desk
{
    private const PAGES = [
        'clientsservices' => ServicePage::class, 'configproducts' => ProductPage::class,
        'configservers' => ServerPage::class, 'configaddonmods' => AddonSettingsPage::class,
        'addonmodules' => AddonOutputPage::class, 'systemmodulelog' => LogPage::class,
        'systemactivitylog' => LogPage::class, 'modulequeue' => LogPage::class, 'mailbox' => MailPage::class,
        'systememailtpl' => MailPage::class, 'systemcron' => CronPage::class,
    ];

    /** The right that opens a page; the others are for every role. */
    private const NEEDS = [
        'clientsservices' => Permissions::VIEW_SERVICES, 'configproducts' => 'View Products/Services',
        'configservers' => 'Configure Servers', 'configaddonmods' => 'Configure Addon Modules',
        'addonmodules' => Permissions::USE_ADDONS, 'systemmodulelog' => 'View Module Debug Log',
    ];

    /** Answers the current request. */
    public function respond(): void
    {
        ob_start();
        $script = Http::script();
        if ($script === 'dologin') {
            $this->signIn();
            return;
        }
        if ($script === 'logout') {
            Session::signOutAdmin();
            Http::redirect('login.php');
        }
        if (Session::adminId() === 0) {
            $this->showLogin('');
            return;
        }
        // A module's own AJAX checks the token itself, as WHMCS leaves it to addons.
        if (Http::isPost() && $script !== 'addonmodules') {
            check_token('WHMCS.admin.default');
        }
        $class = self::PAGES[$script] ?? HomePage::class;
        if (isset(self::NEEDS[$script]) && !Permissions::allow(self::NEEDS[$script])) {
            self::deny(self::NEEDS[$script]);
            return;
        }
        (new $class())->respond();
    }

    /** The page that says which right is missing. */
    public static function deny(string $permission): void
    {
        http_response_code(403);
        Layout::show('Access Denied', Markup::alert('danger', 'Access Denied. Action Attempted: ' . $permission));
    }

    /** The signed-in staff member's row. */
    public static function admin(): object
    {
        return Capsule::table('tbladmins')->where('id', Session::adminId())->first();
    }

    private function signIn(): void
    {
        check_token('WHMCS.admin.default');
        $admin = Capsule::table('tbladmins')->where('username', Http::field('username'))->where('disabled', 0)->first();
        if ($admin === null || !password_verify(Http::field('password'), (string) $admin->password)) {
            $this->showLogin('Login Details Incorrect. Please try again.');
            return;
        }
        Session::signInAdmin((int) $admin->id, (string) $admin->language);
        Http::redirect('index.php');
    }

    private function showLogin(string $error): void
    {
        $alert = $error === '' ? '' : Markup::alert('danger', $error);
        Layout::show('Administration', <<<HTML
            <div class="login-box panel panel-default"><div class="panel-body"><h1>Administration</h1>{$alert}
            <form method="post" action="dologin.php">
            <div class="form-group"><label>Username</label><input class="form-control" name="username" autofocus></div>
            <div class="form-group"><label>Password</label>
            <input class="form-control" type="password" name="password"></div>
            <button class="btn btn-primary btn-block">Login</button></form></div></div>
            HTML);
    }
}
