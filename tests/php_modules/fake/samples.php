<?php

declare(strict_types=1);

namespace PuqFake;

/**
 * Answers in the shapes of the extension.
 */
final class Samples
{
    private const CONCERNED = ['service_id' => 5546, 'client_id' => 1, 'client' => 'Ada <b>Lovelace</b>',
        'product' => 'KVM 4'];

    private const TARGETS = ['ready', 'creation', 'set_ip', 'change_package', 'set_dns_records', 'terminate',
        'remove'];

    /** @return array<string, mixed> */
    public static function overview(int $service): array
    {
        $world = Calls::world();
        $state = ['name' => 'ready', 'flow' => null, 'at_rest' => true, 'progress' => null, 'waiting' => false,
            'since' => null, 'alarm' => false, 'suspended' => false];
        $allowed = ['allowed' => true, 'why' => null];
        $refused = ['allowed' => false, 'why' => 'The virtual machine is running already.'];
        $live = [
            'status' => 'running',
            'notice' => null,
            'lock' => null,
            'uptime' => 292380,
            'cpu' => ['cores' => 4, 'percent' => 23.7],
            'memory' => ['used' => 5583457485, 'total' => 8589934592, 'percent' => 65.0],
            'disks' => [
                self::disk('system', 'scsi0', 40.0, 200),
                self::disk('additional', 'scsi1', 120.0, 0),
            ],
            'net' => ['model' => 'virtio', 'mac' => 'BC:24:11:5A:07:9E', 'rate_mbps' => 12.5, 'bridge' => 'vmbr0',
                'vlan' => 120],
        ];
        $actions = ['start' => $refused, 'stop' => $allowed, 'shutdown' => $allowed, 'reboot' => $allowed];
        $error = null;
        if ($world === 'deploying') {
            $progress = ['flow' => 'deploy', 'work' => 'clone', 'done' => 2, 'steps' => 15, 'percent' => 19];
            $state = ['name' => 'set_dns', 'flow' => 'deploy', 'at_rest' => false, 'progress' => $progress,
                'waiting' => true, 'since' => 1775785798, 'alarm' => false, 'suspended' => false];
            $live = null;
            $busy = ['allowed' => false, 'why' => 'The virtual machine is being built.'];
            $actions = array_fill_keys(array_keys($actions), $busy);
        } elseif ($world === 'stopped') {
            $live = ['status' => 'stopped', 'uptime' => 0, 'cpu' => ['cores' => 4, 'percent' => 0.0]] + $live;
            $live['memory'] = ['used' => 0, 'total' => 8589934592, 'percent' => 0.0];
            $actions = ['start' => $allowed, 'stop' => ['allowed' => false, 'why' => 'It is stopped already.']];
        } elseif ($world === 'broken') {
            $live = null;
            $error = 'unreachable';
        }
        return [
            'service' => ['id' => $service, 'status' => 'Active', 'domain' => 'vm1-5546.example.com',
                'name' => '1-5546'],
            'state' => $state,
            'live' => $live,
            'error' => $error,
            'requests' => self::requests(),
            'task' => $world === 'deploying'
                ? ['kind' => 'clone', 'elapsed' => 41, 'percent' => 37.5, 'usual' => 95] : null,
            'recent' => [
                ['action' => 'backup_now', 'subject' => '', 'by' => 'schedule', 'at' => 1775785700, 'done' => true,
                    'why' => null],
                ['action' => 'backup_restore', 'subject' => 'pbs:backup/vm/2002/2026-04-10T01:00:00Z', 'by' => 'staff',
                    'at' => 1775785600, 'done' => false, 'why' => 'Something else held the VM all the time.'],
            ],
            'pages' => array_fill_keys(
                ['snapshots', 'backups', 'reinstall', 'password', 'rdns', 'firewall', 'iso', 'charts'],
                $allowed
            ),
            'addresses' => [
                self::address(4, '203.0.113.24', 24, '203.0.113.1', true),
                self::address(4, '203.0.113.25', 24, '203.0.113.1', false),
                self::address(6, '2001:db8:10::24', 64, '2001:db8:10::1', true),
            ],
            'username' => 'debian',
            'os' => $world === 'stopped' ? '' : 'Debian 12 (bookworm)',
            'actions' => $actions,
            'asked' => true,
        ];
    }

    /** @return list<array<string, mixed>> */
    private static function requests(): array
    {
        return [
            ['id' => 'r1', 'action' => 'snapshot_create', 'subject' => 'before <b>the</b> upgrade',
                'asked' => 1775785798, 'ended' => 1775785818, 'outcome' => 'failed',
                'why' => 'Something else held the VM all the time; please try again in a few minutes.'],
            ['id' => 'r2', 'action' => 'stop', 'subject' => '', 'asked' => 1775785790, 'ended' => null,
                'outcome' => 'going', 'why' => null],
        ];
    }

