<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;
use PuqFake\Calls;

require_once __DIR__ . '/bootstrap.php';

/**
 * The addon's pages.
 */
final class AddonTest extends TestCase
{
    private const VARS = ['modulelink' => 'addonmodules.php?module=puq_proxmox_kvm', 'version' => '0.1.0'];

    protected function setUp(): void
    {
        Whmcs::reset();
        $_SESSION['adminid'] = 1;
    }

    public function pages(): array
    {
        return [
            ['home', [], 'has failed 7 times'],
            ['pools', [], '113.0.203.in-addr.arpa'],
            ['pools', ['search' => '"><b>'], 'Add the zone &lt;b&gt;.'],
            ['pool', ['id' => '1'], '203.0.113.38'],
            ['pool', ['id' => '1'], 'They go to &lt;b&gt;113.0.203'],
            ['addresses', ['search' => '"><b>', 'past' => '1'], 'Ada &lt;b&gt;Lovelace'],
            ['addresses', ['pool' => '1'], 'clientssummary.php?userid=9'],
            ['pool', [], 'vmbr0'],
            ['zones', [], '113.0.203.in-addr.arpa'],
            ['zones', [], 'Zone file (BIND, NSD)'],
            ['zone', ['id' => '4'], '/etc/bind/db.example.com'],
            ['zone', [], 'Add a zone'],
            ['home', [], 'page=zones"'],
            ['vms', ['search' => '"><b>x'], 'Ada &lt;b&gt;Lovelace'],
            ['vm', ['service_id' => '10'], 'cp_update_ip'],
            ['settings', [], 'Quarantine'],
            ['cron', [], 'processVirtualMachines'],
            ['doctor', ['server_id' => '1'], 'pveum acl modify'],
            ['doctor', [], 'Nothing is changed'],
            ['help', [], '9001|Debian &lt;b&gt;12'],
            ['../../config', [], 'has failed 7 times'],
        ];
    }

    /** @dataProvider pages */
    public function testPages(string $page, array $query, string $expected): void
    {
        $_GET = ['page' => $page] + $query;
        $html = $this->output();
        self::assertStringContainsString($expected, $html);
        self::assertStringNotContainsString('<b>', $html);
        self::assertStringNotContainsString('secret-token', $html);
    }

    public function testAPageSurvivesARefusal(): void
    {
        foreach (['home', 'pools', 'zones', 'vms', 'vm', 'settings', 'cron'] as $page) {
            Calls::$answers['addon_api'] = ['ok' => false, 'error' => 'The tables are <not> there.'];
            $_GET = ['page' => $page];
            self::assertStringContainsString('The tables are &lt;not&gt; there.', $this->output());
        }
    }

    public function testAFormWithErrorsKeepsWhatWasTyped(): void
    {
        $errors = ['gateway' => 'is no IPv4 address'];
        Calls::$answers['addon_api'] = ['ok' => false, 'error' => '', 'errors' => $errors];
        $html = $this->post('pool', ['id' => '0', 'server_id' => '1', 'gateway' => '10.0.0.999', 'mask' => '24']);
        self::assertStringContainsString('is no IPv4 address', $html);
        self::assertStringContainsString('value="10.0.0.999"', $html);
        self::assertStringContainsString('please correct', $html);
        self::assertContains('pool_save', array_column(array_column(array_column(Calls::$all, 1), 0), 'op'));
    }

    public function testAZoneWithErrorsKeepsWhatWasTyped(): void
    {
        $errors = ['zone' => 'Is no <domain> name.', 'path' => 'Must be absolute.'];
        Calls::$answers['addon_api'] = ['ok' => false, 'error' => 'The zone is not saved.', 'errors' => $errors];
        $html = $this->post('zone', ['id' => '4', 'zone' => '"no name', 'type' => 'zonefile', 'path' => 'db.local']);
        self::assertStringContainsString('The zone is not saved.', $html);
        self::assertStringContainsString('Is no &lt;domain&gt; name.', $html);
        self::assertStringContainsString('Must be absolute.', $html);
        self::assertStringContainsString('value="&quot;no name"', $html);
        self::assertStringContainsString('value="db.local"', $html);
        $zone = ['zone' => '"no name', 'type' => 'zonefile', 'path' => 'db.local', 'id' => 4];
        self::assertContains(['addon_api', [['op' => 'zone_save', 'zone' => $zone]]], Calls::$all);
    }

    public function testASecretOfAZoneIsNeverSentBack(): void
    {
        $zone = ['zone' => 'example.com', 'type' => 'powerdns', 'url' => 'https://dns.example.com'];
        $zone['api_key'] = 'hush-1';
        Calls::$answers['addon_api'] = ['ok' => false, 'error' => 'The zone is not saved.',
            'errors' => ['url' => 'Must be the address.']];
        $html = $this->post('zone', ['id' => '0'] + $zone);
        self::assertContains(['addon_api', [['op' => 'zone_save', 'zone' => $zone]]], Calls::$all);
        self::assertStringContainsString('https://dns.example.com', $html);
        self::assertStringNotContainsString('hush-1', $html);
        Calls::$answers['addon_api'] = ['ok' => true, 'data' => [['id' => 4, 'api_key' => '__KEEP__'] + $zone]];
        $_SERVER['REQUEST_METHOD'] = 'GET';
        $_GET = ['page' => 'zone', 'id' => '4'];
        $html = $this->output();
        self::assertStringNotContainsString('__KEEP__', $html);
        $field = '/type="password"[^>]*name="%s" value=""[^>]*placeholder="%s"/';
        self::assertMatchesRegularExpression(sprintf($field, 'api_key', 'unchanged'), $html);
        self::assertMatchesRegularExpression(sprintf($field, 'api_token', ''), $html);
    }

