<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\ConfigurableOptions;
use Standin\Faults;
use Standin\Hooks;
use Standin\Http;
use Standin\Metrics;
use Standin\Params;
use Standin\Runner;
use Standin\ServerModule;
use Standin\Session;
use Standin\Site;
use Standin\Stored;
use Standin\View;
use WHMCS\Database\Capsule;

/** The product details page of one service: its module's page, functions, sign-on and password form. */
final class ProductDetails
{
    /** Answers a request about a service; services of other clients lead back to the list. */
    public function respond(int $serviceId): void
    {
        $service = Capsule::table('tblhosting')->where('id', $serviceId)->where('userid', Session::clientId())->first();
        if ($service === null) {
            Http::redirect('clientarea.php?action=services');
        }
        $found = Runner::moduleOf($serviceId);
        $module = is_string($found) ? null : $found;
        if ($module !== null && Http::field('dosinglesignon') === '1') {
            $this->signOn($module, $serviceId);
        }
        $result = '';
        $passwordResult = '';
        if ($module !== null && Http::field('modop') === 'custom') {
            $result = $this->runCustom($module, $serviceId, Http::field('a'));
            if (is_array($result)) {
                $this->showModulePage($module, $serviceId, $result);
                return;
            }
        } elseif ($module !== null && Http::isPost() && Http::field('modulechangepassword') !== '') {
            check_token();
            $passwordResult = $this->changePassword($module, $service);
        }
        $this->show($serviceId, $module, (string) $result, $passwordResult);
    }

    /** @return mixed 'success', an error text, or a page array */
    private function runCustom(ServerModule $module, int $serviceId, string $function)
    {
        if (Site::atLeast('8.13')) {
            if (!Http::isPost()) {
                Http::receive('GET', ['token' => ''] + $_GET, []);
            }
            check_token();
        }
        if (!in_array($function, $module->clientFunctions(Params::ofService($serviceId)), true)) {
            http_response_code(403);
            return 'Function Not Allowed';
        }
        $result = Runner::run($serviceId, $function);
        if (is_array($result) && !isset($result['templatefile'])) {
            return (string) ($result['error'] ?? 'success');
        }
        return is_array($result) ? $result : (string) $result;
    }

    /** A custom function's full page. @param array<string, mixed> $page templatefile, vars, breadcrumb, pagetitle */
    private function showModulePage(ServerModule $module, int $serviceId, array $page): void
    {
        $variables = ProductVariables::of($serviceId, $module);
        Sidebar::build($serviceId, $module);
        $inner = (array) ($page['vars'] ?? $page['templateVariables'] ?? []);
        $inner += ProductVariables::inModule($serviceId, $variables) + Page::frame();
        $html = View::module('servers', $module->name(), (string) $page['templatefile'], $inner);
        $back = ['clientarea.php?action=productdetails&id=' . $serviceId => (string) $variables['product']];
        $title = (string) ($page['pagetitle'] ?? $variables['product']);
        Page::showHtml($html, $title, $variables, $back + (array) ($page['breadcrumb'] ?? []));
    }

    private function show(int $serviceId, ?ServerModule $module, string $result, string $passwordResult): void
    {
        $variables = ProductVariables::of($serviceId, $module);
        $variables = Hooks::merge('ClientAreaProductDetailsPreModuleTemplate', [
            'serviceid' => $serviceId, 'groupname' => $variables['groupname'], 'product' => $variables['product'],
            'modulename' => $module === null ? '' : $module->name(), 'domain' => $variables['domain'],
            'systemStatus' => $variables['rawstatus'], 'username' => $variables['username'],
            'password' => $variables['password'],
        ]) + $variables;
        Sidebar::build($serviceId, $module);
        $variables['modulecustombuttonresult'] = $result;
        $variables['modulechangepwresult'] = $passwordResult === ''
            ? '' : ($passwordResult === 'success' ? 'success' : 'error');
        $variables['modulechangepasswordmessage'] = $passwordResult;
        $variables['metricStats'] = $module === null ? []
            : Metrics::ofService($module, $serviceId, (int) Params::ofService($serviceId)['serverid']);
        $variables['configurableoptions'] = ConfigurableOptions::labels($serviceId, (int) $variables['pid']);
        $variables['hookOutput'] = array_filter(
            Hooks::run('ClientAreaProductDetailsOutput', ['service' => \WHMCS\Service\Service::find($serviceId)]),
            'is_string'
        );
        $variables += ['moduleclientarea' => '', 'tplOverviewTabOutput' => ''];
        $variables = $this->moduleOutput($module, $serviceId, $variables) + $variables;
        Page::show('clientareaproductdetails', 'Manage Product', $variables, [
            'clientarea.php?action=services' => 'My Services',
            'clientarea.php?action=productdetails&id=' . $serviceId => (string) $variables['product'],
        ]);
    }

    /**
     * What the module's ClientArea function puts on the page.
     *
     * @param array<string, mixed> $variables
     * @return array<string, string> moduleclientarea or tplOverviewTabOutput
     */
    private function moduleOutput(?ServerModule $module, int $serviceId, array $variables): array
    {
        if ($module === null) {
            return [];
        }
        $page = null;
        if ($module->has('ClientArea')) {
            try {
                $page = $module->call('ClientArea', Params::ofService($serviceId) + $variables);
            } catch (\Throwable $error) {
                Faults::uncaught($error, $module->name() . '_ClientArea');
                return [];
            }
            if (is_string($page)) {
                return ['moduleclientarea' => $page];
            }
        } elseif (View::find('servers', $module->name(), 'clientarea.tpl') !== null) {
            $page = ['templatefile' => 'clientarea'];
        }
        if (!is_array($page) || $page === []) {
            return [];
        }
        $inner = (array) ($page['templateVariables'] ?? $page['vars'] ?? []);
        $inner += ProductVariables::inModule($serviceId, $variables) + Page::frame();
        $places = [
            'tabOverviewReplacementTemplate' => 'tplOverviewTabOutput',
            'tabOverviewModuleOutputTemplate' => 'moduleclientarea',
            'templatefile' => 'moduleclientarea',
        ];
        foreach ($places as $key => $place) {
            if (isset($page[$key])) {
                return [$place => View::module('servers', $module->name(), (string) $page[$key], $inner)];
            }
        }
        return [];
    }

    private function changePassword(ServerModule $module, object $service): string
    {
        $password = Http::field('newpw');
        if ($service->domainstatus !== 'Active' || !$module->has('ChangePassword')) {
            return 'Not available';
        }
        if ($password === '' || $password !== Http::field('confirmpw')) {
            return 'The passwords you entered did not match';
        }
        return (string) Runner::run((int) $service->id, 'ChangePassword', ['password' => Stored::text($password)]);
    }

    private function signOn(ServerModule $module, int $serviceId): void
    {
        if (!$module->has('ServiceSingleSignOn')) {
            return;
        }
        $answer = (array) $module->call('ServiceSingleSignOn', Params::ofService($serviceId));
        if (!empty($answer['success']) && !empty($answer['redirectTo'])) {
            Http::redirect((string) $answer['redirectTo']);
        }
        http_response_code(502);
        Page::show('error', 'Error', ['message' => (string) ($answer['errorMsg'] ?? 'Single sign-on failed.')]);
        exit;
    }
}
