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
            ['pool', ['id' => '1'], '203.0.113.38'],
            ['pool', [], 'vmbr0'],
            ['vms', ['search' => '"><b>x'], 'Ada &lt;b&gt;Lovelace'],
            ['vm', ['service_id' => '10'], 'cp_update_ip'],
            ['settings', [], 'Quarantine'],
            ['cron', [], 'processVirtualMachines'],
            ['doctor', ['server_id' => '1'], 'pveum acl modify'],
            ['doctor', [], 'Nothing is changed'],
            ['../../config', [], 'has failed 7 times'],
        ];
    }

    /**
     * @dataProvider pages
     */
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
        foreach (['home', 'pools', 'vms', 'vm', 'settings', 'cron'] as $page) {
            Calls::$answers['addon_api'] = ['ok' => false, 'error' => 'The tables are <not> there.'];
            $_GET = ['page' => $page];
            self::assertStringContainsString('The tables are &lt;not&gt; there.', $this->output());
        }
    }

    public function testAFormWithErrorsKeepsWhatWasTyped(): void
    {
        $_SERVER['REQUEST_METHOD'] = 'POST';
        $_GET = ['page' => 'pool'];
        $_POST = ['token' => 'the-token', 'id' => '0', 'server_id' => '1', 'gateway' => '10.0.0.999', 'mask' => '24'];
        $errors = ['gateway' => 'is no IPv4 address'];
        Calls::$answers['addon_api'] = ['ok' => false, 'error' => '', 'errors' => $errors];
        $html = $this->output();
        self::assertStringContainsString('is no IPv4 address', $html);
        self::assertStringContainsString('value="10.0.0.999"', $html);
        self::assertStringContainsString('please correct', $html);
        self::assertContains('pool_save', array_column(array_column(array_column(Calls::$all, 1), 0), 'op'));
    }

    public function testAWrongTokenStopsEverything(): void
    {
        $_SERVER['REQUEST_METHOD'] = 'POST';
        $_GET = ['page' => 'pools'];
        $_POST = ['id' => '1'];
        Whmcs::$tokenIsRight = false;
        try {
            $this->output();
            self::fail('The form was taken.');
        } catch (\DomainException $error) {
            self::assertNotContains('addon_api', array_column(Calls::$all, 0));
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