    /** @return array<string, mixed> */
    public static function service(int $service): array
    {
        $page = self::overview($service);
        unset($page['os'], $page['pages']);
        $page['state']['waiting'] = $page['state']['waiting'] ? 'the template 9000 is locked (clone)' : null;
        $page['state'] += ['sentence' => $page['state']['waiting'], 'alarm' => false];
        $isBroken = Calls::world() === 'broken';
        $said = 'The cluster does not answer (three addresses tried). It is asked again in a moment.';
        $page['error'] = $isBroken ? $said : null;
        return $page + [
            'identity' => ['vmid' => 2002, 'node' => 'pve1', 'target_node' => null, 'cluster' => 'lab',
                'mark' => 'k7c2v9', 'rev' => 31, 'mac' => 'BC:24:11:5A:07:9E'],
            'plan' => [
                self::planned('cpu', '4', '4', ''),
                self::planned('memory', '8 GiB', '4 GiB', 'Run **Set CPU RAM -> <b>now</b>.'),
                self::planned('system_disk', '40 GiB', '40 GiB', ''),
                self::planned('template', '9000', null, ''),
            ],
            'taken_over' => null,
            'withheld' => ['iso'],
            'api' => ['ok' => !$isBroken, 'error' => $isBroken ? 'connection refused' : null],
            'buttons' => [
                self::button('start', false, false),
                self::button('stop', true, true),
                self::button('set_dns_records', true, false),
                self::button('redeploy', true, true),
            ],
            'runs' => self::runs(),
            'reset_targets' => self::TARGETS,
        ];
    }

    /** @return array<string, mixed> */
    private static function button(string $op, bool $isAllowed, bool $asksFirst): array
    {
        $why = $isAllowed ? null : 'It is running.';
        return ['op' => $op, 'allowed' => $isAllowed, 'why' => $why, 'asks_first' => $asksFirst,
            'type_name' => $op === 'redeploy' ? '1-5546.example.com' : null];
    }

    /** @return list<array<string, mixed>> */
    private static function planned(string $label, string $sold, ?string $real, string $todo): array
    {
        return ['label' => $label, 'value' => $sold, 'real' => $real, 'differs' => $todo !== '',
            'todo' => $todo === '' ? null : $todo];
    }

    /** @return list<array<string, mixed>> */
    public static function runs(): array
    {
        $steps = [
            self::step(1, 'Update IP + DNS + Firewall', 'success', 'change_package', 'cp_update_ip', 0.54),
            self::step(2, 'Stop VM', 'success', 'cp_update_ip', 'cp_stop', 10.19),
            self::step(3, 'Start VM', 'VM failed to start (status: stopped). Will retry.', 'cp_stop', 'cp_stop', 5.1),
        ];
        $deploy = [
            self::step(1, 'Migrate to target node', 'success', 'clone', 'migrated', 30.23),
            self::step(2, 'Set CPU & RAM', 'success', 'migrated', 'set_cpu_ram', 0.11),
        ];
        return [
            ['flow' => 'ChangePackage', 'started' => 1775793203, 'finished' => 1775793231,
                'from' => 'change_package', 'to' => 'cp_stop', 'result' => 'error',
                'error' => 'VM failed to start (status: stopped). Will retry.', 'steps' => $steps],
            ['flow' => 'Deploy', 'started' => 1775792958, 'finished' => 1775793016,
                'from' => 'clone', 'to' => 'ready', 'result' => 'success', 'error' => '', 'steps' => $deploy],
        ];
    }

    /** @return array<string, mixed> */
    public static function form(): array
    {
        $disks = [];
        foreach (['system', 'additional'] as $disk) {
            $disks[] = ['key' => $disk . '_storage', 'type' => 'select', 'value' => '', 'default' => '',
                'loader' => 'storages', 'options' => [['value' => '', 'label' => 'auto (from template)'],
                ['value' => 'local-lvm', 'label' => 'local-lvm']]];
            $disks[] = self::number($disk . '_size', 0, 'GB');
            $disks[] = self::number($disk . '_read_mbps', 0, 'MB/s');
        }
        return [
            'banners' => [['level' => 'warning', 'text' => 'No server group is chosen.']],
            'sections' => [
                ['key' => 'vm', 'fields' => [
                    ['key' => 'node', 'type' => 'select', 'value' => 'pve9', 'default' => 'automatically',
                        'loader' => 'nodes', 'options' => [['value' => 'automatically', 'label' => 'automatically']]],
                    ['key' => 'clone_type', 'type' => 'select', 'value' => 'linked', 'default' => 'linked',
                        'options' => [['value' => 'linked', 'label' => 'Linked Clone'],
                        ['value' => 'full', 'label' => 'Full Clone']]],
                    self::number('cpu', 1, 'cores') + ['option' => 'CPU Cores'],
                    ['key' => 'name_rule', 'type' => 'text', 'value' => '{client_id}-{service_id}', 'default' => ''],
                    ['key' => 'snapshot_schedule', 'type' => 'checkbox', 'value' => false, 'default' => false],
                ]],
                ['key' => 'storage', 'fields' => $disks],
                ['key' => 'network', 'fields' => [
                    ['key' => 'bridge', 'type' => 'text', 'value' => 'vmbr0', 'default' => 'vmbr0',
                        'loader' => 'bridges', 'options' => [['value' => 'vmbr0', 'label' => 'vmbr0']]],
                    self::number('ipv4', 1, 'IP'),
                ]],
                ['key' => 'integrations', 'fields' => [
                    ['key' => 'console_key', 'type' => 'password', 'value' => '__KEEP__', 'default' => ''],
                    ['key' => 'main_domain', 'type' => 'text', 'value' => '.example.com', 'default' => ''],
                ]],
                ['key' => 'permissions', 'fields' => [
                    ['key' => 'start', 'type' => 'checkbox', 'value' => true, 'default' => true],
                ]],
            ],
        ];
    }

