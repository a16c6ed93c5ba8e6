<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\ConfigurableOptions;
use Standin\Crypto;
use Standin\Hooks;
use Standin\Http;
use Standin\Metrics;
use Standin\Params;
use Standin\Permissions;
use Standin\Runner;
use Standin\ServerModule;
use Standin\Stored;
use Standin\View;
use WHMCS\Database\Capsule;

/** A client's service: module commands, the module's own fields, saving. Without an id: the list of services. */
final class ServicePage
{
    private const COMMANDS = [
        'create' => ['Create', 'Create'], 'suspend' => ['Suspend', 'Suspend'],
        'unsuspend' => ['Unsuspend', 'Unsuspend'],
        'terminate' => ['Terminate', 'Terminate'], 'changepackage' => ['ChangePackage', 'Change Package'],
        'changepw' => ['ChangePassword', 'Change Password'],
    ];

    private const COLUMNS = [
        'domain', 'username', 'domainstatus', 'dedicatedip', 'assignedips', 'notes', 'packageid', 'server',
        'nextduedate',
    ];

    public function respond(): void
    {
        $id = (int) Http::field('id');
        $service = Capsule::table('tblhosting')->where('id', $id)->first();
        if ($service === null) {
            $this->showList();
            return;
        }
        $alert = '';
        if (Http::field('modop') !== '') {
            if (!Http::isPost()) {
                check_token('WHMCS.admin.default');
            }
            if (!Permissions::allow(Permissions::RUN_COMMANDS)) {
                Desk::deny(Permissions::RUN_COMMANDS);
                return;
            }
            $alert = $this->runCommand($id, Http::field('modop'));
        } elseif (Http::isPost()) {
            if (!Permissions::allow(Permissions::EDIT_SERVICES)) {
                Desk::deny(Permissions::EDIT_SERVICES);
                return;
            }
            $this->save($id, $service);
            $alert = Markup::alert('success', 'Changes Saved Successfully!');
        }
        $this->show($id, $alert);
    }

    private function runCommand(int $id, string $command): string
    {
        if ($command === 'custom') {
            $result = Runner::run($id, Http::field('ac'));
        } elseif (isset(self::COMMANDS[$command])) {
            $extra = $command === 'suspend' ? ['suspendreason' => Stored::text(Http::field('suspreason'))] : [];
            $result = Runner::run($id, self::COMMANDS[$command][0], $extra);
        } else {
            return Markup::alert('danger', 'Unknown command');
        }
        if (is_array($result)) {
            $text = (string) ($result['error'] ?? $result['success'] ?? 'Done');
            return Markup::alert(isset($result['error']) ? 'danger' : 'success', $text);
        }
        return $result === 'success' ? Markup::alert('success', 'Module Command Success')
            : Markup::alert('danger', 'Module Command Error: ' . (string) $result);
    }

    private function save(int $id, object $service): void
    {
        Hooks::run('PreServiceEdit', ['serviceid' => $id]);
        $changes = Stored::columns(array_intersect_key(Http::form(), array_flip(self::COLUMNS)));
        if (Http::field('password') !== '') {
            $changes['password'] = Crypto::encrypt(Stored::text(Http::field('password')));
        }
        if ($changes !== []) {
            Capsule::table('tblhosting')->where('id', $id)->update($changes);
        }
        foreach (ConfigurableOptions::ofProduct((int) $service->packageid) as $option) {
            $chosen = Http::form()['configoption'][$option->id] ?? null;
            if (is_scalar($chosen)) {
                ConfigurableOptions::chooseById($id, $option, (string) $chosen);
            }
        }
        $module = Runner::moduleOf($id);
        if (!is_string($module) && $module->has('AdminServicesTabFieldsSave')) {
            $module->call('AdminServicesTabFieldsSave', Params::ofService($id));
        }
        Hooks::run('AdminClientServicesTabFieldsSave', $_POST);
        Hooks::run('AdminServiceEdit', ['userid' => (int) $service->userid, 'serviceid' => $id]);
        Hooks::run('ServiceEdit', ['userid' => (int) $service->userid, 'serviceid' => $id]);
    }

