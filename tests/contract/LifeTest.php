<?php

declare(strict_types=1);

namespace Contract;

// phpcs:disable PSR1.Files.SideEffects -- the tests run without an autoloader

require_once __DIR__ . '/SiteTestCase.php';

/** The life of a service, by the commands that WHMCS has for it. */
final class LifeTest extends SiteTestCase
{
    public function testTheConnectionTestSaysWhatIsWrong(): void
    {
        $host = self::$site->host();
        $answer = $host->json(['server', 'test', '1', '--json']);
        self::assertTrue($answer['success'], $answer['error']);
        $host->mustRun(['server', 'add', '--module', 'puqProxmoxKVM', '--name', 'Wrong', '--host', '127.0.0.1',
            '--port', (string) $host->sql('select port from tblservers where id = 1')[0]['port'],
            '--user', 'whmcs@pve!demo',
            '--secret', self::$site->secret(), '--access-hash', 'fingerprint = ' . str_repeat('AB:', 31) . 'AB']);
        $answer = json_decode($host->run(['server', 'test', '2', '--json'])[1], true);
        self::assertFalse($answer['success']);
        self::assertStringContainsStringIgnoringCase('fingerprint', $answer['error']);
    }

    public function testAnOrderBecomesARunningVm(): int
    {
        $service = self::$site->delivered(['--option', 'RAM=2']);
        $vm = self::$site->vm($service);
        self::assertSame('running', $vm['status']);
        self::assertSame('2048', (string) $vm['config']['memory']);
        self::assertSame('2', (string) $vm['config']['cores']);
        self::assertStringContainsString('ip=192.0.2.10/24,gw=192.0.2.1', $vm['config']['ipconfig0']);
        self::assertStringContainsString('size=10G', $vm['config']['scsi0']);
        self::assertStringContainsString('size=5G', $vm['config']['scsi1']);
        return $service;
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testWhmcsKnowsWhatTheClientNeeds(int $service): void
    {
        $row = self::$site->host()->json(['service', (string) $service])['service'];
        self::assertSame('Active', $row['domainstatus']);
        self::assertSame('192.0.2.10', $row['dedicatedip']);
        self::assertSame('guest', $row['username']);
        self::assertSame("1-$service.example.com", $row['domain']);
        $mails = array_filter(
            self::$site->host()->json(['mail', 'list', '--json']),
            static function (array $mail): bool {
                return strpos($mail['template_name'], 'ready') !== false;
            }
        );
        self::assertCount(1, $mails);
        $text = self::$site->host()->mustRun(['mail', 'show', (string) reset($mails)['id']]);
        self::assertStringContainsString('192.0.2.10', $text);
        self::assertStringContainsString($row['password'], $text);
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testCreatingTwiceIsRefused(int $service): void
    {
        self::assertStringContainsString('has a VM already', self::command($service, 'Create'));
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testSuspendedItStaysOff(int $service): void
    {
        self::assertSame('success', self::command($service, 'Suspend'));
        self::$site->until($service, 'ready');
        self::assertSame('stopped', self::$site->vm($service)['status']);
        $answer = self::ask(self::$site->client('client1@example.com'), $service, ['op' => 'start']);
        self::assertFalse($answer['ok']);
        self::assertSame('stopped', self::$site->vm($service)['status']);
        self::assertSame('success', self::command($service, 'Unsuspend'));
        self::$site->until($service, 'ready');
        self::assertSame('running', self::$site->vm($service)['status']);
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testAnUpgradeChangesTheVm(int $service): void
    {
        $answer = self::$site->host()->mustRun(['upgrade', (string) $service, '--option', 'RAM=4']);
        self::assertSame("success\n", $answer);
        self::$site->until($service, 'ready');
        self::assertSame('4096', (string) self::$site->vm($service)['config']['memory']);
        self::assertSame('running', self::$site->vm($service)['status']);
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testTerminatedItIsGone(int $service): void
    {
        self::assertSame('success', self::command($service, 'Terminate'));
        self::$site->until($service, 'remove');
        self::assertNull(self::$site->vm($service));
        // In quarantine: the next order takes the next one.
        $next = self::$site->delivered();
        self::assertStringContainsString('ip=192.0.2.11/24', self::$site->vm($next)['config']['ipconfig0']);
    }

    public function testTheVmOfAServiceThatWasDeletedInWhmcsIsRemovedByStaff(): void
    {
        $service = self::$site->delivered();
        $vm = (int) self::$site->vm($service)['vmid'];
        self::$site->host()->sql("delete from tblhosting where id = $service");
        $staff = self::$site->staff();
        $doctor = $staff->get('admin/addonmodules.php?module=puq_proxmox_kvm&page=doctor&server_id=0')['body'];
        self::assertStringContainsString("does not have any more: $service.", $doctor);
        $staff->post("admin/addonmodules.php?module=puq_proxmox_kvm&page=vm&service_id=$service", [
            'service_id' => (string) $service, 'op' => 'reset', 'state' => 'terminate',
        ]);
        self::$site->until($service, 'remove');
        self::assertNull(self::$site->guest($vm));
    }

    public function testTheCronsExitStatusTellsWhatHappened(): void
    {
        [$status, $output] = self::$site->cron(['--help']);
        self::assertSame(0, $status);
        self::assertStringContainsString('--clear-locks', $output);
        self::assertSame(64, self::$site->cron(['--nonsense'])[0]);
        [$status, $output] = self::$site->cron(['--list']);
        self::assertSame(0, $status);
        self::assertStringContainsString('processVirtualMachines', $output);
    }

    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }
}
