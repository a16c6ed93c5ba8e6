<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Http;
use Standin\ModuleQueue;
use Standin\Settings;
use WHMCS\Database\Capsule;

/** The module log, the activity log and the module queue. */
final class LogPage
{
    private const LIMIT = 200;

    public function respond(): void
    {
        match (Http::script()) {
            'systemmodulelog' => $this->showModuleLog(),
            'modulequeue' => $this->showQueue(),
            default => $this->showActivity(),
        };
    }

    private function showModuleLog(): void
    {
        if (Http::isPost() && Http::field('do') === 'clear') {
            Capsule::table('tblmodulelog')->delete();
        } elseif (Http::isPost()) {
            Settings::set('ModuleDebugMode', Settings::get('ModuleDebugMode') === 'on' ? '' : 'on');
        }
        $on = Settings::get('ModuleDebugMode') === 'on';
        $rows = [];
        foreach (Capsule::table('tblmodulelog')->orderBy('id', 'desc')->limit(self::LIMIT)->get()->all() as $entry) {
            $rows[] = [
                $entry->date, $entry->module, $entry->action,
                ['html' => '<pre>' . Markup::escape($entry->request) . '</pre>'],
                ['html' => '<pre>' . Markup::escape($entry->response) . '</pre>'],
            ];
        }
        $buttons = Markup::button(
            'systemmodulelog.php',
            $on ? 'Disable Debug Logging' : 'Enable Debug Logging',
            ['do' => 'toggle']
        )
            . Markup::button('systemmodulelog.php', 'Reset Debug Log', ['do' => 'clear'], 'danger');
        $heads = ['Date', 'Module', 'Action', 'Request', 'Response'];
        Layout::show('System Module Debug Log', $buttons . Markup::panel('Entries', Markup::table($heads, $rows)));
    }

    private function showActivity(): void
    {
        $rows = [];
        foreach (Capsule::table('tblactivitylog')->orderBy('id', 'desc')->limit(self::LIMIT)->get()->all() as $entry) {
            $rows[] = [$entry->date, $entry->description, $entry->user, $entry->ipaddr];
        }
        Layout::show(
            'Activity Log',
            Markup::panel('Entries', Markup::table(['Date', 'Log Entry', 'User', 'IP Address'], $rows))
        );
    }

    private function showQueue(): void
    {
        $alert = '';
        if (Http::isPost()) {
            foreach (ModuleQueue::retry() as $id => $result) {
                $alert .= Markup::alert($result === 'success' ? 'success' : 'danger', '#' . $id . ': ' . $result);
            }
        }
        $rows = [];
        foreach (ModuleQueue::waiting() as $entry) {
            $rows[] = [
                Markup::link('clientsservices.php?id=' . $entry->service_id, '#' . $entry->service_id),
                $entry->module_name,
                $entry->module_action, $entry->last_attempt, (string) $entry->last_attempt_error, $entry->num_retries,
            ];
        }
        $heads = ['Service', 'Module', 'Action', 'Last Attempt', 'Error', 'Retries'];
        Layout::show('Module Queue', $alert . Markup::button(
            'modulequeue.php',
            'Retry All',
            ['do' => 'retry'],
            'primary'
        )
            . Markup::panel('Waiting', Markup::table($heads, $rows)));
    }
}
