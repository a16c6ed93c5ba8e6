<?php

declare(strict_types=1);

namespace Contract;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * An installation changes over from the reference product: its tables stand as it left them, and the addon
 * is activated. Then the predecessor's tables, found by an installation that has nothing of its own.
 */
final class ImportTest extends SiteTestCase
{
    private const POOLS = 'puq_customization_module_puq_proxmox_kvm_ip_pools';
    private const ZONES = 'puq_customization_module_puq_proxmox_kvm_dns_zones';
    private const SECRET = 'legacy-s3cret-0f-a-z0ne';

    /** A VM of the scenario that nobody's mark is on. */
    private const VMID = 115;

    public function testActivatingReadsTheTablesOfTheReferenceProduct(): int
    {
        $host = self::$site->host();
        $order = ['order', '--client', '1', '--product', '1', '--no-create', '--json'];
        $service = (int) $host->json($order)['service'];
        $host->sql("update tblhosting set domainstatus = 'Active', dedicatedip = '192.0.2.77' where id = $service");
        $card = self::$site->card(self::VMID);

        foreach (['puqProxmoxKVM_vm_info', 'puq_proxmox_kvm_ip_pools', 'puq_proxmox_kvm_dns_zones'] as $table) {
            $host->sql("drop table $table");
        }
        $key = self::key();
        $host->sql("create table puqProxmoxKVM_vm_info (service_id $key, vm_id integer, vm_name varchar(64),"
            . ' vm_status varchar(40), vm_net0_mac varchar(20), vm_rev_dns text, vm_backup_schedule text)');
        $host->sql("insert into puqProxmoxKVM_vm_info values ($service, " . self::VMID . ", 'old', 'ready', '$card',"
            . " null, '{\"1\":\"03:07\"}')");
        // These are wide enough for what is ours, so they stay in place with their ids; the one above is set aside
        // where the database keeps to the widths of its columns.
        $host->sql("create table puq_proxmox_kvm_ip_pools (id $key, server_id integer, type varchar(10), bridge"
            . ' varchar(40), vlan integer, gateway varchar(64), mask integer, dns1 varchar(64), dns2 varchar(64),'
            . ' start varchar(64), stop varchar(64))');
        $host->sql("insert into puq_proxmox_kvm_ip_pools values (3, 1, 'ipv4', 'vmbr0', 0, '192.0.2.1', 24, '9.9.9.9',"
            . " null, '192.0.2.70', '192.0.2.90')");
        $host->sql("create table puq_proxmox_kvm_dns_zones (id $key, zone varchar(200), type varchar(40), server_url"
            . ' varchar(200), api_key varchar(200))');
        $host->sql("insert into puq_proxmox_kvm_dns_zones values (5, 'example.com.', 'POWERDNS',"
            . " 'https://ns1.example.net', '" . self::SECRET . "')");

        $said = self::activate();
        self::assertStringContainsString('1 IP pool imported.', $said);
        self::assertStringContainsString('1 DNS zone imported.', $said);
        self::assertStringContainsString('1 services were taken over', $said);
        self::assertStringNotContainsString(self::SECRET, $said);
        $pool = $host->sql('select * from puq_proxmox_kvm_ip_pools')[0];
        self::assertSame('3 IPv4 192.0.2.70 192.0.2.90', implode(' ', [
            $pool['id'], $pool['type'], $pool['address_start'], $pool['address_stop'],
        ]));
        $zone = $host->sql('select * from puq_proxmox_kvm_dns_zones')[0];
        self::assertSame(['5', 'example.com', 'powerdns'], [(string) $zone['id'], $zone['zone'], $zone['type']]);
        self::assertStringNotContainsString(self::SECRET, (string) $zone['settings']);
        return $service;
    }

