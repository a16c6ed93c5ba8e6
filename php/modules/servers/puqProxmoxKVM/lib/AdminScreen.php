<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What staff see of one VM: the client's page plus identity, plan, Proxmox's answer, buttons and the log of runs.
 */
final class AdminScreen
{
    /** Pause between two looks, in milliseconds. */
    private const PAUSE = 5000;

    /** Values of a package whose names are made of others': "System disk: Read". */
    private const NAMES = [
        'system_storage' => ['plan_system_disk', 'product_storage'],
        'system_read' => ['plan_system_disk', 'client_read'],
        'system_write' => ['plan_system_disk', 'client_write'],
        'additional_storage' => ['plan_additional_disk', 'product_storage'],
        'additional_read' => ['plan_additional_disk', 'client_read'],
        'additional_write' => ['plan_additional_disk', 'client_write'],
        'model' => ['client_adapter'],
        'rate' => ['client_bandwidth'],
        'bridge' => ['admin_bridge'],
        'vlan' => ['admin_vlan'],
        'firewall' => ['client_tab_firewall'],
        'firewall_filters' => ['client_tab_firewall', 'admin_filters'],
        'iso' => ['client_tab_iso'],
    ];

    private Lang $lang;

    public function __construct(Lang $lang)
    {
        $this->lang = $lang;
    }

    /**
     * @param array<string, mixed> $service As admin_service answers it.
     * @return array<string, mixed>
     */
    public function present(array $service): array
    {
        $view = (new Screen($this->lang))->present($service);
        $view['poll'] = min($view['poll'], self::PAUSE);
        $view['state'] = (string) ($service['state']['name'] ?? '');
        $view['waiting'] = (string) ($service['state']['waiting'] ?? '');
        $view['since'] = Quantity::moment($service['state']['since'] ?? null);
        if ($view['trouble'] !== null) {
            $view['trouble']['text'] = (string) $service['error'];
        }
        foreach (array_values((array) ($service['recent'] ?? [])) as $place => $row) {
            // Of the client: "by you" is what they read themselves.
            $by = (string) (((array) $row)['by'] ?? '');
            $view['recent'][$place]['by'] = $this->lang->find('staff_by_' . $by) ?? $view['recent'][$place]['by'];
        }
        foreach (array_values((array) ($service['requests'] ?? [])) as $place => $request) {
            // What Proxmox said; of one that goes on the last try's.
            $text = (string) (((array) $request)['text'] ?? '');
            $view['requests'][$place]['why'] = $text !== '' ? $text : $view['requests'][$place]['why'];
        }
        if ($view['live'] !== null) {
            $net = (array) ($service['live']['net'] ?? []);
            $view['live']['net']['bridge'] = (string) ($net['bridge'] ?? '');
            $view['live']['net']['vlan'] = (int) ($net['vlan'] ?? 0) > 0 ? (string) $net['vlan'] : '';
        }
        $view['identity'] = $this->identity((array) ($service['identity'] ?? []));
        $view['plan'] = array_map(function ($row): array {
            return $this->planned((array) $row);
        }, array_values((array) ($service['plan'] ?? [])));
        $view['differs'] = in_array(true, array_column($view['plan'], 'differs'), true);
        $taken = $service['taken_over'] ?? null;
        $view['taken'] = $this->taken(is_array($taken) ? $taken : null);
        $view['withheld'] = array_values(array_map('strval', (array) ($service['withheld'] ?? [])));
        $api = (array) ($service['api'] ?? []);
        $ok = (bool) ($api['ok'] ?? false);
        $view['api'] = [
            'key' => $ok ? 'success' : 'danger',
            'text' => $ok ? $this->lang->text('api_ok') : (string) ($api['error'] ?? ''),
        ];
        if (!$view['asked']) {
            $view['api'] = ['key' => 'unknown', 'text' => $this->lang->text('status_loading')];
        }
        $view['buttons'] = array_map(function ($button): array {
            return $this->button((array) $button);
        }, array_values((array) ($service['buttons'] ?? [])));
        $view['type_name'] = implode('', array_column($view['buttons'], 'name'));
        $view['runs'] = self::runs((array) ($service['runs'] ?? []));
        $view['no_runs'] = $view['runs'] === [];
        return $view;
    }

