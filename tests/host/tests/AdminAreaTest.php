<?php

declare(strict_types=1);

namespace Standin\Tests;

use Standin\Testing\Browser;

require_once __DIR__ . '/support/HostTestCase.php';

/** The admin area over HTTP. */
final class AdminAreaTest extends HostTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->site->order();
        $this->site->serve();
    }

    public function testClientAndStaffSignInsAreSeparate(): void
    {
        $client = $this->browserOf('client1@example.com');
        self::assertStringContainsString('dologin.php', $client->get('admin/clientsservices.php')['body']);
        $staff = $this->staff('admin');
        self::assertSame(302, $staff->get('clientarea.php')['status']);
        $staff->get('admin/logout.php');
        self::assertStringContainsString('dologin.php', $staff->get('admin/index.php')['body']);
    }

    public function testModuleCommandsAndCustomButtons(): void
    {
        $staff = $this->staff('admin');
        $url = 'admin/clientsservices.php?userid=1&id=' . $this->service;
        $page = $staff->get($url)['body'];
        self::assertStringContainsString('Change Package', $page);
        self::assertStringContainsString('modulefields[machine]', $page);
        self::assertStringContainsString('Module Command Success', $staff->post($url, ['modop' => 'suspend'])['body']);
        self::assertSame('Suspended', $this->column($this->service, 'domainstatus'));
        $answer = $staff->post($url, ['modop' => 'custom', 'ac' => 'broken']);
        self::assertStringContainsString('It is broken', $answer['body']);
        self::assertSame(403, $staff->post($url, ['modop' => 'terminate'], false)['status']);
        self::assertSame(403, $staff->get($url . '&modop=terminate')['status']);
        self::assertSame('Suspended', $this->column($this->service, 'domainstatus'));
    }

    public function testSavingAServiceCallsTheModulesSave(): void
    {
        $staff = $this->staff('admin');
        $fields = ['save' => '1', 'domain' => 'new.example.com', 'modulefields' => ['machine' => '2002']];
        $staff->post('admin/clientsservices.php?userid=1&id=' . $this->service, $fields);
        self::assertSame('2002', $this->column($this->service, 'subscriptionid'));
        self::assertSame('new.example.com', $this->column($this->service, 'domain'));
    }

    public function testModuleSettingsShowFieldsLoadersAndHookFields(): void
    {
        $staff = $this->staff('admin');
        $page = $staff->get('admin/configproducts.php?action=edit&id=1')['body'];
        self::assertStringNotContainsString('packageconfigoption[1]', $page);
        $other = substr($page, (int) strpos($page, 'id="tab8"'));
        self::assertStringContainsString('name="sample_extra"', $other);
        $rows = $staff->post('admin/configproducts.php', [
            'action' => 'module-settings', 'id' => '1', 'module' => 'sampleKVM',
        ]);
        $rows = (string) json_decode($rows['body'], true)['content'];
        self::assertStringContainsString('packageconfigoption[1]', $rows);
        self::assertStringContainsString('Node pve2', $rows);
        $saved = $staff->post('admin/configproducts.php?action=save&id=1', [
            'servertype' => 'sampleKVM', 'packageconfigoption' => [1 => 'KEY', 5 => 'pve2'], 'sample_extra' => 'kept',
        ]);
        self::assertSame(302, $saved['status']);
        $product = $this->site->sql('select configoption1, configoption5 from tblproducts where id = 1')[0];
        self::assertSame(['KEY', 'pve2'], array_values($product));
        self::assertSame(
            'kept',
            $this->site->sql("select value from tblconfiguration where setting = 'sampleExtra1'")[0]['value']
        );
    }

    public function testTestConnectionTakesTheTypedValues(): void
    {
        $staff = $this->staff('admin');
        $url = 'admin/configservers.php?action=testconnection';
        $fields = ['id' => '1', 'type' => 'sampleKVM', 'hostname' => 'h', 'username' => 'u', 'password' => ''];
        self::assertTrue(json_decode($staff->post($url, $fields)['body'], true)['success']);
        $answer = json_decode($staff->post($url, ['password' => 'wrong'] + $fields)['body'], true);
        self::assertSame(['success' => false, 'error' => 'Authentication failed for u'], $answer);
    }

    public function testAServerKeepsItsPasswordWhenTheFieldIsEmpty(): void
    {
        $before = $this->site->json(['params', (string) $this->service])['serverpassword'];
        $fields = ['id' => '1', 'name' => 'Renamed', 'password' => '', 'secure' => 'on', 'type' => 'sampleKVM'];
        $this->staff('admin')->post('admin/configservers.php?action=manage', $fields);
        self::assertSame($before, $this->site->json(['params', (string) $this->service])['serverpassword']);
        self::assertSame('Renamed', $this->site->sql('select name from tblservers where id = 1')[0]['name']);
    }

    public function testAnAddonOpensOnlyToTickedRoles(): void
    {
        self::assertStringContainsString(
            'Sample title',
            $this->staff('admin')->get('admin/addonmodules.php?module=sample_addon')['body']
        );
        $answer = $this->staff('sales')->get('admin/addonmodules.php?module=sample_addon');
        self::assertSame(403, $answer['status']);
        self::assertStringNotContainsString('Sample title', $answer['body']);
    }

    public function testAnAddonsAjaxMayExitAndChecksItsToken(): void
    {
        $staff = $this->staff('admin');
        $url = 'admin/addonmodules.php?module=sample_addon&ajax=1';
        self::assertSame(['ok' => true, 'colour' => 'red'], json_decode($staff->post($url, [])['body'], true));
        self::assertSame(403, $staff->post($url, [], false)['status']);
    }

    public function testRightsOfStaffOpenPagesAndCommands(): void
    {
        $service = 'admin/clientsservices.php?userid=1&id=' . $this->service;
        $looker = $this->staff('looker');
        self::assertSame(200, $looker->get($service)['status']);
        $needs = ['modop' => 'Perform Server Operations', 'save' => 'Edit Clients Products/Services'];
        foreach ($needs as $what => $right) {
            $answer = $looker->post($service, [$what => 'suspend']);
            self::assertSame(403, $answer['status']);
            self::assertStringContainsString($right, $answer['body']);
        }
        self::assertSame('Active', $this->column($this->service, 'domainstatus'));
        $support = $this->staff('support');
        self::assertStringContainsString('Success', $support->post($service, ['modop' => 'suspend'])['body']);
        $closed = $support->get('admin/addonmodules.php?module=sample_addon');
        self::assertStringContainsString('Addon Modules', $closed['body']);
        $words = ['api', 'GetAdminDetails'];
        self::assertSame(1, $this->site->json($words)['adminid'], 'Without a name it is the first administrator.');
    }

    public function testACommandByScriptIsAnsweredWithTheContentAlone(): void
    {
        $staff = $this->staff('admin');
        $url = 'admin/clientsservices.php?userid=1&id=' . $this->service;
        self::assertStringContainsString('<div id="servicecontent">', $staff->get($url)['body']);
        $answer = $staff->post($url, ['modop' => 'suspend', 'ajax' => '1'])['body'];
        self::assertStringContainsString('Module Command Success', $answer);
        self::assertStringContainsString('id="btnUnsuspend"', $answer);
        self::assertStringNotContainsString('servicecontent', $answer);
        self::assertStringNotContainsString('<html', $answer);
    }

    public function testADuplicateHasWhatWhmcsCopiesAndNoHookIsCalled(): void
    {
        $answer = $this->staff('admin')->post('admin/configproducts.php?action=duplicate', [
            'id' => '1', 'newproductname' => 'A & B',
        ]);
        self::assertStringEndsWith('id=2', $answer['location']);
        $copy = $this->site->sql('select name, servertype from tblproducts where id = 2')[0];
        self::assertSame(['A &amp; B', 'sampleKVM'], array_values($copy));
        self::assertCount(1, $this->site->sql('select id from tblcustomfields where relid = 2'));
        self::assertSame([], $this->site->sql("select value from tblconfiguration where setting = 'sampleExtra2'"));
    }

    public function testTokensAreAddedToPostForms(): void
    {
        $page = $this->staff('admin')->get('admin/addonmodules.php?module=sample_addon')['body'];
        self::assertMatchesRegularExpression('/<form method="post"[^>]*><input type="hidden" name="token"/', $page);
    }

    public function testSettingsAndRolesAreSaved(): void
    {
        $staff = $this->staff('admin');
        $fields = [
            'module' => 'sample_addon', 'do' => 'save', 'fields' => ['colour' => 'green'], 'access' => ['1', '2'],
        ];
        $staff->post('admin/configaddonmods.php', $fields);
        $rows = array_column($this->site->sql("select setting, value from tbladdonmodules"), 'value', 'setting');
        self::assertSame(['green', '', '1,2'], [$rows['colour'], $rows['loud'], $rows['access']]);
    }

    /** @dataProvider pages */
    public function testEveryPageRendersWithoutFaults(string $page): void
    {
        $answer = $this->staff('admin')->get('admin/' . $page);
        self::assertSame(200, $answer['status']);
        self::assertStringContainsString('</html>', $answer['body']);
        self::assertSame([], $this->site->json(['faults', '--json']));
    }

    public static function pages(): array
    {
        return array_map(static fn (string $page): array => [$page], [
            'index.php', 'clientsservices.php', 'configproducts.php', 'configservers.php',
            'configservers.php?action=manage&id=1',
            'configaddonmods.php', 'systemmodulelog.php', 'systemactivitylog.php', 'modulequeue.php', 'mailbox.php',
            'mailbox.php?id=1',
            'systememailtpl.php', 'systememailtpl.php?id=1', 'systemcron.php', 'clientsservices.php?id=1',
        ]);
    }

    private function staff(string $name): Browser
    {
        $browser = new Browser($this->site);
        $browser->signInStaff($name);
        return $browser;
    }
}