    private function show(int $id, string $alert): void
    {
        $service = Capsule::table('tblhosting')->where('id', $id)->first();
        $client = Capsule::table('tblclients')->where('id', $service->userid)->first();
        $found = Runner::moduleOf($id);
        $module = is_string($found) ? null : $found;
        $action = 'clientsservices.php?userid=' . $service->userid . '&id=' . $id;
        $html = $alert
            . ($module === null ? Markup::alert('warning', (string) $found) : $this->commands($module, $id, $action));
        $html .= '<form method="post" action="' . Markup::escape($action) . '" id="frmServices">'
            . Markup::panel('Service', Markup::fields($this->coreFields($service)))
            . $this->optionFields($service)
            . ($module === null ? '' : Markup::panel('Module', Markup::fields($this->moduleFields($module, $id))))
            . '<button class="btn btn-primary" name="save" value="1">Save Changes</button></form>';
        if ($module !== null) {
            $html .= $this->metrics($module, $service);
        }
        if (Http::field('ajax') !== '') {
            // The script of the page puts this in place of what it had.
            echo View::withTokens($html);
            return;
        }
        Layout::show(
            '#' . $id . ' - ' . $client->firstname . ' ' . $client->lastname,
            '<div id="servicecontent">' . $html . '</div>'
        );
    }

    private function commands(ServerModule $module, int $id, string $action): string
    {
        $html = '';
        foreach (self::COMMANDS as $command => [$name, $label]) {
            $function = in_array($name, ['ChangePackage', 'ChangePassword'], true) ? $name : $name . 'Account';
            if ($module->has($function)) {
                $confirm = $command === 'terminate' ? 'Are you sure you want to terminate this service?' : '';
                $html .= $this->button($action, $label, ['modop' => $command], $confirm);
            }
        }
        foreach ($module->buttons('AdminCustomButtonArray', Params::ofService($id)) as $label => $function) {
            if (is_array($function)) {
                $html .= '<a class="btn btn-default btn-sm" href="' . Markup::escape($function['href'] ?? '#') . '">'
                    . Markup::escape($label) . '</a> ';
                continue;
            }
            $html .= $this->button($action, (string) $label, ['modop' => 'custom', 'ac' => (string) $function]);
        }
        if ($module->has('LoginLink')) {
            $html .= (string) $module->call('LoginLink', Params::ofService($id));
        }
        return Markup::panel('Module Commands', $html);
    }

    /**
     * A module command. WHMCS sends it by script and puts the answer in place of the content of the page.
     *
     * @param array<string, string> $fields
     */
    private function button(string $action, string $label, array $fields, string $confirm = ''): string
    {
        $id = 'btn' . preg_replace('/[^A-Za-z0-9]/', '_', $label);
        $call = 'runModuleCommand(' . json_encode($action) . ', ' . json_encode($fields) . ', '
            . json_encode($confirm) . ')';
        return '<button type="button" class="btn btn-default btn-sm" id="' . $id . '" onclick="'
            . htmlspecialchars($call, ENT_QUOTES) . '">' . Markup::escape($label) . '</button> ';
    }

