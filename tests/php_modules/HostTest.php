<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;
use PuqProxmoxKvm\DuplicateKey;
use PuqProxmoxKvm\Host;
use WHMCS\Database\Capsule;

require_once __DIR__ . '/bootstrap.php';

/**
 * What the extension may rely on.
 */
final class HostTest extends TestCase
{
    private Host $host;

    protected function setUp(): void
    {
        Whmcs::reset();
        $this->host = new Host();
    }

    public function testDescribesTheInstallation(): void
    {
        $facts = $this->host->describe();
        $names = ['driver', 'timezone', 'whmcs', 'php', 'machine', 'root', 'now', 'module_log'];
        self::assertSame($names, array_keys($facts));
        self::assertFalse($facts['module_log']);
        self::assertSame('sqlite', $facts['driver']);
        self::assertEqualsWithDelta(time(), $facts['now'], 300);
        self::assertSame('8.13.1-release.1', $facts['whmcs']);
    }

    /** @dataProvider switches */
    public function testKnowsWhetherTheModuleLogIsKept(string $value, bool $isKept): void
    {
        $this->host->affect("INSERT INTO tblconfiguration (setting, value) VALUES ('ModuleDebugMode', ?)", [$value]);
        self::assertSame($isKept, $this->host->describe()['module_log']);
    }

    /** @return array<string, array{string, bool}> */
    public function switches(): array
    {
        return ['on' => ['on', true], 'off' => ['', false], 'something else' => ['0', false]];
    }

    public function testSelectAndAffect(): void
    {
        self::assertSame(1, $this->host->affect('INSERT INTO things (name) VALUES (?)', ['a']));
        $rows = $this->host->select('SELECT name, rev, NULL AS empty FROM things WHERE name = ?', ['a']);
        self::assertSame([['name' => 'a', 'rev' => 0, 'empty' => null]], $rows);
        self::assertSame(0, $this->host->affect('UPDATE things SET rev = 1 WHERE name = ?', ['b']));
    }

    public function testATakenKeyIsToldApart(): void
    {
        $this->host->affect('INSERT INTO things (id, name) VALUES (1, ?)', ['a']);
        $taken = ['INSERT INTO things (name) VALUES (?)' => ['a'], 'INSERT INTO things VALUES (1, ?, 0)' => ['b']];
        foreach ($taken as $sql => $with) {
            try {
                $this->host->affect($sql, $with);
                self::fail('No key was taken.');
            } catch (DuplicateKey $error) {
                self::assertNotNull($error->getPrevious());
            }
        }
        $this->expectException(\Illuminate\Database\QueryException::class);
        $this->host->affect('INSERT INTO things (name) VALUES (NULL)', []);
    }

    public function testATransactionIsAllOrNothing(): void
    {
        $insert = static function (string $name, ?int $expect = null): array {
            return ['sql' => 'INSERT INTO things (name) VALUES (?)', 'bindings' => [$name], 'expect' => $expect];
        };
        $done = $this->host->transact([$insert('a', 1), $insert('b')]);
        self::assertSame(['outcome' => 'committed', 'counts' => [1, 1]], $done);
        $nothing = ['sql' => 'UPDATE things SET rev = 1 WHERE name = ?', 'bindings' => ['x'], 'expect' => 1];
        self::assertSame(['outcome' => 'undone', 'at' => 1], $this->host->transact([$insert('c'), $nothing]));
        self::assertSame(['outcome' => 'duplicate', 'at' => 1], $this->host->transact([$insert('c'), $insert('a')]));
        self::assertCount(2, $this->host->select('SELECT * FROM things', []));
        self::assertSame(['outcome' => 'committed', 'counts' => []], $this->host->transact([]));
        self::assertSame(0, Capsule::connection()->transactionLevel());
    }

    public function testServicesHaveTheShapeOfModuleParameters(): void
    {
        [$service, $unassigned] = $this->host->services([10, '11', 99, 0]);
        self::assertSame('hunter2', $service['password']);
        self::assertSame('secret-token', $service['serverpassword']);
        self::assertTrue($service['serversecure']);
        self::assertSame(['RAM' => '4', 'Operating System' => '9001', 'B' => 5], $service['configoptions']);
        self::assertSame(['sshkey' => 'ssh-ed25519 AAAA', 'Margin' => '40'], $service['customfields']);
        self::assertSame('9001', $service['configoption4']);
        self::assertSame('Ada Lovelace', $service['clientsdetails']['fullname']);
        self::assertSame('KVM 4', $service['productname']);
        self::assertStringContainsString('192.0.2.20', $service['serverassignedips']);
        self::assertSame(0, $unassigned['serverid']);
        self::assertFalse($unassigned['server']);
        self::assertSame(['sshkey' => '', 'Margin' => ''], $unassigned['customfields']);
        self::assertSame([], $unassigned['configoptions']);
    }

    public function testTheNumberOfQueriesDoesNotGrow(): void
    {
        $count = function (array $ids): int {
            Capsule::connection()->flushQueryLog();
            Capsule::connection()->enableQueryLog();
            $this->host->services($ids);
            return count(Capsule::connection()->getQueryLog());
        };
        $one = $count([10]);
        for ($id = 100; $id < 2100; $id++) {
            Capsule::table('tblhosting')->insert(['id' => $id, 'userid' => 1, 'packageid' => 1, 'server' => 1,
                'domain' => '', 'username' => '', 'password' => '', 'domainstatus' => 'Active', 'dedicatedip' => '',
                'assignedips' => '']);
        }
        self::assertSame($one, $count(range(100, 2099)));
        self::assertCount(2000, $this->host->services(range(100, 2099)));
    }

