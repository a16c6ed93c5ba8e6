<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * One VM as a page shows it: the extension's overview turned into texts, so that the first rendering and every
 * refresh by script show the same words and the script formats nothing.
 */
final class Screen
{
    /** Pause between two looks, in milliseconds: while something was just clicked or is under way, and else. */
    private const FAST = 1000;
    private const SLOW = 7000;

    /** The same while something that somebody asked for goes on. */
    private const WATCHING = 2000;

    /** What WHMCS calls a service that is over. */
    private const OVER = ['Terminated', 'Cancelled', 'Fraud'];

    /** What Proxmox does, and the text of it. */
    private const TASKS = [
        'clone' => 'step_clone', 'migrate' => 'step_move', 'move_disk' => 'step_disks', 'create_disk' => 'step_disks',
        'resize' => 'step_disks', 'start' => 'step_start', 'resume' => 'step_start', 'stop' => 'step_stop',
        'shutdown' => 'client_shutdown', 'reboot' => 'client_reboot', 'delete' => 'step_remove',
        'backup' => 'action_backup_now', 'remove_backup' => 'action_backup_remove', 'restore' => 'step_restore',
        'snapshot' => 'action_snapshot_create', 'rollback' => 'action_snapshot_rollback',
        'remove_snapshot' => 'action_snapshot_remove',
    ];

    private Lang $lang;
    private Quantity $quantity;

    public function __construct(Lang $lang)
    {
        $this->lang = $lang;
        $this->quantity = new Quantity($lang);
    }

    /**
     * @param array<string, mixed> $overview As client_overview and admin_service answer it.
     * @return array<string, mixed>
     */
    public function present(array $overview): array
    {
        $state = (array) ($overview['state'] ?? []);
        $live = isset($overview['live']) && is_array($overview['live']) ? $overview['live'] : null;
        $flow = $this->progress($state);
        $progress = $this->withTask($flow, (array) ($overview['task'] ?? []));
        $view = [
            'status' => $this->status($overview, $flow !== null, $live),
            'name' => $this->name($overview),
            'os' => (string) ($overview['os'] ?? ''),
            // Then the client's page names what was ordered.
            'os_unnamed' => (string) ($overview['os'] ?? '') === '',
            'uptime' => $live !== null && (int) ($live['uptime'] ?? 0) > 0
                ? $this->lang->text('up_since', ['time' => $this->quantity->uptime((int) $live['uptime'])])
                : '',
            'lock' => $live !== null && (string) ($live['lock'] ?? '') !== ''
                ? $this->lang->text('locked_by', ['lock' => (string) $live['lock']])
                : '',
            'progress' => $progress,
            'trouble' => $this->trouble($overview),
            'notice' => $live === null ? '' : (string) ($live['notice'] ?? ''),
            'requests' => $this->requests((array) ($overview['requests'] ?? [])),
            // Null: the answer to a click, which tells nothing new of it.
            'recent' => isset($overview['recent']) ? $this->recent((array) $overview['recent']) : null,
            'failed' => $this->failed($state),
            'restore_failed' => ($state['name'] ?? '') === 'error_restore',
            'live' => $live === null ? null : $this->live($live),
            'addresses' => $this->addresses((array) ($overview['addresses'] ?? [])),
            'username' => (string) ($overview['username'] ?? ''),
            'actions' => $this->actions((array) ($overview['actions'] ?? [])),
            'asked' => (bool) ($overview['asked'] ?? true),
            'poll' => self::SLOW,
            'poll_fast' => self::FAST,
        ];
        if ($progress !== null || in_array(false, array_column($view['requests'], 'ended'), true)) {
            $view['poll'] = self::WATCHING;
        }
        $view['settled'] = $view['status']['key'] . '/' . ($state['name'] ?? '');
        return $view;
    }

    /**
     * @param array<string, mixed> $overview
     * @param array<string, mixed>|null $live
     * @return array{key: string, label: string}
     */
    private function status(array $overview, bool $busy, ?array $live): array
    {
        $service = (string) ($overview['service']['status'] ?? '');
        $key = $live === null ? 'unknown' : (string) ($live['status'] ?? 'unknown');
        $state = (array) ($overview['state'] ?? []);
        if (in_array($service, self::OVER, true) || ($state['name'] ?? '') === 'remove') {
            $key = 'over';
        } elseif ($service === 'Suspended' || ($state['suspended'] ?? false)) {
            $key = 'suspended';
        } elseif ($busy) {
            $key = 'working';
        } elseif (($overview['error'] ?? '') === 'gone') {
            $key = 'gone';
        } elseif (!($overview['asked'] ?? true)) {
            // Drawn from the database; the page's first look asks.
            $key = 'loading';
        } elseif ($live === null && (string) ($overview['error'] ?? '') === '') {
            // Nothing could fail to answer: there is no virtual machine yet, or no longer.
            $key = 'waiting';
        }
        $label = $this->lang->find('status_' . $key);
        return $label === null
            ? ['key' => 'unknown', 'label' => $this->lang->text('status_unknown')]
            : ['key' => $key, 'label' => $label];
    }

