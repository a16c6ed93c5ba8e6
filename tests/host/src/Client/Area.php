<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\Http;
use Standin\Session;
use Standin\Site;
use WHMCS\Database\Capsule;

/** The front door of the client area: decides which page a request means. */
final class Area
{
    /** Answers the current request. */
    public function respond(): void
    {
        ob_start();
        switch (Http::script()) {
            case 'dologin':
                Login::submit();
                break;
            case 'logout':
                Session::signOutClient();
                Http::redirect('index.php?rp=/login');
                break;
            case 'clientarea':
                $this->clientArea();
                break;
            case 'upgrade':
                self::requireLogin();
                (new UpgradePage())->respond();
                break;
            case 'cart':
                self::requireLogin();
                (new OrderPage())->respond();
                break;
            case 'viewemail':
                self::requireLogin();
                $this->email((int) Http::field('id'));
                break;
            default:
                $this->route();
        }
    }

    /** Sends a visitor who is not signed in to the login page. */
    public static function requireLogin(): void
    {
        if (Session::clientId() === 0) {
            $_SESSION['loginurlredirect'] = (string) ($_SERVER['REQUEST_URI'] ?? '');
            Http::redirect(Site::webRoot() . '/index.php?rp=/login');
        }
    }

    private function clientArea(): void
    {
        self::requireLogin();
        switch (Http::field('action')) {
            case 'productdetails':
                (new ProductDetails())->respond((int) Http::field('id'));
                break;
            case 'services':
            case 'products':
                Page::show('clientareaproducts', 'My Services', ['services' => self::services()]);
                break;
            case 'emails':
                $mails = Capsule::table('tblemails')->where('userid', Session::clientId())->orderBy('id', 'desc')
                    ->get();
                Page::show('clientareaemails', 'Email History', [
                    'emails' => array_map('get_object_vars', $mails->all()),
                ]);
                break;
            case 'upgrade':
                (new UpgradePage())->respond();
                break;
            default:
                Page::show('clientareahome', 'Client Area', ['services' => self::services()]);
        }
    }

    /** Routes of index.php: addon pages (?m=) and paths (?rp=). */
    private function route(): void
    {
        if (Http::field('m') !== '') {
            (new AddonPage())->respond(Http::field('m'));
            return;
        }
        $path = rtrim(Http::field('rp'), '/');
        if (preg_match('#^/clientarea/service/(\d+)/custom-action/([A-Za-z0-9_.-]+)$#', $path, $match) === 1) {
            self::requireLogin();
            (new CustomActionRoute())->respond((int) $match[1], $match[2]);
            return;
        }
        if ($path === '/login' || Session::clientId() === 0) {
            Login::show();
            return;
        }
        if ($path !== '' && $path !== '/index.php') {
            http_response_code(404);
            Page::show('error', 'Page Not Found', ['message' => 'There is nothing here.']);
            return;
        }
        Http::redirect('clientarea.php');
    }

    private function email(int $id): void
    {
        $mail = Capsule::table('tblemails')->where('id', $id)->where('userid', Session::clientId())->first();
        if ($mail === null) {
            Http::redirect('clientarea.php?action=emails');
        }
        Page::show('viewemail', (string) $mail->subject, ['email' => get_object_vars($mail)]);
    }

    /** @return array<int, array<string, mixed>> the signed-in client's services */
    private static function services(): array
    {
        $rows = Capsule::table('tblhosting')->leftJoin('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')
            ->where('userid', Session::clientId())->orderBy('tblhosting.id', 'desc')
            ->get([
                'tblhosting.id', 'tblproducts.name', 'domain', 'domainstatus', 'nextduedate', 'dedicatedip',
                'billingcycle',
            ]);
        return array_map('get_object_vars', $rows->all());
    }
}
