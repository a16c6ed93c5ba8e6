<?php

declare(strict_types=1);

namespace Odd;

use PuqProxmoxKvm\AdminScreen;
use PuqProxmoxKvm\Host;
use PuqProxmoxKvm\Lang;
use PuqProxmoxKvm\Module;
use PuqProxmoxKvm\Native;
use PuqProxmoxKvm\Screen;
use PuqProxmoxKvm\ServicePage;

/** The JSON operations of the pages, and the module's functions, each with every value that comes from outside. */
final class Requests
{
    /** What both pages of a service may ask: operation => its fields, each with what would be right. */
    public const OF_A_SERVICE = [
        'status' => [], 'snapshots' => [], 'backups' => [],
        'snapshot_schedule' => ['days' => '1,2', 'time' => '03:15'],
        'snapshot_rollback' => ['name' => 'puq1700000000'], 'snapshot_remove' => ['name' => 'puq1700000000'],
        'backup_schedule' => ['days' => '0,6'],
        'backup_remove' => ['backup' => 'pbs-backup:backup/vm/100/2026-01-01T00:00:00Z'],
        'backup_restore' => ['backup' => 'pbs-backup:backup/vm/100/2026-01-01T00:00:00Z'],
        'isos' => [], 'iso_mount' => ['image' => 'local:iso/nothing.iso'], 'charts' => ['timeframe' => 'hour'],
        'reinstall_options' => [],
        'reinstall' => ['confirm' => 'REINSTALL', 'template' => '9000', 'ssh_keys' => 'ssh-ed25519 AAAA me@example'],
        'reset_password' => ['shutdown' => '0'],
        'firewall' => [], 'firewall_rule_remove' => ['pos' => '99', 'digest' => ''],
        'firewall_rule_move' => ['pos' => '99', 'to' => '98', 'digest' => ''],
        'firewall_policies' => ['policy_in' => 'DROP', 'policy_out' => 'nonsense'],
        'firewall_rule_add' => [
            'direction' => 'in', 'verdict' => 'ACCEPT', 'protocol' => 'tcp', 'source' => '192.0.2.0/24',
            'source_port' => '1024:65535', 'dest' => '198.51.100.300', 'dest_port' => '22', 'comment' => 'ssh',
        ],
        'rdns' => [], 'rdns_save' => ['names' => '{"192.0.2.10":"mail.example.com"}'],
    ];

    /** What only staff may ask. */
    public const OF_STAFF = [
        'reset' => ['state' => 'set_ip'], 'log' => [], 'attach' => ['vmid' => '4242'], 'step' => ['step' => 'vm_clone'],
        'record' => [], 'record_save' => ['rev' => '1', 'fields' => ''],
    ];

    /** What the addon's pages ask. */
    public const OF_THE_ADDON = [
        'pool_delete' => ['id' => '7'], 'zone_delete' => ['id' => '7'], 'zone_test' => ['id' => '1'],
        'vm_log' => ['service_id' => '1'], 'doctor' => ['server_id' => '1'],
        'vms' => ['page' => '1', 'size' => '25', 'search' => '1-1', 'vm_status' => 'ready', 'status' => 'Active'],
        'tasks_save' => ['mode' => 'hook', 'lock_timeout' => '600', 'intervals' => ''],
        'settings_save' => ['settings' => ''], 'pool_save' => ['pool' => ''], 'zone_save' => ['zone' => ''],
    ];

    /** Operations that ask Proxmox before they look at what was sent. */
    private const SLOW = [
        'status', 'log', 'snapshots', 'backups', 'backup_restore', 'backup_remove', 'doctor', 'snapshot_rollback',
        'snapshot_remove', 'isos', 'iso_mount', 'charts', 'reinstall', 'reinstall_options', 'reset_password',
        'firewall', 'firewall_rule_add', 'firewall_rule_remove', 'firewall_rule_move', 'attach', 'rdns', 'rdns_save',
    ];

    /** Functions of the module that only note what is wanted, with the service they are asked for. */
    private const FUNCTIONS = ['create_account' => 2, 'change_package' => 1, 'change_password' => 1];

    /** Those that look at nothing but which service it is. */
    private const PLAIN = ['suspend_account' => 2, 'unsuspend_account' => 2, 'terminate_account' => 1];

    /** Parameters of WHMCS whose values somebody typed. */
    private const PARAMETERS = [
        'serviceid' => '1', 'userid' => '1', 'pid' => '1', 'domain' => 'vm1.example.com', 'username' => 'guest',
        'password' => 'Abcdef123456', 'status' => 'Active', 'configoptions' => '', 'customfields' => '',
        'clientsdetails' => '', 'dedicatedip' => '192.0.2.10', 'assignedips' => '192.0.2.11',
    ];

    /** Parameters of a server; its host is not among them, since it would be looked up. */
    private const SERVER = [
        'serverport' => '8006', 'serverusername' => 'whmcs@pve!demo', 'serverpassword' => 'aaaa',
        'serveraccesshash' => 'fingerprint = AB:CD', 'serverassignedips' => 'vmbr0|0|192.0.2.9|24|192.0.2.1|192.0.2.2',
    ];

