<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\Hooks;
use Standin\Http;
use Standin\Language;
use Standin\Session;
use Standin\Settings;
use Standin\Site;
use Standin\View;
use WHMCS\User\Client;

/** The frame of every client page: common variables, hooks, sidebars, header and footer. */
final class Page
{
    /**
     * Renders a theme's page and prints it.
     *
     * @param array<string, mixed> $variables
     * @param array<string, string> $breadcrumb url => label, after "Client Area"
     */
    public static function show(string $template, string $title, array $variables, array $breadcrumb = []): void
    {
        $variables = self::variables($template, $title, $breadcrumb) + $variables + self::frame();
        $variables = self::runPageHooks($variables);
        self::emit($variables, View::page($template, $variables));
    }

    /**
     * Prints a page whose body is ready HTML, such as a module's full page.
     *
     * @param array<string, mixed> $variables
     * @param array<string, string> $breadcrumb
     */
    public static function showHtml(string $html, string $title, array $variables, array $breadcrumb = []): void
    {
        $variables = self::variables('clientareaproductdetails', $title, $breadcrumb) + $variables + self::frame();
        self::emit(self::runPageHooks($variables), $html);
    }

    /** Variables every template gets. @return array<string, mixed> */
    public static function frame(): array
    {
        $clientId = Session::clientId();
        $root = Site::webRoot();
        return [
            'WEB_ROOT' => $root, 'BASE_PATH_CSS' => $root . '/assets/css', 'BASE_PATH_JS' => $root . '/assets/js',
            'BASE_PATH_IMG' => $root . '/assets/img', 'BASE_PATH_FONTS' => $root . '/assets/fonts',
            'library' => View::library(View::theme()), 'template' => View::theme(), 'token' => Session::token(),
            'LANG' => Language::client(),
            'client' => $clientId > 0 ? Client::find($clientId) : null, 'loggedin' => $clientId > 0,
            'systemurl' => Site::url(), 'systemsslurl' => Site::url(), 'companyname' => Settings::get('CompanyName'),
            'charset' => 'utf-8', 'language' => Language::ofClient(), 'filename' => Http::script(),
            'clientAlerts' => [], 'cartitemcount' => 0, 'captcha' => null, 'phoneNumberInputStyle' => 0,
            'versionHash' => 'standin', 'maximumPasswordLength' => 64, 'languagechangeenabled' => false,
            'locales' => [], 'currencies' => [],
            'adminMasqueradingAsClient' => false, 'adminLoggedIn' => Session::adminId() > 0,
            'todaysdate' => gmdate('l, F j, Y'), 'date_year' => gmdate('Y'), 'whmcsVersion' => Site::option('whmcs'),
            'postsCustomLinks' => Site::atLeast('8.13'), 'clientsdetails' => \Standin\ClientDetails::of($clientId),
        ];
    }

    /** @return array<string, mixed> */
    private static function variables(string $template, string $title, array $breadcrumb): array
    {
        $trail = [['link' => 'clientarea.php', 'label' => 'Client Area']];
        foreach ($breadcrumb as $link => $label) {
            $trail[] = ['link' => $link, 'label' => $label];
        }
        return [
            'templatefile' => $template, 'pagetitle' => $title, 'displayTitle' => $title, 'tagline' => '',
            'breadcrumb' => $trail,
        ];
    }

    /**
     * @param array<string, mixed> $variables
     * @return array<string, mixed>
     */
    private static function runPageHooks(array $variables): array
    {
        $variables = Hooks::merge('ClientAreaPage', $variables);
        if ($variables['templatefile'] === 'clientareaproductdetails') {
            $variables = Hooks::merge('ClientAreaPageProductDetails', $variables);
        }
        Hooks::run('ClientAreaPrimarySidebar', \Menu::primarySidebar());
        Hooks::run('ClientAreaSecondarySidebar', \Menu::secondarySidebar());
        $variables['primarySidebar'] = \Menu::primarySidebar();
        $variables['secondarySidebar'] = \Menu::secondarySidebar();
        $variables['primaryNavbar'] = \Menu::primaryNavbar();
        $variables['secondaryNavbar'] = \Menu::secondaryNavbar();
        return $variables;
    }

    /** @param array<string, mixed> $variables */
    private static function emit(array $variables, string $body): void
    {
        $variables['headoutput'] = Hooks::html('ClientAreaHeadOutput', $variables);
        $variables['headeroutput'] = Hooks::html('ClientAreaHeaderOutput', $variables);
        $variables['footeroutput'] = Hooks::html('ClientAreaFooterOutput', $variables);
        echo View::withTokens(View::page('header', $variables) . $body . View::page('footer', $variables));
    }
}
