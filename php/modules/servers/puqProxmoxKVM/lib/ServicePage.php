<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The pages of one service: the client's overview with its JSON address, and the panel on the admin's page.
 */
final class ServicePage
{
    /** What WHMCS itself needs of a request; the rest belongs to the extension. */
    private const ROUTING = ['action', 'id', 'modop', 'a', 'token', 'ac', 'ajax', 'module', 'service_id', 'userid'];

    /** What a command does, by its function: the rest of the text's key. */
    private const LEGEND = [
        'adminStart' => 'start', 'adminStop' => 'stop', 'adminReinstall' => 'reinstall',
        'vmSetDedicatedIp' => 'addresses', 'vmClone' => 'clone', 'setCpuRam' => 'compute',
        'setSystemDiskSize' => 'disk_size', 'setSystemDiskBandwidth' => 'disk_limits',
        'setCreatedAdditionalDisk' => 'disk_made', 'setAdditionalDiskSize' => 'disk_size',
        'setAdditionalDiskBandwidth' => 'disk_limits', 'setNetwork' => 'network', 'setFirewall' => 'firewall',
        'setCloudinit' => 'cloudinit', 'vmRemove' => 'remove', 'adminSetDnsRecords' => 'dns',
        'adminRedeploy' => 'redeploy', 'adminRetry' => 'retry', 'adminRefresh' => 'refresh',
    ];

    /** Where the session keeps what came of the last save until the page is drawn. */
    private const NEWS = 'puqkvm_news';

    /** Fields of the tab on the admin's page, as the extension calls them, and their names in WHMCS's form. */
    public const TAB_FIELDS = ['vmid' => 'puqkvm_vmid', 'present' => 'puqkvm_vmid_present'];

    /**
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    public static function client(array $params): array
    {
        $lang = Lang::forClient($params);
        $params = Typed::clientParams($params);
        $view = (new Screen($lang))->present([
            'service' => [
                'id' => $params['serviceid'] ?? 0,
                'domain' => $params['domain'] ?? '',
                'status' => $params['status'] ?? '',
            ],
            'error' => 'unreachable',
        ]);
        $pages = [];
        try {
            $overview = ClientParts::overview($params);
            $pages = (array) ($overview['pages'] ?? []);
            $view = (new Screen($lang))->present($overview);
        } catch (\Throwable $fault) {
            self::report($params, $fault);
        }
        $tabs = ClientParts::tabs($pages, $lang);
        return [
            'tabOverviewReplacementTemplate' => 'templates/overview.tpl',
            'templateVariables' => [
                'puq' => [
                    'view' => View::json($view),
                    'texts' => View::json(ClientParts::texts($lang)),
                    'first' => $view['status'] + ['name' => $view['name']],
                    'locale' => $lang->locale(),
                    'tabs' => $tabs,
                    'pages' => $pages,
                    'parts' => array_combine(
                        array_keys($tabs),
                        array_map([ClientParts::class, 'template'], array_keys($tabs))
                    ),
                    'billing' => ClientParts::template('billing'),
                    'params' => View::json([
                        'id' => (int) ($params['serviceid'] ?? 0),
                        'modop' => 'custom',
                        'a' => 'api',
                        'token' => Entry::token(),
                    ]),
                    'version' => Native::VERSION,
                    'rtl' => $lang->rightToLeft(),
                    'text' => $lang->group('client_'),
                    'action' => $lang->group('action_'),
                    'id' => (int) ($params['serviceid'] ?? 0),
                    'fields' => self::fields($params),
                    'system' => self::system($params),
                    'renew' => self::renewal((int) ($params['serviceid'] ?? 0)),
                ],
            ],
        ];
    }

    /**
     * The custom fields that a client may see, for a page that has them in no other form; as HTML, since the page
     * leaves what is encoded as it is, and a person may have typed what looks so.
     *
     * @param array<string, mixed> $params
     * @return list<array{name: string, value: string}>
     */
    private static function fields(array $params): array
    {
        try {
            $rows = (new Tables(new Database()))->select(
                'SELECT f.fieldname AS name, v.value FROM tblcustomfields f'
                . ' JOIN tblcustomfieldsvalues v ON v.fieldid = f.id'
                . " WHERE f.type = 'product' AND f.relid = ? AND v.relid = ? AND f.adminonly = '' ORDER BY f.id",
                [(int) ($params['pid'] ?? 0), (int) ($params['serviceid'] ?? 0)]
            );
        } catch (\Throwable $fault) {
            // The page shows what matters more.
            self::report($params, $fault);
            return [];
        }
        return array_map(static function (array $row): array {
            $parts = explode('|', (string) $row['name'], 2);
            return ['name' => View::escape(end($parts)), 'value' => View::escape($row['value'])];
        }, $rows);
    }