    /** @depends testActivatingReadsTheTablesOfTheReferenceProduct */
    public function testTheCronMarksTheVmAndTheServiceIsLikeAnyOther(int $service): void
    {
        $before = self::$site->guest(self::VMID);
        self::$site->cron(['--task=processVirtualMachines', '--force']);
        $after = self::$site->vm($service);
        self::assertNotNull($after, 'it carries the mark');
        unset($before['config']['description'], $after['config']['description']);
        self::assertSame($before['config'], $after['config'], 'nothing but the mark changes');
        $held = self::$site->host()->sql("select text, bridge, gateway, source, service_id"
            . " from puq_proxmox_kvm_addresses where state = 'held'");
        self::assertSame('192.0.2.77 vmbr0 192.0.2.1 pool:3 ' . $service, implode(' ', $held[0]));
        self::assertSame('success', self::command($service, 'adminStop'));
        self::assertSame('stopped', self::$site->guest(self::VMID)['status']);
        self::assertSame('success', self::command($service, 'Terminate'));
        self::$site->until($service, 'remove');
        self::assertNull(self::$site->guest(self::VMID));
    }

    /** @depends testTheCronMarksTheVmAndTheServiceIsLikeAnyOther */
    public function testTablesOfThePredecessorAreCopiedOnceAndStay(): void
    {
        $host = self::$site->host();
        $host->sql('delete from puq_proxmox_kvm_ip_pools');
        $host->sql('delete from puq_proxmox_kvm_dns_zones');
        $key = self::key();
        $host->sql('create table ' . self::POOLS . " (id $key, server integer, bridge varchar(20), vlan integer,"
            . ' gateway varchar(64), netmask varchar(20), dns varchar(64), ip_start varchar(64), ip_stop varchar(64))');
        $host->sql('insert into ' . self::POOLS . " values (1, 1, 'vmbr0', 10, '192.0.2.1', '255.255.255.0',"
            . " '9.9.9.9,1.1.1.1', '192.0.2.20', '192.0.2.30')");
        $host->sql('insert into ' . self::POOLS . " values (2, 1, 'vmbr0', null, 'nonsense', '24', '', '198.51.100.1',"
            . " '198.51.100.9')");
        $host->sql('create table ' . self::ZONES . " (id $key, zone varchar(100), type varchar(20), api_token"
            . ' varchar(200))');
        $host->sql('insert into ' . self::ZONES . " values (1, 'example.org', 'Cloudflare', '" . self::SECRET . "')");
        $host->sql('insert into ' . self::ZONES . " values (2, 'example.net', 'Nobody', '" . self::SECRET . "')");

        $said = self::activate();
        self::assertStringContainsString('1 IP pool imported.', $said);
        self::assertStringContainsString('IP pool not imported: 198.51.100.1 (gateway', $said);
        self::assertStringContainsString('1 DNS zone imported.', $said);
        self::assertStringContainsString('DNS zone not imported: example.net (type', $said);
        self::assertStringNotContainsString(self::SECRET, $said);
        $pool = $host->sql('select mask, dns1, dns2, vlan from puq_proxmox_kvm_ip_pools');
        self::assertSame(['24 9.9.9.9 1.1.1.1 10'], array_map(static function (array $row): string {
            return implode(' ', $row);
        }, $pool));
        self::assertCount(2, $host->sql('select id from ' . self::POOLS), 'the old tables stay');
        self::assertStringNotContainsString('imported', self::activate(), 'once');
    }

    /** @depends testTablesOfThePredecessorAreCopiedOnceAndStay */
    public function testNothingBadWasLeftBehind(): void
    {
        $told = json_encode(self::$site->host()->json(['log', 'activity', '--json']))
            . json_encode(self::$site->host()->json(['log', 'module', '--json']));
        self::assertStringNotContainsString(self::SECRET, $told);
        self::assertNothingBad();
    }

    /** A key that counts by itself, as those tables have it. */
    private static function key(): string
    {
        return 'integer ' . ((string) getenv('STANDIN_MYSQL_DSN') === '' ? '' : 'auto_increment ') . 'primary key';
    }

    /** Deactivates and activates the addon, as an update does. @return string what activation says */
    private static function activate(): string
    {
        self::$site->host()->mustRun(['deactivate', 'puq_proxmox_kvm']);
        return self::$site->host()->mustRun(['activate', 'puq_proxmox_kvm']);
    }
}
