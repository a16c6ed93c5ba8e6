<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Browser;

require_once dirname(__DIR__) . '/support/autoload.php';

/** Who may not, may not: strangers, nobody, a GET, no token, a suspended service, what the product has not. */
final class RefusedTest extends DeliveredTestCase
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

    private const PANEL = 'admin/addonmodules.php?module=puq_proxmox_kvm';
    private const PRODUCT = 'admin/configproducts.php?action=edit&id=1';

    private static ?Browser $owner = null;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::sell(['snapshots' => '2', 'backups' => '2', 'backup_storage' => 'pbs-backup', 'iso_storage' => 'local']);
    }

    public function testOnlyTheOwnerMayAndOnlyByAForm(): void
    {
        $before = $this->world();
        $page = 'clientarea.php?action=productdetails';
        $stranger = self::$site->client('client2@example.com');
        $nobody = new Browser(self::$site->host());
        $owner = self::$site->client('client1@example.com');
        foreach (self::OPERATIONS as $op => [$fields]) {
            $all = ['op' => $op, 'id' => (string) self::$service, 'modop' => 'custom', 'a' => 'api'] + $fields;
            $query = $page . '&' . http_build_query($all);
            $wrong = ['token' => str_repeat('0', 40)];
            // The page of staff is none of a client's, whatever service it names.
            $panel = ['ajax' => '1', 'scope' => 'service', 'service_id' => (string) self::$service] + $all;
            $answers = [
                'a stranger' => $stranger->post($page, $all), 'nobody' => $nobody->post($page, $all),
                'no token' => $owner->post($page, $all, false),
                'another token' => $owner->post($page, $wrong + $all, false), 'a GET' => $owner->get($query),
                'a GET with the token' => $owner->get($query . '&token=' . $owner->token()),
                'a client at the page of staff' => $owner->post(self::PANEL, $panel),
            ];
            foreach ($answers as $who => $answer) {
                self::assertNull(json_decode($answer['body']), "$op: $who");
            }
        }
        self::assertSame($before, $this->world());
    }

    /** @dataProvider permissions @param array<string, array<string, string>> $operations */
    public function testWhatTheProductHasNotIsRefused(string $permission, array $operations): void
    {
        self::sell([$permission => '0']);
        $before = $this->world();
        try {
            foreach ($operations as $op => $fields) {
                $this->assertRefused($op, $fields);
            }
            self::assertSame($before, $this->world());
        } finally {
            self::sell([$permission => in_array($permission, ['snapshots', 'backups'], true) ? '2' : '1']);
        }
    }

    /** A user of the owner's account, as the owner's page of users makes one. */
    public function testAUserWhomTheOwnerLetsOnlyLookChangesNothing(): void
    {
        $sql = static fn (string $query): string => self::$site->host()->mustRun(['sql', $query]);
        $sql(
            "INSERT INTO tblusers (first_name, last_name, email, language, password) SELECT 'Anna', 'Looker', "
            . "'looker@example.com', language, password FROM tblusers WHERE email = 'client1@example.com'"
        );
        $sql(
            'INSERT INTO tblusers_clients (auth_user_id, client_id, owner, permissions) SELECT u.id, 1, 0, '
            . "'products,tickets' FROM tblusers u WHERE u.email = 'looker@example.com'"
        );
        $looker = self::$site->client('looker@example.com');
        $before = $this->world();
        $why = 'lets you see products, but not change them';
        foreach (self::OPERATIONS as $op => [$fields]) {
            $answer = self::ask($looker, self::$service, $fields + ['op' => $op]);
            self::assertSame([200, false], [$answer['status'], $answer['ok']], $op);
            self::assertStringContainsString($why, $answer['error'], $op);
        }
        self::assertSame($before, $this->world());
        // He sees what there is, and why its buttons rest.
        $seen = self::ask($looker, self::$service, ['op' => 'status']);
        self::assertTrue($seen['ok']);
        self::assertStringContainsString($why, (string) json_encode($seen));
        self::assertTrue(self::ask($looker, self::$service, ['op' => 'backups'])['ok']);
        $page = $looker->get('clientarea.php?action=productdetails&id=' . self::$service);
        self::assertSame(200, $page['status']);
        // The owner permits it, and needs no permission himself.
        $sql("UPDATE tblusers_clients SET permissions = 'products,manageproducts' WHERE owner = 0");
        foreach ([$looker, self::$site->client('client1@example.com')] as $user) {
            $seen = self::ask($user, self::$service, ['op' => 'status']);
            self::assertStringNotContainsString($why, (string) json_encode($seen));
            $answer = self::ask($user, self::$service, ['op' => 'snapshot_remove', 'name' => 'x']);
            self::assertStringNotContainsString($why, (string) ($answer['error'] ?? ''));
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

    /** @return array<string, array{0: string, 1: array<string, array<string, string>>}> */
    public static function permissions(): array
    {
        $all = [];
        foreach (self::OPERATIONS as $op => [$fields, $permission]) {
            $all[$permission] = $all[$permission] ?? [$permission, []];
            $all[$permission][1][$op] = $fields;
        }
        return $all;
    }

    /** @param array<string, string> $fields */
    private function assertRefused(string $op, array $fields): void
    {
        self::$owner = self::$owner ?? self::$site->client('client1@example.com');
        $answer = self::ask(self::$owner, self::$service, $fields + ['op' => $op]);
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
