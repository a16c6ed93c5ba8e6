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
    private const ROUTING = ['action', 'id', 'modop', 'a', 'token', 'ajax', 'module', 'service_id'];

    /** Fields of the tab on the admin's page, as the extension calls them, and their names in WHMCS's form. */
    public const TAB_FIELDS = ['vmid' => 'puqkvm_vmid', 'present' => 'puqkvm_vmid_present'];

    /**
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    public static function client(array $params): array
    {
        $lang = Lang::forClient();
        $view = (new Screen($lang))->present([
            'service' => [
                'id' => $params['serviceid'] ?? 0,
                'domain' => $params['domain'] ?? '',
                'status' => $params['status'] ?? '',
            ],
            'error' => 'unreachable',
        ]);
        try {
            $overview = (array) Native::call('client_overview', Native::plain($params));
            $view = (new Screen($lang))->present($overview);
        } catch (\Throwable $fault) {
            self::report($params, $fault);
        }
        return [
            'tabOverviewReplacementTemplate' => 'templates/overview.tpl',
            'templateVariables' => [
                'puq' => [
                    'view' => View::json($view),
                    'texts' => View::json($lang->group('js_')),
                    'params' => View::json([
                        'id' => (int) ($params['serviceid'] ?? 0),
                        'modop' => 'custom',
                        'a' => 'api',
                        'token' => Entry::token(),
                    ]),
                    'version' => Native::VERSION,
                    'rtl' => $lang->rightToLeft(),
                    'text' => $lang->group('client_'),
                ],
            ],
        ];
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
        $lang = Lang::forClient();
        try {
            $answer = (array) Native::call('client_api', Native::plain($params), self::request());
        } catch (\Throwable $fault) {
            self::report($params, $fault);
            $answer = ['ok' => false, 'error' => $lang->text('trouble_text')];
        }
        if (isset($answer['data']['service'])) {
            $answer['view'] = (new Screen($lang))->present($answer['data']);
            // The view carries everything the page shows of it.
            unset($answer['data']);
        }
        JsonResponse::send($lang->answer($answer));
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
            $service = (array) Native::call('admin_service', Native::plain($params));
            $html = $view->render('service', [
                'view' => (new AdminScreen($lang))->present($service),
                'service' => (int) ($params['serviceid'] ?? 0),
                'token' => Entry::token(),
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
     * so what came of it is told in the activity log and, with the next look, on the page itself.
     *
     * @param array<string, mixed> $params
     * @return string What came of it; empty where nothing was asked for.
     */
    public static function save(array $params): string
    {
        if (array_intersect_key($_POST, array_flip(self::TAB_FIELDS)) === []) {
            return '';
        }
        $request = ['op' => 'attach'];
        foreach (self::TAB_FIELDS as $field => $name) {
            $request[$field] = $_POST[$name] ?? '';
        }
        $answer = Native::ask('admin_api', Native::plain($params), Native::plain($request));
        $said = (string) ($answer['error'] ?? $answer['data']['said'] ?? '');
        if ($said !== '') {
            $service = (int) ($params['serviceid'] ?? 0);
            Journal::note('Proxmox KVM, service ' . $service . ': ' . $said, (int) ($params['userid'] ?? 0));
        }
        return $said;
    }

    /**
     * Answers the scripts of the admin's service page; reached through the addon, which has checked who asks.
     *
     * @param array<string, mixed> $params
     * @param array<string, mixed> $request
     * @return array<string, mixed>
     */
    public static function adminApi(array $params, array $request): array
    {
        $lang = Lang::forAdmin();
        $answer = Native::ask('admin_api', Native::plain($params), $request);
        if (isset($answer['data']['service'])) {
            $answer['view'] = (new AdminScreen($lang))->present($answer['data']);
            unset($answer['data']);
        }
        return $lang->answer($answer);
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
        return array_diff_key(Native::plain($_POST), array_flip(self::ROUTING)) + ['op' => 'status'];
    }

    /**
     * A page that looks again every second must not hold up the reader's other tabs.
     */
    public static function releaseSession(): void
    {
        if (session_status() === PHP_SESSION_ACTIVE) {
            session_write_close();
        }
    }
}