    public function testTheAnswerOfAZoneIsShown(): void
    {
        $html = $this->post('zones', ['id' => '4', 'op' => 'test']);
        self::assertStringContainsString('kvm-notice is-good', $html);
        self::assertStringContainsString('example.com: serial 2026041001 &lt;b&gt;', $html);
        self::assertContains(['addon_api', [['op' => 'zone_test', 'id' => 4]]], Calls::$all);
        Calls::$answers['addon_api'] = ['ok' => false, 'error' => 'No such file <here>'];
        $html = $this->post('zones', ['id' => '4', 'op' => 'test']);
        self::assertStringContainsString('kvm-notice is-bad', $html);
        self::assertStringContainsString('No such file &lt;here&gt;', $html);
    }

    public function testAZoneIsDeletedOnlyWhenThatIsAskedFor(): void
    {
        $this->post('zones', ['id' => '4']);
        $this->post('zones', ['id' => '4', 'op' => 'zone_delete']);
        self::assertNotContains(['addon_api', [['op' => 'zone_delete', 'id' => 4]]], Calls::$all);
        $this->post('zones', ['id' => '4', 'op' => 'delete']);
        self::assertContains(['addon_api', [['op' => 'zone_delete', 'id' => 4]]], Calls::$all);
    }

    public function testAResetNamesItsState(): void
    {
        $_GET = ['page' => 'vm', 'service_id' => '10'];
        $states = ['ready', 'creation', 'set_ip', 'change_package', 'set_dns_records', 'terminate', 'remove'];
        $html = $this->output();
        preg_match_all('/name="state" value="(\w+)"/', $html, $offered);
        self::assertSame($states, $offered[1]);
        Calls::$answers['admin_api'] = ['ok' => false, 'error' => 'The service has no <VM>.'];
        $html = $this->post('vm', ['service_id' => '10', 'op' => 'reset', 'state' => 'set_ip']);
        self::assertStringContainsString('The service has no &lt;VM&gt;.', $html);
        $requests = [];
        foreach (Calls::$all as [$function, $arguments]) {
            $requests[] = $function === 'admin_api' ? $arguments[1] : null;
        }
        self::assertContains(['op' => 'reset', 'state' => 'set_ip'], $requests);
    }

    public function testTheVmOfAServiceThatWasDeletedCanBeEnded(): void
    {
        $_GET = ['page' => 'vm', 'service_id' => '987654'];
        $this->post('vm', ['service_id' => '987654', 'op' => 'reset', 'state' => 'terminate']);
        $request = ['op' => 'reset', 'state' => 'terminate'];
        self::assertContains(['admin_api', [['serviceid' => 987654], $request]], Calls::$all);
    }

    /**
     * @testWith ["pools"]
     *           ["zones"]
     *           ["zone"]
     *           ["vm"]
     */
    public function testAWrongTokenStopsEverything(string $page): void
    {
        Whmcs::$tokenIsRight = false;
        try {
            $this->post($page, ['id' => '1', 'op' => 'delete']);
            self::fail('The form was taken.');
        } catch (\DomainException $error) {
            self::assertNotContains('addon_api', array_column(Calls::$all, 0));
            self::assertNotContains('admin_api', array_column(Calls::$all, 0));
        }
    }

    public function testWithoutAFittingExtensionThePageSaysSo(): void
    {
        Calls::$answers['version'] = '9.9.9';
        self::assertStringContainsString('has version 9.9.9', $this->output());
        self::assertSame('error', \puq_proxmox_kvm_activate()['status']);
    }

    public function testActivation(): void
    {
        self::assertSame(['status' => 'success', 'description' => 'Tables are there.'], \puq_proxmox_kvm_activate());
        self::assertSame('success', \puq_proxmox_kvm_deactivate()['status']);
        \puq_proxmox_kvm_upgrade(['version' => '0.0.9']);
        self::assertContains(['addon_upgrade', ['0.0.9']], Calls::$all);
    }

    public function testTheSidebar(): void
    {
        self::assertStringContainsString('page=doctor', \puq_proxmox_kvm_sidebar(self::VARS));
    }

    public function testAFaultInTheTickDoesNotReachWhmcs(): void
    {
        Calls::$answers['cron_hook'] = new \RuntimeException('The database went away.');
        Whmcs::run('AfterCronJob');
        self::assertSame(['Proxmox KVM cron: The database went away.'], Whmcs::$activity);
        Calls::$answers['version'] = '9.9.9';
        Whmcs::run('AfterCronJob');
        self::assertCount(1, Whmcs::$activity);
    }

    /** @param array<string, string> $fields */
    private function post(string $page, array $fields): string
    {
        $_SERVER['REQUEST_METHOD'] = 'POST';
        $_GET = ['page' => $page];
        $_POST = ['token' => 'the-token'] + $fields;
        return $this->output();
    }

    private function output(): string
    {
        ob_start();
        try {
            \puq_proxmox_kvm_output(self::VARS);
        } finally {
            $html = (string) ob_get_clean();
        }
        return $html;
    }
}