    /** @return array<string, string> */
    private function coreFields(object $service): array
    {
        $products = Capsule::table('tblproducts')->pluck('name', 'id')->all();
        $servers = Capsule::table('tblservers')->pluck('name', 'id')->all();
        $statuses = ['Pending', 'Active', 'Suspended', 'Terminated', 'Cancelled', 'Fraud', 'Completed'];
        return [
            'Product/Service' => Markup::select('packageid', $products, (string) $service->packageid),
            'Server' => Markup::select('server', [0 => 'None'] + $servers, (string) $service->server),
            'Domain' => Markup::input('domain', (string) $service->domain),
            'Dedicated IP' => Markup::input('dedicatedip', (string) $service->dedicatedip),
            'Assigned IPs' => '<textarea class="form-control" name="assignedips" rows="2">'
                . Markup::escape($service->assignedips) . '</textarea>',
            'Username' => Markup::input('username', (string) $service->username),
            'Password' => Markup::input('password', Crypto::decrypt((string) $service->password)),
            'Status' => Markup::select(
                'domainstatus',
                array_combine($statuses, $statuses),
                (string) $service->domainstatus
            ),
            'Next Due Date' => Markup::input('nextduedate', (string) $service->nextduedate),
            'Admin Notes' => '<textarea class="form-control" name="notes" rows="2">' . Markup::escape($service->notes)
                . '</textarea>',
        ];
    }

    private function optionFields(object $service): string
    {
        $chosen = array_column(ConfigurableOptions::labels((int) $service->id, (int) $service->packageid), null, 'id');
        $rows = [];
        foreach (ConfigurableOptions::ofProduct((int) $service->packageid) as $option) {
            $current = $chosen[(int) $option->id];
            $name = 'configoption[' . $option->id . ']';
            if ((int) $option->optiontype > 2) {
                $field = Markup::input($name, (string) $current['selectedqty'], 'number');
            } else {
                $labels = array_map(
                    [ConfigurableOptions::class, 'label'],
                    array_column($option->subs, 'optionname', 'id')
                );
                $field = Markup::select($name, $labels, (string) $current['selectedsub']);
            }
            $rows[ConfigurableOptions::label($option->optionname)] = $field;
        }
        return $rows === [] ? '' : Markup::panel('Configurable Options', Markup::fields($rows));
    }

    /** @return array<string, string> labels escaped later, HTML of the module as it is */
    private function moduleFields(ServerModule $module, int $id): array
    {
        $fields = [];
        if ($module->has('AdminServicesTabFields')) {
            foreach ((array) $module->call('AdminServicesTabFields', Params::ofService($id)) as $label => $html) {
                $fields[(string) $label] = (string) $html;
            }
        }
        foreach (Hooks::run('AdminClientServicesTabFields', ['id' => $id]) as $answer) {
            $fields = array_merge($fields, is_array($answer) ? $answer : []);
        }
        return $fields;
    }

    private function metrics(ServerModule $module, object $service): string
    {
        $rows = [];
        foreach (Metrics::ofService($module, (int) $service->id, (int) $service->server) as $metric) {
            $rows[] = [$metric['displayName'], 'Yes', $metric['currentValue'], $metric['lastUpdated']];
        }
        $heads = ['Metric', 'Enabled', 'Current Usage', 'Last Update'];
        return $rows === [] ? '' : '<br>' . Markup::panel('Metric Statistics', Markup::table($heads, $rows));
    }

    private function showList(): void
    {
        $rows = [];
        $services = Capsule::table('tblhosting')->leftJoin('tblclients', 'tblclients.id', '=', 'tblhosting.userid')
            ->leftJoin('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')->orderBy('tblhosting.id', 'desc')
                ->limit(500)
            ->get([
                'tblhosting.id', 'userid', 'firstname', 'lastname', 'name', 'domain', 'dedicatedip', 'domainstatus',
            ]);
        foreach ($services->all() as $service) {
            $rows[] = [
                Markup::link(
                    'clientsservices.php?userid=' . $service->userid . '&id=' . $service->id,
                    '#' . $service->id
                ),
                $service->firstname . ' ' . $service->lastname, $service->name, $service->domain,
                (string) $service->dedicatedip,
                ['html' => '<span class="label status status-' . strtolower($service->domainstatus) . '">'
                    . Markup::escape($service->domainstatus) . '</span>'],
            ];
        }
        $heads = ['ID', 'Client', 'Product/Service', 'Domain', 'Dedicated IP', 'Status'];
        Layout::show('Products/Services', Markup::panel('Services', Markup::table($heads, $rows)));
    }
}
