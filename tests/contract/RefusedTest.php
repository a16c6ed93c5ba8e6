<?php

declare(strict_types=1);

namespace Contract;

// phpcs:disable PSR1.Files.SideEffects -- the tests run without an autoloader

use Standin\Testing\Browser;

require_once __DIR__ . '/SiteTestCase.php';

/** Who may not, may not: strangers, nobody, a GET, no token, a suspended service, what the product has not. */
final class RefusedTest extends SiteTestCase
{
    /** What a client can ask that changes something, with what would be right; and the permission it needs. */
    private const OPERATIONS = [
        'start' => [[], 'start'], 'stop' => [[], 'stop'], 'shutdown' => [[], 'stop'], 'reboot' => [[], 'stop'],
        'snapshot_create' => [['description' => 'x'], 'snapshots'],
        'snapshot_remove' => [['name' => 'x'], 'snapshots'], 'snapshot_rollback' => [['name' => 'x'], 'snapshots'],
        'backup_now' => [['note' => 'x'], 'backups'], 'backup_schedule' => [['days' => '1'], 'backups'],
        'backup_remove' => [['backup' => 'x'], 'backups'], 'backup_restore' => [['backup' => 'x'], 'backups'],
        'reinstall' => [['confirm' => 'REINSTALL'], 'reinstall'],
        'reset_password' => [['shutdown' => '1'], 'reset_password'],
        'iso_mount' => [['image' => 'local:iso/rescue.iso'], 'iso'], 'iso_unmount' => [[], 'iso'],
        'firewall_policies' => [['policy_in' => 'DROP', 'policy_out' => 'ACCEPT'], 'firewall'],
        'firewall_rule_add' => [['direction' => 'in', 'verdict' => 'ACCEPT', 'protocol' => 'tcp'], 'firewall'],
        'firewall_rule_remove' => [['pos' => '0'], 'firewall'],
        'firewall_rule_move' => [['pos' => '0', 'to' => '1'], 'firewall'],
    ];

    private const PRODUCT = 'admin/configproducts.php?action=edit&id=1';

    /** @var int */
    private static $service;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::sell(['snapshots' => '2', 'backups' => '2', 'backup_storage' => 'pbs-backup', 'iso_storage' => 'local']);
        self::$service = self::$site->delivered();
    }

    /** @dataProvider operations @param array<string, string> $fields */
    public function testOnlyTheOwnerMayAndOnlyByAForm(string $op, array $fields): void
    {
        $before = $this->world();
        $fields += ['op' => $op];
        $stranger = self::$site->client('client2@example.com');
        self::assertNotSame(200, self::ask($stranger, self::$service, $fields)['status'], 'a stranger');
        $nobody = new Browser(self::$site->host());
        self::assertNotSame(200, self::ask($nobody, self::$service, $fields)['status'], 'nobody');
        $owner = self::$site->client('client1@example.com');
        $all = $fields + ['id' => (string) self::$service, 'modop' => 'custom', 'a' => 'api'];
        $page = 'clientarea.php?action=productdetails';
        self::assertNotSame(200, $owner->post($page, $all, false)['status'], 'without a token');
        self::assertNotSame(200, $owner->post($page, $all + ['token' => str_repeat('0', 40)], false)['status']);
        self::assertNotSame(200, $owner->get($page . '&' . http_build_query($all))['status'], 'a GET');
        $token = ['token' => $owner->token()];
        self::assertNotSame(200, $owner->get($page . '&' . http_build_query($all + $token))['status'], 'a GET with it');
        // The page of staff is none of a client's, whatever service it names.
        $panel = $fields + ['ajax' => '1', 'scope' => 'service', 'service_id' => (string) self::$service];
        $answer = $owner->post('admin/addonmodules.php?module=puq_proxmox_kvm', $panel);
        self::assertNull(json_decode($answer['body']), 'a client at the page of staff');
        self::assertSame($before, $this->world());
    }

    /** @dataProvider operations @param array<string, string> $fields */
    public function testWhatTheProductHasNotIsRefused(string $op, array $fields, string $permission): void
    {
        $count = in_array($permission, ['snapshots', 'backups'], true);
        self::sell([$permission => '0']);
        try {
            $before = $this->world();
            $this->assertRefused($op, $fields);
            self::assertSame($before, $this->world());
        } finally {
            self::sell([$permission => $count ? '2' : '1']);
        }
    }

    public function testASuspendedServiceDoesNothing(): void
    {
        self::assertSame('success', self::command(self::$service, 'Suspend'));
        self::$site->until(self::$service, 'ready');
        $before = $this->world();
        foreach (self::OPERATIONS as $op => [$fields]) {
            $this->assertRefused($op, $fields);
        }
        self::assertSame($before, $this->world());
        self::assertSame('stopped', self::$site->vm(self::$service)['status']);
        self::assertSame('success', self::command(self::$service, 'Unsuspend'));
        self::$site->until(self::$service, 'ready');
    }

    public function testATerminatedServiceDoesNothing(): void
    {
        self::assertSame('success', self::command(self::$service, 'Terminate'));
        self::$site->until(self::$service, 'remove');
        $before = $this->world();
        foreach (self::OPERATIONS as $op => [$fields]) {
            $this->assertRefused($op, $fields);
        }
        self::assertSame($before, $this->world());
    }

    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    /** @return array<string, array{0: string, 1: array<string, string>, 2: string}> */
    public static function operations(): array
    {
        $all = [];
        foreach (self::OPERATIONS as $op => [$fields, $permission]) {
            $all[$op] = [$op, $fields, $permission];
        }
        return $all;
    }

    /** @param array<string, string> $fields */
    private function assertRefused(string $op, array $fields): void
    {
        $answer = self::ask(self::$site->client('client1@example.com'), self::$service, $fields + ['op' => $op]);
        self::assertSame(200, $answer['status'], $op);
        self::assertFalse($answer['ok'], $op);
        self::assertMatchesRegularExpression('/^[^\n]{10,}[.:]$/u', (string) $answer['error'], $op);
        self::assertStringNotContainsString('not something the page can ask', $answer['error'], $op);
    }

    /** @param array<string, string> $settings */
    private static function sell(array $settings): void
    {
        $staff = self::$site->staff();
        $staff->get(self::PRODUCT);
        $form = ['servertype' => 'puqProxmoxKVM', 'servergroup' => '1', 'puqkvm' => $settings];
        $staff->post(self::PRODUCT, $form);
        $stored = self::$site->host()->sql('select settings from puq_proxmox_kvm_products where product_id = 1');
        $stored = (array) json_decode($stored[0]['settings'], true);
        self::assertEquals($settings, array_intersect_key($stored, $settings), 'The product is not as wanted.');
    }

    /** What a refused request must leave as it is. @return array<string, mixed> */
    private function world(): array
    {
        $host = self::$site->host();
        return [
            'writes' => preg_match_all(
                '/"method":"(POST|PUT|DELETE)"/',
                (string) file_get_contents(self::$site->journal())
            ),
            'vm' => self::$site->vm(self::$service), 'service' => $host->sql('select * from tblhosting'),
            'record' => $host->sql('select * from puqProxmoxKVM_vm_info'),
            'operations' => $host->sql('select * from puq_proxmox_kvm_operations'),
        ];
    }
}
