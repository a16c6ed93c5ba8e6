<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Entry;
use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Lang;
use PuqProxmoxKvm\Native;
use PuqProxmoxKvm\View;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Finds the page an address names. Only the pages listed here exist.
 */
final class Router
{
    /** Address, then the class behind it; the view has the name of the address. */
    public const PAGES = [
        'home' => HomePage::class,
        'pools' => PoolsPage::class,
        'pool' => PoolPage::class,
        'addresses' => AddressesPage::class,
        'zones' => ZonesPage::class,
        'zone' => ZonePage::class,
        'vms' => MachinesPage::class,
        'vm' => MachinePage::class,
        'record' => RecordPage::class,
        'settings' => SettingsPage::class,
        'cron' => CronPage::class,
        'doctor' => DoctorPage::class,
        'help' => HelpPage::class,
    ];

    /** Entries of the navigation, each with the pages it stands for. */
    private const NAVIGATION = [
        'home' => ['home'],
        'pools' => ['pools', 'pool', 'addresses'],
        'zones' => ['zones', 'zone'],
        'vms' => ['vms', 'vm', 'record'],
        'settings' => ['settings'],
        'cron' => ['cron'],
        'doctor' => ['doctor'],
        'help' => ['help'],
    ];

    /** @param array<string, mixed> $vars Of WHMCS's _output function. */
    public static function run(array $vars): string
    {
        if (isset(Input::any()['ajax'])) {
            Ajax::answer();
        }
        $lang = Lang::forAdmin(dirname(__DIR__) . '/lang');
        $view = new View(dirname(__DIR__) . '/views', $lang);
        $link = (string) ($vars['modulelink'] ?? 'addonmodules.php?module=puq_proxmox_kvm');
        $name = self::name();
        $frame = [
            'assets' => View::assets(),
            'version' => Native::VERSION,
            'link' => $link,
            'page' => $name,
            'navigation' => self::NAVIGATION,
            'token' => Entry::isAdmin() ? Entry::token() : '',
            'notice' => (string) $lang->find('notice_' . Input::text(Input::query(), 'notice')),
            'refusal' => '',
            'problem' => Native::problem(),
        ];
        if ($frame['problem'] !== null) {
            return $view->render('frame', $frame + ['content' => '']);
        }
        $class = self::PAGES[$name];
        $page = new $class();
        $outcome = self::act($page, $link);
        if ($outcome !== null) {
            $text = $outcome->text !== '' || $outcome->ok ? $outcome->text : $lang->text('please_correct');
            $frame = [$outcome->ok ? 'notice' : 'refusal' => $text] + $frame;
        }
        $shared = [
            'link' => $link,
            'token' => $frame['token'],
            'page' => $name,
            'errors' => $outcome === null ? [] : $outcome->errors,
        ];
        try {
            $query = self::only(Input::query(), $page->query());
            $content = $view->render($name, $page->data($query, $outcome) + $shared);
        } catch (\Throwable $fault) {
            $content = '';
            $frame['refusal'] = Native::sentence($fault);
        }
        return $view->render('frame', $frame + ['content' => $content]);
    }

    /** @param array<string, mixed> $vars */
    public static function sidebar(array $vars): string
    {
        $lang = Lang::forAdmin(dirname(__DIR__) . '/lang');
        return (new View(dirname(__DIR__) . '/views', $lang))->render('sidebar', [
            'link' => (string) ($vars['modulelink'] ?? 'addonmodules.php?module=puq_proxmox_kvm'),
            'navigation' => array_keys(self::NAVIGATION),
        ]);
    }

    /**
     * @param array<mixed> $values
     * @param list<string> $names
     * @return array<mixed>
     */
    private static function only(array $values, array $names): array
    {
        return array_intersect_key($values, array_flip($names));
    }

    private static function name(): string
    {
        $name = Input::text(Input::query(), 'page', 'home');
        return isset(self::PAGES[$name]) ? $name : 'home';
    }

    /** @return Outcome|null Null when nothing was sent; after a change the browser goes on to a page it may reload. */
    private static function act(Page $page, string $link): ?Outcome
    {
        if (!Input::isPost()) {
            return null;
        }
        Entry::requireAdminPost();
        try {
            $outcome = $page->act(self::only(Input::posted(), $page->fields()));
        } catch (\Throwable $fault) {
            return Outcome::refused(['error' => Native::sentence($fault)], []);
        }
        if (!$outcome->ok || $outcome->next === []) {
            return $outcome;
        }
        $query = http_build_query($outcome->next + ['notice' => $outcome->text]);
        if (!headers_sent()) {
            header('Location: ' . $link . '&' . $query);
            exit;
        }
        return null;
    }
}