    /**
     * What is wrong is the staff's business; the client reads what to do.
     *
     * @param array<string, mixed> $overview
     * @return array{text: string, passes: bool}|null
     */
    private function trouble(array $overview): ?array
    {
        $error = (string) ($overview['error'] ?? '');
        if ($error === '') {
            return null;
        }
        $gone = $error === 'gone';
        // What is gone does not come back by waiting for it.
        $text = $gone ? (string) $this->lang->sentence('gone') : $this->lang->text('trouble_text');
        return ['text' => $text, 'passes' => !$gone];
    }

    /**
     * What somebody asked for on a page: what goes on, and how it ended.
     *
     * @param array<mixed> $requests
     * @return list<array<string, mixed>>
     */
    private function requests(array $requests): array
    {
        $shown = [];
        foreach ($requests as $request) {
            $request = (array) $request;
            $outcome = (string) ($request['outcome'] ?? 'going');
            $action = (string) ($request['action'] ?? '');
            $level = ['done' => 'success', 'failed' => 'danger'][$outcome] ?? 'warning';
            $shown[] = [
                'label' => $this->action($action),
                'subject' => (string) ($request['subject'] ?? ''),
                // Of what ended, when it did.
                'when' => Quantity::moment($request['ended'] ?? $request['asked'] ?? null),
                'at' => $request['ended'] ?? $request['asked'] ?? null,
                'level' => $level,
                'outcome' => $this->lang->text('request_' . $outcome),
                'why' => (string) ($request['why'] ?? ''),
                'ended' => $outcome !== 'going',
                'args' => ['id' => (string) ($request['id'] ?? '')],
            ];
        }
        return $shown;
    }

    /** @param array<string, mixed> $overview */
    private function name(array $overview): string
    {
        foreach (['domain', 'name'] as $key) {
            $name = (string) ($overview['service'][$key] ?? '');
            if ($name !== '') {
                return $name;
            }
        }
        return '#' . (int) ($overview['service']['id'] ?? 0);
    }

    /**
     * @param array<string, mixed> $state
     * @return array<string, mixed>|null
     */
    private function progress(array $state): ?array
    {
        $progress = (array) ($state['progress'] ?? []);
        if ($progress === []) {
            return null;
        }
        return [
            'title' => $this->lang->text('flow_' . $progress['flow']),
            'step' => $this->lang->text('step_' . $progress['work']),
            'percent' => (int) $progress['percent'],
            'since' => Quantity::moment($state['since'] ?? null),
            'exact' => false,
            'elapsed' => null,
            'usual' => null,
            'waits' => ($state['waiting'] ?? false)
                ? $this->lang->text(($state['alarm'] ?? false) ? 'client_waits_long' : 'client_waits') : '',
        ];
    }

    /**
     * What goes on, with what Proxmox itself says of the task that runs: how far it is, for how long it has run and how
     * long such a one usually takes, in seconds.
     *
     * @param array<string, mixed>|null $progress Of the flow.
     * @param array<string, mixed> $task
     * @return array<string, mixed>|null
     */
    private function withTask(?array $progress, array $task): ?array
    {
        $text = self::TASKS[(string) ($task['kind'] ?? '')] ?? null;
        if ($text === null) {
            return $progress;
        }
        $step = $this->lang->text($text);
        $seconds = static function ($value): ?int {
            return is_numeric($value) ? (int) $value : null;
        };
        $percent = $task['percent'] ?? null;
        $exact = is_numeric($percent);
        $own = [
            'exact' => $exact,
            'elapsed' => $seconds($task['elapsed'] ?? null),
            'usual' => $seconds($task['usual'] ?? null),
            'waits' => '',
        ];
        if ($exact) {
            $own['percent'] = (int) floor((float) $percent);
        }
        $blank = ['title' => $step, 'step' => '', 'percent' => 0, 'since' => ''];
        return $own + ($progress === null ? $blank : ['step' => $step] + $progress);
    }

    /**
     * What was done lately, by whom, and how it ended.
     *
     * @param array<mixed> $rows
     * @return list<array<string, mixed>>
     */
    private function recent(array $rows): array
    {
        $shown = [];
        foreach ($rows as $number => $row) {
            $row = (array) $row;
            $done = (bool) ($row['done'] ?? false);
            $shown[] = [
                'key' => $number . '/' . (int) ($row['at'] ?? 0),
                'label' => $this->action((string) ($row['action'] ?? '')),
                'subject' => (string) ($row['subject'] ?? ''),
                'by' => $this->lang->find('client_by_' . (string) ($row['by'] ?? '')) ?? '',
                'at' => $row['at'] ?? null,
                'level' => $done ? 'success' : 'danger',
                'outcome' => $this->lang->text($done ? 'request_done' : 'request_failed'),
                'why' => (string) ($row['why'] ?? ''),
            ];
        }
        return $shown;
    }

