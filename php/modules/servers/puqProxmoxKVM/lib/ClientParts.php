<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The parts of the client's page: which of them a product opens, what they are called, and the template of each.
 */
final class ClientParts
{
    /**
     * Part, then its name in the language files and the pages of the extension that open it; one without any is always
     * there. In the order of the tabs.
     */
    private const PARTS = [
        'overview' => ['client_tab_overview', []],
        'snapshots' => ['plan_snapshots', ['snapshots']],
        'backups' => ['plan_backups', ['backups']],
        'reinstall' => ['action_reinstall', ['reinstall']],
        'access' => ['client_tab_access', []],
        'network' => ['client_network', []],
        'firewall' => ['client_tab_firewall', ['firewall']],
        'iso' => ['client_tab_iso', ['iso']],
        'charts' => ['client_tab_charts', ['charts']],
    ];

    /** @var array<int, array<string, mixed>> What the extension said of a service, for the menu beside its page. */
    private static $overviews = [];

    /**
     * The overview of a service, asked for by its page. WHMCS draws its menu after the page.
     *
     * @param array<string, mixed> $params As a person typed them.
     * @return array<string, mixed>
     */
    public static function overview(array $params): array
    {
        $overview = (array) Native::call('client_overview', $params);
        self::$overviews[(int) ($params['serviceid'] ?? 0)] = $overview;
        return $overview;
    }

    /**
     * @param array<string, mixed> $pages As the extension's overview names them.
     * @return array<string, string> Part, then its name in the reader's language.
     */
    public static function tabs(array $pages, Lang $lang): array
    {
        $tabs = [];
        foreach (self::PARTS as $part => [$name, $opened]) {
            if ($opened === [] || array_intersect($opened, array_keys($pages)) !== []) {
                $tabs[$part] = $lang->text($name);
            }
        }
        return $tabs;
    }

    /** @return array<string, string> For the scripts. */
    public static function texts(Lang $lang): array
    {
        return $lang->group('js_') + $lang->lengths() + ['checking' => $lang->text('client_loading')];
    }

    /**
     * A part's template: the theme's own where it has one.
     */
    public static function template(string $part): string
    {
        $root = dirname(__DIR__, 4);
        $theme = $_SESSION['Template'] ?? $GLOBALS['CONFIG']['Template'] ?? '';
        if (is_string($theme) && preg_match('/^[\w-]+$/', $theme) === 1) {
            $own = "$root/templates/$theme/modules/servers/puqProxmoxKVM/parts/$part.tpl";
            if (is_file($own)) {
                return $own;
            }
        }
        return dirname(__DIR__) . "/templates/parts/$part.tpl";
    }

    /**
     * Puts the parts into WHMCS's own menu beside the page of a service.
     *
     * @param object $sidebar WHMCS's item of the menu.
     */
    public static function menu($sidebar): void
    {
        $overview = $sidebar->getChild('Service Details Overview');
        if ($overview === null) {
            // Another page than that of a service.
            return;
        }
        $id = (int) Input::text(Input::any(), 'id');
        $found = (new Services(new Tables(new Database())))->find([$id])[0] ?? null;
        $isOwn = $found !== null && (int) $found['userid'] === (int) ($_SESSION['uid'] ?? 0);
        if (!$isOwn || $found['moduletype'] !== 'puqProxmoxKVM') {
            return;
        }
        $overviewed = self::$overviews[$id] ?? self::overview($found);
        $pages = (array) ($overviewed['pages'] ?? []);
        $link = 'clientarea.php?action=productdetails&id=' . $id;
        $order = 20;
        foreach (self::tabs($pages, Lang::forClient($found)) as $part => $label) {
            if ($part !== 'overview') {
                $overview->addChild('Puq Kvm ' . $part, [
                    'label' => $label, 'uri' => $link . '#' . $part, 'order' => $order++,
                ]);
            }
        }
    }
}