    /**
     * The operating system that the client chose, in their words: WHMCS tells modules only what precedes the pipe of a
     * choice, and the page has the option itself under the shop's name for it.
     *
     * @param array<string, mixed> $params
     */
    private static function system(array $params): string
    {
        try {
            $rows = (new Tables(new Database()))->select(
                'SELECT o.optionname AS name, s.optionname AS choice FROM tblhostingconfigoptions c'
                . ' JOIN tblproductconfigoptions o ON o.id = c.configid'
                . ' JOIN tblproductconfigoptionssub s ON s.id = c.optionid WHERE c.relid = ? ORDER BY c.id',
                [(int) ($params['serviceid'] ?? 0)]
            );
        } catch (\Throwable $fault) {
            self::report($params, $fault);
            return '';
        }
        foreach ($rows as $row) {
            if (in_array(trim(explode('|', (string) $row['name'], 2)[0]), ['Operating System', 'OS'], true)) {
                $parts = explode('|', (string) $row['choice'], 2);
                return trim((string) end($parts));
            }
        }
        return '';
    }

    /** Where a service is renewed, as the themes ask WHMCS for it. */
    private static function renewal(int $service): string
    {
        $path = '';
        try {
            $path = function_exists('routePath') ? (string) \routePath('service-renewals-service', $service) : '';
        } catch (\Throwable $fault) {
            // A version of WHMCS without this route.
        }
        return $path === '' ? 'index.php?rp=/cart/service/renew/' . $service : $path;
    }

    /**
     * Answers the scripts of the client's page; WHMCS has checked login, ownership and the function's name.
     *
     * @param array<string, mixed> $params
     */
    public static function api(array $params): void
    {
        Entry::requireClientPost();
        self::releaseSession();
        $lang = Lang::forClient($params);
        try {
            $answer = (array) Native::call('client_api', Typed::clientParams($params), self::request());
        } catch (\Throwable $fault) {
            self::report($params, $fault);
            $answer = ['ok' => false, 'error' => $lang->text('trouble_text')];
        }
        if (isset($answer['data']['service'])) {
            $answer['view'] = (new Screen($lang))->present($answer['data']);
            // The view carries everything the page shows of it.
            unset($answer['data']);
        }
        JsonResponse::send($answer);
    }

    /**
     * @param array<string, mixed> $params
     * @return array<string, string>
     */
    public static function admin(array $params): array
    {
        $lang = Lang::forAdmin();
        $view = new View(dirname(__DIR__) . '/views', $lang);
        $label = $lang->text('admin_panel');
        try {
            $service = (array) Native::call('admin_service', Typed::params($params));
            $road = self::road($params);
            $parts = new StaffParts($lang);
            [$tabs, $drawn] = self::parts($params, $parts, $road['endpoint'] !== '');
            $html = $view->render('service', [
                'view' => (new AdminScreen($lang))->present($service),
                'service' => (int) ($params['serviceid'] ?? 0),
                'token' => Entry::token(),
                'road' => $road,
                'tabs' => $tabs,
                'shared' => static function (string $name) use ($drawn): void {
                    echo $drawn[$name] ?? '';
                },
                'texts' => $parts->texts() + $lang->group('ask_'),
                'legend' => self::legend($lang),
                'news' => self::news((int) ($params['serviceid'] ?? 0)),
                'right' => Staff::may(Staff::COMMANDS) === false ? Staff::COMMANDS : '',
                'addon' => Staff::opensAddon(),
                'assets' => View::assets(),
                'version' => Native::VERSION,
            ]);
        } catch (\Throwable $fault) {
            return [$label => $view->render('problem', [
                'text' => Native::sentence($fault),
                'assets' => View::assets(),
                'version' => Native::VERSION,
            ])];
        }
        $number = $view->render('vmid', ['number' => (string) ($service['identity']['vmid'] ?? '')]);
        return [$label => $html, $lang->text('admin_vmid') => $number];
    }

    /**
     * What staff entered beside the service's own fields: the number of a VM to take over. WHMCS shows no answer here,
     * so what came of it is told in the activity log and, when it is drawn next, on the page itself.
     *
     * @param array<string, mixed> $params
     * @return string What came of it; empty where nothing was asked for.
     */
    public static function save(array $params): string
    {
        $posted = Input::posted();
        if (array_intersect_key($posted, array_flip(self::TAB_FIELDS)) === []) {
            return '';
        }
        $request = ['op' => 'attach'];
        foreach (self::TAB_FIELDS as $field => $name) {
            $request[$field] = $posted[$name] ?? '';
        }
        $answer = Native::ask('admin_api', Typed::params($params), $request);
        $said = (string) ($answer['error'] ?? $answer['data']['said'] ?? '');
        if ($said !== '') {
            $service = (int) ($params['serviceid'] ?? 0);
            Journal::note('Proxmox KVM, service ' . $service . ': ' . $said, (int) ($params['userid'] ?? 0));
            $_SESSION[self::NEWS] = ['service' => $service, 'text' => $said, 'good' => (bool) ($answer['ok'] ?? false)];
        }
        return $said;
    }