    /**
     * @param array<mixed> $runs
     * @return list<array<string, mixed>>
     */
    public static function runs(array $runs): array
    {
        $shown = [];
        foreach ($runs as $run) {
            $run = (array) $run;
            $steps = [];
            foreach ((array) ($run['steps'] ?? []) as $step) {
                $step = (array) $step;
                $steps[] = [
                    'number' => (string) ($step['number'] ?? ''),
                    'label' => (string) ($step['label'] ?? ''),
                    'result' => (string) ($step['result'] ?? ''),
                    'way' => (string) ($step['from'] ?? '') . ' → ' . (string) ($step['to'] ?? ''),
                    'at' => Quantity::moment($step['at'] ?? null),
                    'seconds' => number_format((float) ($step['seconds'] ?? 0), 2, '.', '') . ' s',
                    'level' => self::level((string) ($step['result'] ?? '')),
                ];
            }
            $shown[] = [
                'key' => ($run['started'] ?? '') . '/' . ($run['flow'] ?? ''),
                'flow' => (string) ($run['flow'] ?? ''),
                'started' => Quantity::moment($run['started'] ?? null),
                'finished' => Quantity::moment($run['finished'] ?? null),
                'way' => (string) ($run['from'] ?? '') . ' → ' . (string) ($run['to'] ?? ''),
                'result' => (string) ($run['result'] ?? ''),
                'level' => self::level((string) ($run['result'] ?? '')),
                'error' => (string) ($run['error'] ?? ''),
                'count' => count($steps),
                'steps' => $steps,
            ];
        }
        return $shown;
    }

    /** "success" is good, what waits or runs is neither good nor bad, the rest is an error text. */
    private static function level(string $result): string
    {
        $undecided = ['', 'running', 'paused', 'interrupted'];
        if (in_array($result, $undecided, true) || strncmp($result, 'waiting', 7) === 0) {
            return 'warning';
        }
        return in_array($result, ['success', 'complete', 'done', 'ready'], true) ? 'success' : 'danger';
    }

    /**
     * @param array<string, mixed> $identity
     * @return array<string, string>
     */
    private function identity(array $identity): array
    {
        $shown = [];
        foreach (['vmid', 'node', 'cluster', 'mark', 'rev'] as $key) {
            $value = (string) ($identity[$key] ?? '');
            $shown[$key] = $value === '' || $value === '0' ? '–' : $value;
        }
        return $shown;
    }

    /**
     * @param array<string, mixed> $row
     * @return array<string, mixed>
     */
    private function planned(array $row): array
    {
        $label = (string) ($row['label'] ?? '');
        $names = array_map([$this->lang, 'text'], self::NAMES[$label] ?? []);
        return [
            'key' => $label,
            'label' => $names === [] ? $this->lang->find('plan_' . $label) ?? $label : implode(': ', $names),
            'value' => (string) ($row['value'] ?? ''),
            'real' => (string) ($row['real'] ?? ''),
            'differs' => (bool) ($row['differs'] ?? false),
            'todo' => (string) ($row['todo'] ?? ''),
        ];
    }

    /**
     * What was taken over, and what remains to be done.
     *
     * @param array<string, mixed>|null $taken
     * @return array<string, mixed>|null
     */
    private function taken(?array $taken): ?array
    {
        if ($taken === null) {
            return null;
        }
        $configured = implode(', ', array_map('strval', (array) ($taken['configured'] ?? [])));
        return [
            'at' => $taken['at'] ?? null,
            'name' => (string) ($taken['name'] ?? ''),
            'mac' => (string) ($taken['mac'] ?? ''),
            'configured' => $configured === '' ? '–' : $configured,
            'left' => array_values(array_map('strval', (array) ($taken['left'] ?? []))),
        ];
    }

    /**
     * @param array<string, mixed> $button
     * @return array<string, mixed>
     */
    private function button(array $button): array
    {
        $op = (string) ($button['op'] ?? '');
        $label = $this->lang->find('button_' . $op) ?? $op;
        $text = $this->lang->find('ask_' . $op) ?? $this->lang->text('ask_other', ['action' => $label]);
        return [
            'op' => $op,
            'label' => $label,
            'isLoss' => ($button['type_name'] ?? null) !== null || $op === 'redeploy',
            'refused' => !($button['allowed'] ?? false),
            'why' => (string) ($button['why'] ?? ''),
            'confirm' => ($button['asks_first'] ?? false) ? $text : '',
            'name' => (string) ($button['type_name'] ?? ''),
        ];
    }
}
