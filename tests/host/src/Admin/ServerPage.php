<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Catalogue;
use Standin\Crypto;
use Standin\Http;
use Standin\Params;
use Standin\ServerModule;
use Standin\Stored;
use WHMCS\Database\Capsule;

/** Servers and server groups: list, form, Test Connection. */
final class ServerPage
{
    public function respond(): void
    {
        $action = Http::field('action');
        if ($action === 'testconnection') {
            $this->test();
        } elseif ($action === 'manage' && Http::isPost()) {
            $fields = array_map('strval', array_filter(Http::form(), 'is_scalar'));
            $fields['secure'] = isset(Http::form()['secure']) ? 'on' : '';
            $fields['disabled'] = isset(Http::form()['disabled']) ? 1 : 0;
            $id = Catalogue::saveServer((int) Http::field('id'), $fields);
            Http::redirect('configservers.php?action=manage&id=' . $id . '&saved=1');
        } elseif ($action === 'manage') {
            $this->showForm((int) Http::field('id'));
        } elseif ($action === 'addgroup' && Http::isPost()) {
            $servers = array_map('intval', (array) (Http::form()['servers'] ?? []));
            Catalogue::addServerGroup(Http::field('name'), $servers, (int) Http::field('filltype'));
            Http::redirect('configservers.php');
        } else {
            $this->showList();
        }
    }

    /** Answers the button with JSON; the typed values count, an unchanged password is the stored one. */
    private function test(): void
    {
        if (!Http::isPost()) {
            check_token('WHMCS.admin.default');
        }
        $typed = array_map('strval', array_filter(Http::form(), 'is_scalar'));
        $typed['secure'] = isset(Http::form()['secure']) ? 'on' : '';
        if (($typed['password'] ?? '') === '') {
            $stored = (string) Capsule::table('tblservers')->where('id', (int) ($typed['id'] ?? 0))->value('password');
            $typed['password'] = Stored::typed(Crypto::decrypt($stored));
        }
        $typed = Stored::columns($typed);
        $module = ServerModule::find($typed['type'] ?? '');
        if ($module === null || !$module->has('TestConnection')) {
            Http::json(['success' => false, 'error' => 'This module has no connection test.']);
        }
        $answer = (array) $module->call('TestConnection', Params::ofForm($typed));
        Http::json(['success' => ($answer['success'] ?? false) === true, 'error' => (string) ($answer['error'] ?? '')]);
    }

    private function showForm(int $id): void
    {
        $empty = (object) array_fill_keys(
            [
                'name', 'hostname', 'ipaddress', 'assignedips', 'type', 'username', 'accesshash', 'port', 'secure',
                'disabled', 'maxaccounts',
            ],
            ''
        );
        $server = Capsule::table('tblservers')->where('id', $id)->first() ?? $empty;
        $area = static function (string $name, $value): string {
            return '<textarea class="form-control" rows="4" name="' . $name . '">' . Markup::escape($value)
                . '</textarea>';
        };
        $rows = [
            'Name' => Markup::input('name', (string) $server->name),
            'Hostname' => Markup::input('hostname', (string) $server->hostname),
            'IP Address' => Markup::input('ipaddress', (string) $server->ipaddress),
            'Assigned IP Addresses' => $area('assignedips', $server->assignedips),
            'Maximum No. of Accounts' => Markup::input('maxaccounts', (string) ($server->maxaccounts ?: 200)),
            'Module' => Markup::select(
                'type',
                array_combine(ServerModule::installed(), ServerModule::installed()),
                (string) $server->type
            ),
            'Username' => Markup::input('username', (string) $server->username),
            'Password' => Markup::input('password', '', 'password')
                . '<div class="help-block">Leave empty to keep it.</div>',
            'Access Hash' => $area('accesshash', $server->accesshash),
            'Secure' => Markup::checkbox(
                'secure',
                $id === 0 || $server->secure === 'on',
                'Use SSL Mode for Connections'
            ),
            'Port' => Markup::input('port', (string) $server->port),
            'Disable' => Markup::checkbox('disabled', (string) $server->disabled === '1', 'No new services here'),
        ];
        $saved = Http::field('saved') === '' ? '' : Markup::alert('success', 'Changes Saved Successfully!');
        $html = $saved
            . '<form method="post" action="configservers.php?action=manage" id="frmServer">'
            . '<input type="hidden" name="id" value="' . $id . '">'
            . Markup::panel('Server Details', Markup::fields($rows) . '<button type="button" class="btn btn-default"'
            . ' id="testConnection">Test Connection</button> <span id="testResult"></span>')
            . '<button class="btn btn-primary">Save Changes</button></form>';
        $script = <<<'HTML'
            <script>
            document.getElementById('testConnection').addEventListener('click', function () {
                var out = document.getElementById('testResult'), form = document.getElementById('frmServer');
                out.textContent = 'Attempting to connect…';
                fetch('configservers.php?action=testconnection', {method: 'POST', body: new FormData(form)})
                    .then(function (answer) { return answer.json(); })
                    .then(function (answer) {
                        out.className = answer.success ? 'text-success' : 'text-danger';
                        out.textContent = answer.success ? 'Connection successful.' : answer.error;
                    });
            });
            </script>
            HTML;
        Layout::show($id === 0 ? 'Add Server' : 'Edit Server', $html . $script);
    }

    private function showList(): void
    {
        $rows = [];
        $servers = Capsule::table('tblservers')->orderBy('id')->get()->all();
        foreach ($servers as $server) {
            $module = ServerModule::find((string) $server->type);
            $link = $module !== null && $module->has('AdminLink')
                ? (string) $module->call('AdminLink', Params::ofServer((int) $server->id)) : '';
            $rows[] = [
                Markup::link('configservers.php?action=manage&id=' . $server->id, $server->name), $server->hostname,
                $server->type,
                Capsule::table('tblhosting')->where('server', $server->id)->count(),
                $server->disabled ? 'Disabled' : 'Active',
                ['html' => $link],
            ];
        }
        $groups = [];
        foreach (Capsule::table('tblservergroups')->get()->all() as $group) {
            $members = Capsule::table('tblservergroupsrel')->where('groupid', $group->id)->pluck('serverid')->all();
            $names = Capsule::table('tblservers')->whereIn('id', $members)->pluck('name')->all();
            $groups[] = [$group->name, (int) $group->filltype === 2 ? 'Fill' : 'Least full', implode(', ', $names)];
        }
        $checks = '';
        foreach ($servers as $server) {
            $checks .= '<label class="check"><input type="checkbox" name="servers[]" value="' . $server->id . '"> '
                . Markup::escape($server->name) . '</label>';
        }
        $form = '<form method="post" action="configservers.php?action=addgroup">' . Markup::fields([
            'Name' => Markup::input('name', ''), 'Servers' => $checks,
            'Fill Type' => Markup::select(
                'filltype',
                [1 => 'Add to the least full server', 2 => 'Fill active server until full'],
                '1'
            ),
        ]) . '<button class="btn btn-default">Create New Group</button></form>';
        $add = '<p><a class="btn btn-primary" href="configservers.php?action=manage">Add New Server</a></p>';
        $heads = ['Name', 'Hostname', 'Module', 'Services', 'Status', ''];
        Layout::show('Servers', $add . Markup::panel('Servers', Markup::table($heads, $rows))
            . Markup::panel('Groups', Markup::table(['Group', 'Fill Type', 'Servers'], $groups) . $form));
    }
}
