<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * How far a flow is, in words and percent. A stored state names the step that is finished, so what a reader
 * wants to know is the step after it.
 */
final class Progress
{
    /** Flow, then finished state to the text of the work that follows it, in the order of the flow. */
    private const FLOWS = [
        'deploy' => [
            'creation' => 'addresses',
            'set_ip' => 'dns',
            'set_dns' => 'clone',
            'clone' => 'move',
            'migrated' => 'cpu',
            'set_cpu_ram' => 'disks',
            'set_system_disk_size' => 'disks',
            'set_system_disk_bandwidth' => 'disks',
            'set_created_additional_disk' => 'disks',
            'set_additional_disk_size' => 'disks',
            'set_additional_disk_bandwidth' => 'network',
            'set_network' => 'firewall',
            'set_firewall' => 'guest',
            'set_cloudinit' => 'start',
            'starting' => 'check',
        ],
        'change' => [
            'change_package' => 'addresses',
            'cp_update_ip' => 'stop',
            'cp_stop' => 'cpu',
            'cp_cpu_ram' => 'disks',
            'cp_system_disk_size' => 'disks',
            'cp_system_disk_bandwidth' => 'disks',
            'cp_additional_disk' => 'disks',
            'cp_additional_disk_size' => 'disks',
            'cp_additional_disk_bandwidth' => 'network',
            'cp_network' => 'firewall',
            'cp_firewall' => 'start',
            'cp_start' => 'check',
        ],
        'restore' => [
            'restore' => 'stop',
            'rs_stop' => 'restore',
            'rs_restored' => 'cpu',
            'rs_cpu_ram' => 'disks',
            'rs_system_disk_size' => 'disks',
            'rs_system_disk_bandwidth' => 'disks',
            'rs_additional_disk' => 'disks',
            'rs_additional_disk_size' => 'disks',
            'rs_additional_disk_bandwidth' => 'network',
            'rs_network' => 'firewall',
            'rs_firewall' => 'start',
            'rs_start' => 'check',
        ],
        'password' => [
            'reset_password' => 'stop',
            'rp_stop' => 'guest',
            'rp_cloudinit' => 'start',
            'rp_start' => 'check',
        ],
        'reinstall' => ['reinstall' => 'remove'],
        'dns' => ['set_dns_records' => 'dns'],
        'terminate' => ['terminate' => 'remove'],
    ];

    /** States that staff may set by hand, the harmless one first. */
    public const RESETS = [
        'ready',
        'creation',
        'set_ip',
        'change_package',
        'set_dns_records',
        'terminate',
        'remove',
    ];

    /**
     * @return array{flow: string, step: string, percent: int}|null Null for a state in which nothing is under way.
     */
    public static function of(string $state): ?array
    {
        foreach (self::FLOWS as $flow => $steps) {
            $place = array_search($state, array_keys($steps), true);
            if ($place !== false) {
                // Never 0: an empty bar reads like a standstill.
                $percent = (int) round(100 * ((int) $place + 1) / (count($steps) + 1));
                return ['flow' => $flow, 'step' => $steps[$state], 'percent' => $percent];
            }
        }
        return null;
    }

    /**
     * @return list<string> Every state that VM rows can be filtered by or set to, flow by flow.
     */
    public static function states(): array
    {
        $states = ['ready'];
        foreach (self::FLOWS as $steps) {
            $states = array_merge($states, array_keys($steps));
        }
        return array_merge($states, ['error_restore', 'error_terminate', 'remove']);
    }

    public static function isFailed(string $state): bool
    {
        return strncmp($state, 'error_', 6) === 0;
    }
}