    /** @return array<mixed> */
    public static function addon(string $op): array
    {
        switch ($op) {
            case 'dashboard':
                return ['pools' => 3, 'zones' => 2, 'services' => 41, 'active' => 38, 'version' => '0.1.0',
                    'waiting' => 1, 'last_cron' => 1775785816, 'fine' => false,
                    'setup' => [['task' => 'server', 'done' => true], ['task' => 'cron', 'done' => false]],
                    'alarms' => [['concerned' => self::CONCERNED,
                        'text' => 'Service 5546 has failed 7 times in a row.'],
                        ['concerned' => null, 'text' => 'The cron stands still.']],
                    'failures' => [['service_id' => 5546, 'concerned' => self::CONCERNED,
                        'text' => 'Service 5546: Stop failed: <held>', 'ended' => 1]], 'census' => [],
                    'days' => [['at' => 1775736000, 'services' => 40, 'ordered' => 0, 'failures' => 2],
                        ['at' => 1775822400, 'services' => 41, 'ordered' => 1, 'failures' => 0]]];
            case 'pools':
                return ['total' => 1, 'size' => 25, 'sizes' => [25, 50, 100], 'rows' => [['id' => 1, 'server_id' => 1,
                    'type' => 'IPv4', 'bridge' => 'vmbr0', 'vlan' => 0,
                    'gateway' => '203.0.113.1', 'mask' => 24, 'address_start' => '203.0.113.10',
                    'address_stop' => '203.0.113.38', 'dns1' => '9.9.9.9', 'dns2' => '', 'reserved' => '',
                    'server' => 'lab', 'used' => '8',
                    'total' => '29', 'percent' => 27.6, 'quarantine' => 0, 'zone_hint' => '113.0.203.in-addr.arpa',
                    'names' => ['good' => false, 'text' => 'Add the zone <b>.']]]];
            case 'pool_names':
                return ['good' => true, 'text' => 'They go to <b>113.0.203.in-addr.arpa.'];
            case 'addresses':
                return ['pool' => null, 'total' => 30, 'size' => 25, 'sizes' => [25, 50, 100], 'rows' => [
                    ['address' => '203.0.113.24', 'bridge' => 'vmbr0', 'vlan' => '7', 'service_id' => 5546,
                    'client_id' => 1, 'client' => 'Ada <b>Lovelace</b>', 'product' => 'KVM <b>', 'vmid' => 2002,
                    'since' => 1775785798, 'until' => null],
                    ['address' => '203.0.113.24', 'bridge' => 'vmbr0', 'vlan' => '0', 'service_id' => 12,
                    'client_id' => 9, 'client' => null, 'product' => null, 'vmid' => null, 'since' => null,
                    'until' => 1775785700]]];
            case 'zones':
                return [['id' => 4, 'zone' => 'example.com', 'type' => 'zonefile',
                    'path' => '/etc/bind/db.example.com'], ['id' => 7, 'zone' => '113.0.203.in-addr.arpa',
                    'type' => 'zonefile', 'path' => '/etc/bind/<b>db.203.0.113']];
            case 'zone_test':
                return ['text' => 'serial 2026041001 <b>'];
            case 'vms':
                return ['total' => 60, 'rows' => [['service_id' => 5546, 'client' => 'Ada <b>Lovelace</b>',
                    'client_id' => 1, 'product' => 'KVM 4', 'server' => 'lab', 'vmid' => 2002, 'vm_name' => '1-5546',
                    'vm_status' => 'set_dns', 'service_status' => 'Active',
                    'addresses' => [['address' => '203.0.113.24', 'rdns' => '<i>.example.com']],
                    'odd' => ['VM 2002 is <gone>.'],
                    'waiting' => 'the template 9000 is locked (clone)', 'waiting_since' => 1775785798]],
                    'size' => 25, 'sizes' => [25, 50, 100], 'states' => ['ready', 'set_dns'],
                    'statuses' => ['Active', 'Suspended'], 'sort' => 'client', 'descending' => false,
                    'orders' => ['service', 'client', 'product', 'server', 'vmid', 'name', 'vm_status', 'status',
                    'address']];
            case 'vms_act':
                return ['results' => [['service_id' => 5546, 'ok' => false, 'text' => 'Nothing is <under> way.']]];
            case 'vm_log':
                return ['state' => ['name' => 'cp_stop', 'flow' => 'change_package', 'at_rest' => false,
                    'progress' => ['flow' => 'change_package', 'work' => 'cpu', 'done' => 2, 'steps' => 12,
                    'percent' => 23], 'waiting' => 'VM failed to start.', 'since' => 1775793231,
                    'sentence' => 'VM failed to start.', 'alarm' => true, 'suspended' => false],
                    'runs' => self::runs(), 'type_name' => '1-5546.example.com', 'vmid' => 2002,
                    'addresses' => ['203.0.113.24'], 'reset_targets' => self::TARGETS];
            case 'settings':
                return ['default_timeout' => '10', 'heavy_timeout' => '60', 'migration_enabled' => '1',
                    'migration_timeout' => '300', 'delete_tables' => '0', 'quarantine' => '3600',
                    'cron_mode' => 'hook', 'lock_timeout' => '600'];
            case 'tasks':
                return ['mode' => 'hook', 'lock_timeout' => '600', 'cron_line' => '* * * * * php cron.php',
                    'tasks' => [['key' => 'processVirtualMachines', 'label' => 'Process', 'interval' => 1,
                    'last_run' => 1775793016], ['key' => 'scheduleBackup', 'label' => 'Schedule Backup',
                    'interval' => 0, 'last_run' => null]], 'limits' => []];
            case 'help':
                return ['options' => [['name' => 'CPU Cores', 'legacy' => 'CPU|', 'low' => '1', 'high' => '128',
                    'unit' => 'cores', 'example' => '4|4 cores'], ['name' => 'Operating System', 'legacy' => null,
                    'low' => null, 'high' => null, 'unit' => '', 'example' => '9001|Debian <b>12']],
                    'mails' => [['name' => 'VM is <b>ready', 'fields' => ['{$client_name}', '{$signature}']]],
                    'mail_fields' => ['vm_id', 'server_hostname'], 'key_fields' => ['sshkey'], 'most_keys' => 20,
                    'privileges' => [['name' => 'VM.Clone', 'path' => '/vms', 'why' => 'copies of <b>templates']],
                    'grant' => 'pveum role add <b>', 'cron_line' => '* * * * * php cron.php',
                    'tables' => ['puq_proxmox_kvm_addresses']];
            case 'doctor':
                return ['checks' => [
                    ['name' => 'PHP extension', 'status' => 'ok', 'text' => '0.1.0', 'fix' => ''],
                    ['name' => 'VM.Clone', 'status' => 'fail', 'text' => 'The token lacks VM.Clone on /vms/9000.',
                        'fix' => 'pveum acl modify /vms --tokens "root@pam!whmcs" --roles PVEVMAdmin'],
                ]];
            default:
                return [];
        }
    }