    public function testMails(): void
    {
        $vars = ['vm_id' => '2002'];
        $mail = ['template' => 'puqProxmoxKVM VM is ready', 'service_id' => 10, 'vars' => $vars];
        self::assertSame(['ok' => true], $this->host->effect('send_email', $mail));
        [$command, $sent] = Whmcs::$api[0];
        self::assertSame('SendEmail', $command);
        $decoded = unserialize((string) base64_decode($sent['customvars']), ['allowed_classes' => false]);
        self::assertSame($vars, $decoded);
        $refused = $this->host->effect('send_email', ['template' => 'missing'] + $mail);
        self::assertSame(['ok' => false, 'error' => 'Email Template Not Found'], $refused);
    }

    public function testMailTemplatesAreMadeOnce(): void
    {
        $templates = ['templates' => [['name' => 'A', 'subject' => 's', 'message' => 'm']]];
        self::assertSame(['created' => ['A']], $this->host->effect('create_email_templates', $templates));
        self::assertSame(['created' => []], $this->host->effect('create_email_templates', $templates));
        self::assertSame(['A'], $this->host->effect('email_templates', []));
    }

    public function testAServiceIsWritten(): void
    {
        $change = ['service_id' => 10, 'dedicatedip' => '192.0.2.20', 'password' => 'new', 'packageid' => 2];
        self::assertSame(['changed' => 1], $this->host->effect('update_service', $change));
        $row = $this->host->select('SELECT * FROM tblhosting WHERE id = 10', [])[0];
        self::assertSame('192.0.2.20', $row['dedicatedip']);
        self::assertSame('sealed:' . base64_encode('new'), $row['password']);
        self::assertSame(1, $row['packageid']);
        self::assertSame('debian', $row['username']);
    }

    public function testListsAndLogs(): void
    {
        self::assertSame([['id' => 3, 'name' => 'Support']], $this->host->effect('departments', []));
        self::assertSame([['id' => 1, 'name' => 'KVM 4']], $this->host->effect('products', []));
        self::assertSame([10, 11], $this->host->effect('service_ids', []));
        self::assertSame([10], $this->host->effect('service_ids', ['server_id' => 1]));
        self::assertSame('secret-token', $this->host->effect('server_params', ['server_id' => 1])['serverpassword']);
        self::assertSame([], $this->host->effect('server_params', ['server_id' => 9]));
        $client = ['id' => 1, 'name' => 'Ada Lovelace (Engines)'];
        self::assertSame([$client], $this->host->effect('clients', ['ids' => [1]]));
        self::assertSame(['url' => 'https://billing.example.com/'], $this->host->effect('system_url', []));
        $this->host->effect('log_module', ['action' => 'x', 'request' => 'r', 'secrets' => ['', 'abc']]);
        self::assertSame(['abc'], Whmcs::$moduleLog[0][5]);
        $this->host->effect('log_activity', ['text' => 'hello', 'client_id' => 1]);
        self::assertSame(['hello'], Whmcs::$activity);
    }

    public function testSecretsGoThroughTheCipherOfWhmcs(): void
    {
        $sealed = $this->host->effect('encrypt', ['text' => 'hush']);
        self::assertSame(['text' => 'sealed:' . base64_encode('hush')], $sealed);
        self::assertSame(['text' => 'hush'], $this->host->effect('decrypt', $sealed));
    }

    public function testATicketIsOpenedForTheClient(): void
    {
        Whmcs::reset();
        $args = ['department_id' => 3, 'client_id' => 7, 'service_id' => 9];
        $args += ['subject' => 'Names', 'message' => 'Please'];
        self::assertSame(['ok' => true, 'error' => ''], $this->host->effect('open_ticket', $args));
        self::assertSame(['OpenTicket', ['deptid' => 3, 'clientid' => 7, 'serviceid' => 9, 'subject' => 'Names',
            'message' => 'Please', 'priority' => 'Medium']], end(Whmcs::$api));
    }

    public function testTheServersOfAProduct(): void
    {
        $ask = function (int $group): array {
            $this->host->affect('UPDATE tblproducts SET servergroup = ? WHERE id = 1', [$group]);
            return $this->host->effect('product_servers', ['product_id' => 1]);
        };
        self::assertSame('9001', $this->host->effect('product', ['product_id' => 1])['configoption4']);
        self::assertSame([], $this->host->effect('product', ['product_id' => 9]));
        self::assertSame('secret-token', $ask(1)['server']['serverpassword']);
        self::assertSame('group_empty', $ask(2)['problem']);
        self::assertSame('server_missing', $ask(3)['problem']);
        self::assertSame('group_deleted', $ask(4)['problem']);
        self::assertSame(1, $ask(0)['server']['serverid'], 'The default server of the module.');
        $this->host->affect('UPDATE tblservers SET active = 0', []);
        self::assertSame('no_group', $ask(0)['problem']);
    }

    public function testAnUnknownEffectIsAFault(): void
    {
        $this->expectException(\InvalidArgumentException::class);
        $this->host->effect('format_disk', []);
    }
}