    private function action(string $action): string
    {
        return $this->lang->find('action_' . $action) ?? $this->lang->find('client_' . $action) ?? $action;
    }

    /** @param array<string, mixed> $state */
    private function failed(array $state): string
    {
        // Only the states that a person must read about have a sentence.
        return (string) $this->lang->find('state_' . ($state['name'] ?? ''));
    }

    /**
     * @param array<string, mixed> $live
     * @return array<string, mixed>
     */
    private function live(array $live): array
    {
        $cpu = (array) ($live['cpu'] ?? []);
        $memory = (array) ($live['memory'] ?? []);
        $used = (float) ($memory['used'] ?? 0);
        $total = (float) ($memory['total'] ?? 0);
        return [
            'cpu' => $this->bar(
                (float) ($cpu['percent'] ?? 0),
                $this->lang->text('cores', ['count' => (int) ($cpu['cores'] ?? 0)])
            ),
            'memory' => $this->bar(
                (float) ($memory['percent'] ?? 0),
                $this->quantity->gibibytes($used) . ' / ' . $this->quantity->gibibytes($total)
            ),
            'disks' => array_map(function ($disk): array {
                return $this->disk((array) $disk);
            }, array_values((array) ($live['disks'] ?? []))),
            'net' => $this->net((array) ($live['net'] ?? [])),
        ];
    }

    /** @return array{percent: float, number: string, level: string, text: string} */
    private function bar(float $percent, string $text): array
    {
        return [
            'percent' => max(0.0, min(100.0, round($percent, 1))),
            'number' => $this->quantity->number($percent) . '%',
            'level' => $this->quantity->level($percent),
            'text' => $text,
        ];
    }

    /**
     * @param array<string, mixed> $disk
     * @return array<string, string>
     */
    private function disk(array $disk): array
    {
        $additional = ($disk['role'] ?? '') === 'additional';
        return [
            'title' => $this->lang->text($additional ? 'disk_additional' : 'disk_system'),
            'slot' => (string) ($disk['slot'] ?? ''),
            'size' => $this->quantity->number($disk['size_gib'] ?? 0) . ' GiB',
            'read' => $this->speed($disk, 'read'),
            'write' => $this->speed($disk, 'write'),
        ];
    }

    /** @param array<string, mixed> $disk */
    private function speed(array $disk, string $way): string
    {
        $limits = [];
        if ((float) ($disk[$way . '_mbps'] ?? 0) > 0) {
            $limits[] = $this->quantity->limit($disk[$way . '_mbps'], 'MB/s');
        }
        if ((float) ($disk[$way . '_iops'] ?? 0) > 0) {
            $limits[] = $this->quantity->limit($disk[$way . '_iops'], 'IOPS');
        }
        return $limits === [] ? $this->lang->text('unlimited') : implode(' · ', $limits);
    }

    /**
     * @param array<string, mixed> $net
     * @return array<string, string>
     */
    private function net(array $net): array
    {
        return [
            'model' => (string) ($net['model'] ?? ''),
            'mac' => (string) ($net['mac'] ?? ''),
            'rate' => $this->quantity->limit($net['rate_mbps'] ?? 0, 'MB/s'),
        ];
    }

    /**
     * @param array<mixed> $addresses
     * @return list<array<string, mixed>>
     */
    private function addresses(array $addresses): array
    {
        $shown = [];
        foreach ($addresses as $address) {
            $address = (array) $address;
            $shown[] = [
                'family' => (int) ($address['family'] ?? 4) === 6 ? 'IPv6' : 'IPv4',
                'address' => (string) ($address['address'] ?? ''),
                'prefix' => '/' . (int) ($address['prefix'] ?? 0),
                'gateway' => (string) ($address['gateway'] ?? ''),
                'dns' => implode(', ', array_filter(array_map('strval', (array) ($address['dns'] ?? [])))),
                'rdns' => (string) ($address['rdns'] ?? ''),
                'primary' => (bool) ($address['primary'] ?? false),
                'extra' => !($address['primary'] ?? false),
            ];
        }
        return $shown;
    }

    /**
     * @param array<string, mixed> $actions
     * @return array<string, array{refused: bool, why: string}> Only what this package offers.
     */
    private function actions(array $actions): array
    {
        $shown = [];
        foreach ($actions as $name => $action) {
            $shown[$name] = [
                'refused' => !($action['allowed'] ?? false),
                'why' => (string) ($action['why'] ?? ''),
            ];
        }
        return $shown;
    }
}
