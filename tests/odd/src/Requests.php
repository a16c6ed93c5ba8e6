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
use Standin\Stored;

/** The JSON operations of the pages, and the module's functions, each with every value that comes from outside. */
final class Requests
{
    /** What a browser sends to both pages of a service: operation => its fields, each with what would be right. */
    public const OF_A_SERVICE = [
        'status' => [], 'request_seen' => ['id' => 'no request’s'], 'snapshots' => [], 'backups' => [],
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

    /** The same for what only staff may ask. */
    public const OF_STAFF = [
        'reset' => ['state' => 'set_ip', 'confirm' => 'x'], 'log' => [], 'attach' => ['vmid' => '4242'],
        'step' => ['step' => 'vm_clone', 'confirm' => ''],
        'redeploy' => ['confirm' => ''],
        'record' => [], 'record_save' => ['rev' => '1', 'fields' => ''],
    ];

    /** The same of the addon's pages. */
    private const OF_THE_ADDON = [
        'pool_delete' => ['id' => '7'], 'zone_delete' => ['id' => '7'], 'zone_test' => ['id' => '1'],
        'vm_log' => ['service_id' => '1'], 'doctor' => ['server_id' => '1'],
        'vms' => ['page' => '1', 'size' => '25', 'search' => '1-1', 'vm_status' => 'ready', 'status' => 'Active',
            'only' => 'odd', 'sort' => 'client', 'descending' => '1'],
        'vms_act' => ['action' => 'retry', 'services' => '1'],
        'tasks_save' => ['mode' => 'hook', 'lock_timeout' => '600'],
    ];

    /** Operations that ask Proxmox before they look at what was sent. */
    private const SLOW = [
        'status', 'log', 'snapshots', 'backups', 'backup_restore', 'backup_remove', 'doctor', 'snapshot_rollback',
        'snapshot_remove', 'isos', 'iso_mount', 'charts', 'reinstall', 'reinstall_options', 'reset_password',
        'firewall', 'firewall_rule_add', 'firewall_rule_remove', 'firewall_rule_move', 'attach', 'rdns', 'rdns_save',
        'snapshot_create', 'backup_now',
    ];

    /** Operations that do their work whatever is sent along with them: only their names are spoiled. */
    private const AT_ONCE = [
        'start', 'stop', 'shutdown', 'reboot', 'iso_unmount', 'retry', 'redeploy', 'set_dns_records', 'delete_record',
    ];

    /** Whose texts are taken as they are: what was made with one is removed again. operation => how to find and remove */
    private const MADE = [
        'snapshot_create' => ['snapshots', 'snapshots', 'name', 'snapshot_remove', 'name'],
        'backup_now' => ['backups', 'backups', 'id', 'backup_remove', 'backup'],
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

    public function __construct(private Inputs $inputs)
    {
    }

    /** @return Door[] */
    public function doors(): array
    {
        $doors = [];
        foreach (Inputs::operations() as [$who, $op, $fields]) {
            $right = self::OF_A_SERVICE + self::OF_STAFF;
            $right = (array) (($who === 'addon' ? self::OF_THE_ADDON : $right)[$op] ?? []);
            $sent = ['op' => $op] + $right;
            $extra = in_array($op, self::AT_ONCE, true) ? ['op'] : ['op', 'another'];
            foreach (array_merge($fields, $extra) as $field) {
                $send = static function ($value) use ($who, $op, $sent, $field) {
                    $request = [$field => $value] + $sent;
                    return $who === 'addon' ? Native::ask('addon_api', Native::plain($request))
                        : self::madeAndRemoved($who, $op, $request);
                };
                $valid = (string) ($sent[$field] ?? '');
                $door = new Door("$who operation \"$op\", $field", $valid, $send, in_array($op, self::SLOW, true));
                $doors[] = $door->reaching($field === 'op' ? "$who op" : "$who $op $field");
            }
        }
        return array_merge($doors, self::record(), self::tab(), $this->others(), self::parameters());
    }

    /** Fields of a service's row as staff correct it. @return Door[] */
    private static function record(): array
    {
        $doors = [];
        $known = (array) Native::ask('admin_api', self::params(1), ['op' => 'record'])['data'];
        foreach (Inputs::record() as $field) {
            $valid = $known['fields'][$field] ?? '';
            $valid = is_array($valid) ? (string) json_encode($valid) : (string) $valid;
            $doors[] = (new Door("record, $field", $valid, static function ($value) use ($field, $known) {
                $request = ['op' => 'record_save', 'rev' => $known['rev'], 'fields' => [$field => $value]];
                return self::ofService('admin', $request);
            }))->reaching("record $field");
        }
        return $doors;
    }

    /** What WHMCS saves along with its own page of a service. @return Door[] */
    private static function tab(): array
    {
        $doors = [];
        $right = ['vmid' => '4242', 'present' => '100'];
        foreach (ServicePage::TAB_FIELDS as $field => $name) {
            $send = static function ($value) use ($name, $right) {
                $typed = [$name => $value];
                foreach (ServicePage::TAB_FIELDS as $other => $own) {
                    $typed += [$own => $right[$other] ?? ''];
                }
                $_POST = Stored::encode($typed);
                $said = ServicePage::save(self::params(1));
                return strpos($said, ' now belongs to ') !== false || $said === '' ? ['ok' => true]
                    : ['ok' => false, 'error' => $said];
            };
            $doors[] = (new Door("service page, $name", $right[$field] ?? '', $send, true))->reaching("tab $field");
        }
        return $doors;
    }

    /** @return Door[] */
    private function others(): array
    {
        $doors = [];
        $right = ['ip' => '127.0.0.1', 'method' => 'GET', 'arguments' => ''];
        foreach ($this->inputs->export() as $field) {
            $doors[] = (new Door("dns.php, $field", $right[$field] ?? '', static function ($value) use ($field): array {
                $request = [$field => $value] + ['ip' => '127.0.0.1', 'method' => 'GET', 'arguments' => false];
                $answer = Native::ask('dns_export', Native::plain($request));
                return ($answer['status'] ?? 0) === 200 ? ['ok' => true] : ['ok' => false] + (array) $answer['body'];
            }))->reaching("dns.php $field");
        }
        foreach ([0, 1, 999999999] as $product) {
            $doors[] = new Door("product_save of $product", '', static function ($value) use ($product) {
                $typed = is_array($value) ? $value : ['cpu' => $value];
                return Native::ask('product_save', $product, Native::plain($typed));
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
                $send = static fn ($value) => Module::run($function, [$name => $value] + self::params($service));
                $doors[] = new Door("$function, $name", $valid, $send);
            }
        }
        foreach (self::SERVER as $name => $valid) {
            $doors[] = new Door("test_connection, $name", $valid, static function ($value) use ($name) {
                $answer = Module::testConnection([$name => $value] + self::params(1));
                return ['ok' => $answer['success'], 'error' => $answer['error']];
            }, true);
        }
        foreach (Inputs::options() as $option) {
            $valid = strpos($option, 'O') === 0 ? '9000' : '2';
            $doors[] = (new Door("option $option", $valid, static function ($value) use ($option) {
                $params = self::params(1);
                $params['configoptions'] = [$option => $value] + $params['configoptions'];
                return Native::call('admin_service', Native::plain($params));
            }, true, true))->reaching("option $option");
        }
        return $doors;
    }

    /**
     * Asks, and where that made something of the sent text, removes it again: the next text is to be taken too.
     *
     * @param array<string, mixed> $post
     * @return array<string, mixed>
     */
    private static function madeAndRemoved(string $who, string $op, array $post): array
    {
        $answer = self::ofService($who, $post);
        if (!isset(self::MADE[$op]) || !($answer['ok'] ?? false)) {
            return $answer;
        }
        [$list, $key, $id, $remove, $field] = self::MADE[$op];
        for ($look = 0; $look < 200; $look++) {
            $found = self::ofService($who, ['op' => $list]);
            if (!($found['ok'] ?? false)) {
                return $found;
            }
            if ($found['data']['busy'] !== null) {
                usleep(20000);
                continue;
            }
            if ($found['data'][$key] === []) {
                return $answer;
            }
            self::ofService($who, ['op' => $remove, $field => $found['data'][$key][0][$id]]);
        }
        return ['ok' => false, 'error' => "What $op made is not removed."];
    }

    /** @param array<string, mixed> $post @return array<string, mixed> */
    private static function ofService(string $who, array $post): array
    {
        $_POST = Stored::encode($post);
        $request = ServicePage::request();
        $answer = Native::ask($who . '_api', self::params(1), $request);
        if (isset($answer['data']['service'])) {
            $who === 'client' ? (new Screen(Lang::forClient()))->present($answer['data'])
                : (new AdminScreen(Lang::forAdmin()))->present($answer['data']);
        }
        return $answer;
    }

    /** What WHMCS hands over with a service. @return array<string, mixed> */
    public static function params(int $service): array
    {
        static $known = [];
        $known[$service] = $known[$service] ?? Native::plain((new Host())->services([$service])[0]);
        return $known[$service];
    }
}