    private const OPTIONS = [
        'CPU Cores' => '2', 'RAM' => '1', 'Backups' => '3', 'Snapshots' => '1', 'System Disk' => '10',
        'Additional Disk' => '5', 'System Disk Read Bandwidth' => '100', 'System Disk Write Bandwidth' => '100',
        'System Disk Read IOPS' => '1000', 'System Disk Write IOPS' => '1000', 'Network Bandwidth' => '12.5',
        'Additional Disk Read Bandwidth' => '50', 'Additional Disk Write Bandwidth' => '50',
        'Additional Disk Read IOPS' => '500', 'Additional Disk Write IOPS' => '500', 'IPv4 Addresses' => '1',
        'IPv6 Addresses' => '0', 'Operating System' => '9000', 'CPU|Cores' => '2', 'ipv4|Addresses' => '1',
        'OS|x' => '9000',
    ];

    /** @return Door[] */
    public static function doors(): array
    {
        $doors = [];
        foreach (['client' => self::OF_A_SERVICE, 'admin' => self::OF_A_SERVICE + self::OF_STAFF] as $who => $known) {
            foreach ($known + ['' => []] as $op => $fields) {
                foreach ($fields + ['op' => $op, 'another' => ''] as $field => $valid) {
                    $sent = ['op' => $op] + $fields;
                    $send = static function ($value) use ($who, $sent, $field) {
                        return self::ofService($who, [$field => $value] + $sent);
                    };
                    $isSlow = in_array($op, self::SLOW, true);
                    $doors[] = new Door("$who operation \"$op\", $field", (string) $valid, $send, $isSlow);
                }
            }
        }
        return array_merge($doors, self::addon(), self::parameters());
    }

    /** @return Door[] */
    private static function addon(): array
    {
        $doors = [];
        foreach (self::OF_THE_ADDON + ['' => []] as $op => $fields) {
            foreach ($fields + ['op' => $op] as $field => $valid) {
                $sent = ['op' => $op] + $fields;
                $send = static function ($value) use ($sent, $field) {
                    return Native::ask('addon_api', Native::plain([$field => $value] + $sent));
                };
                $isSlow = in_array($op, self::SLOW, true);
                $doors[] = new Door("addon operation \"$op\", $field", $valid, $send, $isSlow);
            }
        }
        foreach (['ip' => '127.0.0.1', 'method' => 'GET', 'arguments' => ''] as $field => $valid) {
            $doors[] = new Door("dns.php, $field", $valid, static function ($value) use ($field): array {
                $request = [$field => $value] + ['ip' => '127.0.0.1', 'method' => 'GET', 'arguments' => false];
                $answer = Native::ask('dns_export', Native::plain($request));
                return ($answer['status'] ?? 0) === 200 ? ['ok' => true] : ['ok' => false] + (array) $answer['body'];
            });
        }
        foreach ([0, 1, 999999999] as $product) {
            $doors[] = new Door("product_save of $product", '', static function ($value) use ($product) {
                return Native::ask('product_save', $product, is_array($value) ? $value : ['cpu' => $value]);
            });
        }
        return $doors;
    }

    /** @return Door[] */
    private static function parameters(): array
    {
        $doors = [];
        foreach (self::FUNCTIONS + self::PLAIN as $function => $service) {
            $which = ['serviceid' => '1', 'status' => 'Active', 'serverport' => '8006'];
            foreach (isset(self::PLAIN[$function]) ? $which : self::PARAMETERS + self::SERVER as $name => $valid) {
                $send = static function ($value) use ($function, $service, $name) {
                    return Module::run($function, [$name => $value] + self::params($service));
                };
                $doors[] = new Door("$function, $name", $valid, $send);
            }
        }
        foreach (self::SERVER as $name => $valid) {
            $doors[] = new Door("test_connection, $name", $valid, static function ($value) use ($name) {
                $answer = Module::testConnection([$name => $value] + self::params(1));
                return ['ok' => $answer['success'], 'error' => $answer['error']];
            }, true);
        }
        foreach (self::OPTIONS as $option => $valid) {
            $doors[] = new Door("option $option", $valid, static function ($value) use ($option) {
                $params = self::params(1);
                $params['configoptions'] = [$option => $value] + $params['configoptions'];
                return Native::call('admin_service', Native::plain($params));
            }, true, true);
        }
        return $doors;
    }

    /** @param array<string, mixed> $post @return array<string, mixed> */
    private static function ofService(string $who, array $post): array
    {
        $_POST = $post;
        $request = ServicePage::request();
        $answer = Native::ask($who . '_api', self::params(1), $request);
        if (isset($answer['data']['service'])) {
            $who === 'client' ? (new Screen(Lang::forClient()))->present($answer['data'])
                : (new AdminScreen(Lang::forAdmin()))->present($answer['data']);
        }
        return $answer;
    }

    /** @return array<string, mixed> */
    private static function params(int $service): array
    {
        static $known = [];
        $known[$service] = $known[$service] ?? Native::plain((new Host())->services([$service])[0]);
        return $known[$service];
    }
}