    /**
     * The parts that the client's page has too. Who may not ask sees what was last known, and that is the overview; so
     * it is where WHMCS's template engine fails, since the rest of the page needs none.
     *
     * @param array<string, mixed> $params
     * @return array{array<string, string>, array<string, string>} Names and HTML, by part.
     */
    private static function parts(array $params, StaffParts $parts, bool $mayAsk): array
    {
        $tabs = $mayAsk ? $parts->tabs() : array_slice($parts->tabs(), 0, 1);
        try {
            return [$tabs, $parts->html(array_keys($tabs))];
        } catch (\Throwable $fault) {
            self::report($params, $fault);
            return [array_slice($tabs, 0, 1), []];
        }
    }

    /**
     * What came of the last save, once.
     *
     * @return array{text: string, good: bool}|null
     */
    private static function news(int $service): ?array
    {
        $news = $_SESSION[self::NEWS] ?? null;
        if (!is_array($news) || ($news['service'] ?? 0) !== $service) {
            return null;
        }
        unset($_SESSION[self::NEWS]);
        return ['text' => (string) ($news['text'] ?? ''), 'good' => (bool) ($news['good'] ?? false)];
    }

    /** @return array<string, string> The module's commands as WHMCS shows them, then what each does. */
    private static function legend(Lang $lang): array
    {
        $legend = [];
        foreach (\puqProxmoxKVM_AdminCustomButtonArray() as $label => $function) {
            $legend[(string) $label] = $lang->text('legend_' . self::LEGEND[(string) $function]);
        }
        return $legend;
    }

    /**
     * The module command *Refresh*: answers the scripts of the admin's service page. WHMCS has checked that this
     * member of staff may run commands of modules; the addon's own rights play no part. A click on the command itself
     * only draws the page anew.
     *
     * @param array<string, mixed> $params
     */
    public static function command(array $params): string
    {
        if (Input::text(Input::posted(), 'puqkvm') === '') {
            return 'success';
        }
        Entry::requireAdminPost();
        self::releaseSession();
        Staff::comeByCommand();
        JsonResponse::send(self::adminApi(Typed::params($params), self::request()));
        return 'success';
    }

    /**
     * Where the scripts of the admin's service page ask: by the module's command, else by the addon, else nowhere.
     *
     * @param array<string, mixed> $params
     * @return array{endpoint: string, params: array<string, scalar>}
     */
    private static function road(array $params): array
    {
        $service = (int) ($params['serviceid'] ?? 0);
        if (Staff::may(Staff::COMMANDS) !== false) {
            $place = ['userid' => (int) ($params['userid'] ?? 0), 'id' => $service, 'modop' => 'custom',
                'ac' => 'adminRefresh'];
            $params = ['puqkvm' => 1] + $place;
            return ['endpoint' => 'clientsservices.php?' . http_build_query($place), 'params' => $params];
        }
        if (Staff::opensAddon()) {
            return [
                'endpoint' => 'addonmodules.php?module=puq_proxmox_kvm',
                'params' => ['ajax' => 1, 'scope' => 'service', 'service_id' => $service],
            ];
        }
        return ['endpoint' => '', 'params' => []];
    }

    /**
     * Answers the scripts of the admin's service page.
     *
     * @param array<string, mixed> $params As a person typed them.
     * @param array<string, mixed> $request
     * @return array<string, mixed>
     */
    public static function adminApi(array $params, array $request): array
    {
        $lang = Lang::forAdmin();
        $answer = Native::ask('admin_api', $params, $request);
        if (isset($answer['data']['service'])) {
            $answer['view'] = (new AdminScreen($lang))->present($answer['data']);
            unset($answer['data']);
        }
        return $answer;
    }

    /**
     * What is wrong is for staff; the client reads that somebody has to look.
     *
     * @param array<string, mixed> $params
     */
    private static function report(array $params, \Throwable $fault): void
    {
        Journal::note(
            'Proxmox KVM, service ' . (int) ($params['serviceid'] ?? 0) . ': ' . Native::sentence($fault),
            (int) ($params['userid'] ?? 0)
        );
    }

    /**
     * What the page's script asks for, without what only WHMCS needs.
     *
     * @return array<string, mixed>
     */
    public static function request(): array
    {
        return array_diff_key(Input::posted(), array_flip(self::ROUTING), ['puqkvm' => true]) + ['op' => 'status'];
    }

    /** A page that looks again every second must not hold up the reader's other tabs. */
    public static function releaseSession(): void
    {
        if (session_status() === PHP_SESSION_ACTIVE) {
            session_write_close();
        }
    }
}
