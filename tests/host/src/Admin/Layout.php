<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Hooks;
use Standin\Http;
use Standin\Session;
use Standin\Settings;
use Standin\Site;
use Standin\View;
use WHMCS\Database\Capsule;

/** The frame of every admin page. */
final class Layout
{
    private const MENU = [
        'index.php' => 'Home', 'clientsservices.php' => 'Services', 'configproducts.php' => 'Products',
        'configservers.php' => 'Servers', 'configaddonmods.php' => 'Addon Modules',
        'systemmodulelog.php' => 'Module Log',
        'systemactivitylog.php' => 'Activity Log', 'modulequeue.php' => 'Module Queue', 'mailbox.php' => 'Mailbox',
        'systememailtpl.php' => 'Email Templates', 'systemcron.php' => 'Cron',
    ];

    /** Prints a page; $sidebar is HTML beside the body. */
    public static function show(string $title, string $body, string $sidebar = ''): void
    {
        $variables = [
            'filename' => Http::script(), 'pagetitle' => $title, 'adminid' => Session::adminId(), 'template' => 'blend',
            'charset' => 'utf-8', 'csrfToken' => Session::token(),
        ];
        $signedIn = Session::adminId() > 0;
        $head = $signedIn ? Hooks::html('AdminAreaHeadOutput', $variables) : '';
        $top = $signedIn ? Hooks::html('AdminAreaHeaderOutput', $variables) : '';
        $bottom = $signedIn ? Hooks::html('AdminAreaFooterOutput', $variables) : '';
        $assets = Site::webRoot() . '/templates/standin3';
        $token = Session::token();
        $library = View::library('standin3');
        $root = Site::webRoot();
        $heading = Markup::escape($title);
        $skin = Settings::get('AdminSkin') === 'dark' ? 'dark' : '';
        $company = Markup::escape(Settings::get('CompanyName'));
        $menu = $signedIn ? self::menu() : '';
        $aside = $sidebar === '' ? '' : '<div class="col-md-3 admin-sidebar">' . $sidebar . '</div>';
        $width = $sidebar === '' ? 12 : 9;
        echo View::withTokens(<<<HTML
            <!DOCTYPE html>
            <html lang="en" class="{$skin}"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{$company} - {$heading}</title>
            <link rel="stylesheet" href="{$assets}/css/base.css"><link rel="stylesheet" href="{$assets}/css/theme.css">
            <link rel="stylesheet" href="{$assets}/css/admin.css">
            {$library}
            <script>var csrfToken = '{$token}', whmcsBaseUrl = '{$root}', postsCustomLinks = false;</script>
            <script src="{$assets}/js/site.js" defer></script>
            {$head}</head><body class="admin">{$top}{$menu}
            <section id="main-body"><div class="container-fluid" id="contentarea"><h1>{$heading}</h1>
            <div class="row">{$aside}<div class="col-md-{$width}">{$body}</div></div></div></section>
            {$bottom}</body></html>
            HTML);
    }

    private static function menu(): string
    {
        $script = Http::script() . '.php';
        $html = '<nav class="admin-nav"><span class="brand"><span class="brand-mark"></span></span>';
        foreach (self::MENU as $target => $label) {
            $class = $target === $script ? ' class="active"' : '';
            $html .= '<a' . $class . ' href="' . $target . '">' . $label . '</a>';
        }
        foreach (Settings::names('ActiveAddonModules') as $addon) {
            $class = Http::field('module') === $addon ? ' class="addon active"' : ' class="addon"';
            $html .= '<a' . $class . ' href="addonmodules.php?module=' . $addon . '">'
                . Markup::escape(self::addonName($addon)) . '</a>';
        }
        $name = (string) Capsule::table('tbladmins')->where('id', Session::adminId())->value('username');
        return $html . '<span class="admin-who">' . Markup::escape($name)
            . ' · <a href="logout.php">Logout</a></span></nav>';
    }

    private static function addonName(string $addon): string
    {
        $module = \Standin\AddonModule::find($addon);
        return $module === null ? $addon : (string) ($module->config()['name'] ?? $addon);
    }
}