    /** @return array<string, mixed> */
    private static function disk(string $role, string $slot, float $size, int $mbps): array
    {
        return ['role' => $role, 'slot' => $slot, 'size_gib' => $size, 'read_mbps' => $mbps, 'write_mbps' => $mbps,
            'read_iops' => $mbps * 5, 'write_iops' => 0];
    }

    /** @return array<string, mixed> */
    private static function address(int $family, string $address, int $prefix, string $gateway, bool $primary): array
    {
        return ['family' => $family, 'address' => $address, 'prefix' => $prefix, 'gateway' => $gateway,
            'dns' => $primary ? ['9.9.9.9', '1.1.1.1'] : [], 'primary' => $primary,
            'rdns' => $primary ? 'vm1-5546.example.com' : ''];
    }

    /** @return array<string, mixed> */
    private static function step(int $number, string $label, string $result, string $from, string $to, float $s): array
    {
        return ['number' => $number, 'label' => $label, 'result' => $result, 'from' => $from, 'to' => $to,
            'at' => 1775793203, 'seconds' => $s];
    }

    /** @return array<string, mixed> */
    private static function number(string $key, int $value, string $unit): array
    {
        return ['key' => $key, 'type' => 'number', 'value' => $value, 'default' => $value, 'min' => 0, 'max' => 1000,
            'unit' => $unit];
    }
}
