<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Browser;

require_once dirname(__DIR__) . '/support/autoload.php';

/** What clients and staff see and may do, over HTTP. */
final class PagesTest extends DeliveredTestCase
{
    public function testTheOwnerSeesTheVm(): void
    {
        foreach (['standin3', 'standin4'] as $theme) {
            $page = self::$site->client('client1@example.com')
                ->get('clientarea.php?action=productdetails&id=' . self::$service . '&systpl=' . $theme);
            self::assertSame(200, $page['status']);
            self::assertStringContainsString('1-' . self::$service . '.example.com', $page['body']);
            self::assertStringContainsString('192.0.2.10', $page['body']);
            self::assertStringNotContainsString(self::$site->secret(), $page['body']);
        }
    }

    public function testTheOwnerStopsAndStarts(): void
    {
        $browser = self::$site->client('client1@example.com');
        foreach (['stop' => 'stopped', 'start' => 'running'] as $op => $status) {
            $answer = self::ask($browser, self::$service, ['op' => $op]);
            self::assertTrue($answer['ok'], json_encode($answer));
            $tries = 0;
            while (self::$site->vm(self::$service)['status'] !== $status && $tries++ < 200) {
                usleep(20000);
            }
            self::assertSame($status, self::$site->vm(self::$service)['status']);
        }
    }

    public function testOthersAreSentAway(): void
    {
        $stranger = self::$site->client('client2@example.com');
        $address = 'clientarea.php?action=productdetails&id=' . self::$service;
        self::assertSame(302, $stranger->get($address)['status']);
        self::assertNotSame(200, self::ask($stranger, self::$service, ['op' => 'stop'])['status']);
        $nobody = new Browser(self::$site->host());
        self::assertSame(302, $nobody->get($address)['status']);
        self::assertSame('running', self::$site->vm(self::$service)['status']);
    }

    public function testWithoutTokenNothingHappens(): void
    {
        $owner = self::$site->client('client1@example.com');
        $fields = ['id' => (string) self::$service, 'modop' => 'custom', 'a' => 'api', 'op' => 'stop'];
        self::assertNotSame(200, $owner->post('clientarea.php?action=productdetails', $fields, false)['status']);
        $query = http_build_query($fields);
        self::assertNotSame(200, $owner->get('clientarea.php?action=productdetails&' . $query)['status']);
        self::assertSame('running', self::$site->vm(self::$service)['status']);
    }

    /** @dataProvider nonsense */
    public function testNonsenseIsAnsweredWithASentence(string $op): void
    {
        $answer = self::ask(self::$site->client('client1@example.com'), self::$service, ['op' => $op]);
        self::assertSame(200, $answer['status']);
        self::assertFalse($answer['ok']);
        self::assertNotSame('', $answer['error']);
    }

    public static function nonsense(): array
    {
        return [['nonsense'], [''], ['../stop'], [str_repeat('x', 5000)], ["stop\0"]];
    }

    public function testWhatTheProductForbidsIsRefused(): void
    {
        $staff = self::$site->staff();
        $page = 'admin/configproducts.php?action=edit&id=1';
        $staff->get($page);
        $staff->post($page, ['servertype' => 'puqProxmoxKVM', 'servergroup' => '1', 'puqkvm' => ['stop' => '0']]);
        $answer = self::ask(self::$site->client('client1@example.com'), self::$service, ['op' => 'stop']);
        self::assertFalse($answer['ok'], json_encode($answer));
        self::assertSame('running', self::$site->vm(self::$service)['status']);
        $staff->post($page, ['servertype' => 'puqProxmoxKVM', 'servergroup' => '1', 'puqkvm' => ['stop' => '1']]);
    }

    public function testStaffSeeTheServiceAndTheProduct(): void
    {
        $staff = self::$site->staff();
        $page = $staff->get('admin/clientsservices.php?id=' . self::$service);
        self::assertSame(200, $page['status']);
        self::assertStringContainsString('pve1', $page['body']);
        // Without a script, the lists are asked for by a link.
        $form = $staff->get('admin/configproducts.php?action=edit&id=1&puqkvm_lists=1')['body'];
        foreach (['local-lvm', 'nfs-vm', 'pbs-backup', 'debian-12', 'vmbr1', 'pve3'] as $choice) {
            self::assertStringContainsString($choice, $form, "The form does not offer $choice.");
        }
        foreach ([$page['body'], $form] as $html) {
            self::assertStringNotContainsString(self::$site->secret(), $html);
        }
    }

    /** @dataProvider addonPages */
    public function testEveryPageOfTheAddonOpens(string $page): void
    {
        $answer = self::$site->staff()->get('admin/addonmodules.php?module=puq_proxmox_kvm&page=' . $page);
        self::assertSame(200, $answer['status']);
        self::assertStringNotContainsString('Something unexpected', $answer['body']);
        self::assertStringNotContainsString(self::$site->secret(), $answer['body']);
    }

    public static function addonPages(): array
    {
        $pages = ['home', 'pools', 'pool', 'addresses', 'addresses&pool=999', 'vms', 'vm&service_id=1',
            'vm&service_id=999', 'settings', 'cron', 'doctor', 'help', 'nonsense'];
        return array_combine($pages, array_map(static fn (string $page): array => [$page], $pages));
    }

    /** @dataProvider badPools */
    public function testABadPoolIsRefusedAndNothingIsStored(array $fields): void
    {
        $before = self::$site->host()->sql('select * from puq_proxmox_kvm_ip_pools');
        $answer = self::$site->addPool($fields + ['address_start' => '198.51.100.5', 'address_stop' => '198.51.100.9']);
        self::assertSame(200, $answer['status'], 'It was taken.');
        self::assertSame($before, self::$site->host()->sql('select * from puq_proxmox_kvm_ip_pools'));
        self::assertStringNotContainsString('<script>alert(1)', $answer['body']);
    }

    public static function badPools(): array
    {
        return [
            'no address' => [['address_start' => '300.1.1.1']], 'backwards' => [['address_stop' => '198.51.100.1']],
            'gateway elsewhere' => [['gateway' => '10.0.0.1']], 'prefix' => [['mask' => '33']],
            'vlan' => [['vlan' => '4095']], 'bridge' => [['bridge' => '"><script>alert(1)</script>']],
            'family' => [['type' => 'IPv6']], 'name server' => [['dns1' => 'x']],
        ];
    }

    public function testABadProductSettingIsRefusedWithItsName(): void
    {
        $staff = self::$site->staff();
        $page = 'admin/configproducts.php?action=edit&id=1';
        $before = self::$site->host()->sql('select settings from puq_proxmox_kvm_products');
        $staff->get($page);
        $form = $staff->follow($staff->post($page, ['servertype' => 'puqProxmoxKVM', 'servergroup' => '1', 'puqkvm' => [
            'cpu' => 'many', 'first_vmid' => '1', 'bridge' => '"><script>alert(1)</script>',
        ]]), 'admin/')['body'];
        self::assertSame($before, self::$site->host()->sql('select settings from puq_proxmox_kvm_products'));
        self::assertStringContainsString('many', $form, 'What was typed is gone.');
        self::assertStringNotContainsString('<script>alert(1)', $form);
    }

    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }
}
