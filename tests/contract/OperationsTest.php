<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Browser;

require_once dirname(__DIR__) . '/support/autoload.php';

/** What client and staff ask of a VM that runs: over HTTP as a browser does, and by WHMCS's own commands. */
final class OperationsTest extends SiteTestCase
{
    private static ?Browser $client = null;

    /**
     * @param array<string, string> $fields
     * @return array<string, mixed>
     */
    private static function granted(int $service, array $fields): array
    {
        self::$client = self::$client ?? self::$site->client('client1@example.com');
        $answer = self::ask(self::$client, $service, $fields);
        self::assertTrue($answer['ok'] ?? false, json_encode($fields) . ': ' . json_encode($answer));
        return (array) ($answer['data'] ?? []);
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
            static fn (array $mail): bool => strpos($mail['template_name'], 'ready') !== false
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
    public function testAnImageIsMountedAndUnmounted(int $service): void
    {
        $list = self::granted($service, ['op' => 'isos']);
        $image = $list['groups'][0]['images'][0]['id'];
        self::granted($service, ['op' => 'iso_mount', 'image' => $image]);
        $mounted = self::granted($service, ['op' => 'isos'])['mounted'];
        self::assertSame($image, $mounted['id']);
        self::granted($service, ['op' => 'iso_unmount']);
        self::assertNull(self::granted($service, ['op' => 'isos'])['mounted']);
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testRulesAndPoliciesReachTheFirewall(int $service): void
    {
        self::granted($service, ['op' => 'firewall_rule_add', 'direction' => 'in', 'verdict' => 'DROP',
            'protocol' => 'tcp', 'dest_port' => '25', 'comment' => 'no <b>mail</b>']);
        self::granted($service, ['op' => 'firewall_policies', 'policy_in' => 'DROP', 'policy_out' => 'ACCEPT']);
        $list = self::granted($service, ['op' => 'firewall']);
        self::assertSame('DROP', $list['policy_in']);
        self::assertSame('no <b>mail</b>', $list['rules'][0]['comment']);
        self::granted($service, ['op' => 'firewall_rule_remove', 'pos' => '0', 'digest' => $list['digest']]);
        self::assertSame([], self::granted($service, ['op' => 'firewall'])['rules']);
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testChartsHavePoints(int $service): void
    {
        $data = self::granted($service, ['op' => 'charts', 'timeframe' => 'day']);
        self::assertCount(70, $data['points']);
        self::assertArrayHasKey('net_in', $data['points'][0]);
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testAnotherClientGetsNothing(int $service): void
    {
        $other = self::$site->client('client2@example.com');
        foreach (['isos', 'firewall', 'charts', 'reinstall_options', 'reset_password', 'snapshots'] as $op) {
            $answer = self::ask($other, $service, ['op' => $op, 'shutdown' => '1']);
            self::assertNotTrue($answer['ok'] ?? null, $op);
            self::assertArrayNotHasKey('data', $answer);
        }
        // What is the staff's is no operation of the client's page.
        foreach (['step', 'attach', 'reset', 'redeploy', 'set_dns_records'] as $op) {
            $answer = self::ask(self::$client, $service, ['op' => $op, 'vmid' => '115', 'step' => 'vm_remove']);
            self::assertFalse($answer['ok'], $op);
        }
        self::assertSame('ready', self::$site->state($service));
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testStaffHaveAButtonForEachStep(int $service): void
    {
        $buttons = self::$site->host()->json(['module', (string) $service, 'AdminCustomButtonArray']);
        foreach (
            ['Start', 'Stop', '**Reinstall', 'VMSetDedicatedIp ->', 'VMClone ->', '**Set CPU RAM ->',
            '*Set System Disk Size ->', '*Set System Disk Bandwidth ->', '*Set Created Additional Disk ->',
            '*Set Additional Disk Size ->', '*Set Additional Disk Bandwidth ->', '*Set Network ->',
            '*Set Firewall ->', '**SetCloudinit', '**VMRemove', 'Set DNS records'] as $label
        ) {
            self::assertArrayHasKey($label, $buttons);
        }
        foreach ($buttons as $label => $function) {
            if ($label[0] === '*' && $label[1] !== '*') {
                self::assertSame('success', self::command($service, $function), $label);
            }
            if (strncmp($label, '**', 2) === 0) {
                self::assertStringContainsString('Stop it first', self::command($service, $function), $label);
            }
        }
        self::assertStringContainsString('has its VM', self::command($service, $buttons['VMClone ->']));
        self::assertSame('success', self::command($service, $buttons['Set DNS records']));
        self::$site->until($service, 'ready');
        $page = self::$site->staff()->post('admin/clientsservices.php?userid=1&id=' . $service, [
            'modop' => 'custom', 'ac' => $buttons['*Set Network ->'],
        ]);
        self::assertStringContainsString('Module Command Success', $page['body']);
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testAPasswordIsReset(int $service): void
    {
        $password = static function () use ($service): string {
            return self::$site->host()->json(['service', (string) $service])['service']['password'];
        };
        $old = $password();
        self::granted($service, ['op' => 'reset_password', 'shutdown' => '1']);
        self::assertNotSame($old, $password());
        self::$site->until($service, 'ready');
        self::assertSame('running', self::$site->vm($service)['status']);
        $mails = array_column(self::$site->host()->json(['mail', 'list', '--json']), 'template_name');
        self::assertContains('puqProxmoxKVM Reset password', $mails);
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testAnotherSystemIsInstalled(int $service): void
    {
        $list = self::granted($service, ['op' => 'reinstall_options']);
        self::assertSame(['9000' => 'Debian 12', '9001' => 'Debian 12 shared'], array_column(
            $list['choices'],
            'name',
            'template'
        ));
        $before = self::$site->vm($service)['config'];
        $refused = self::ask(self::$client, $service, ['op' => 'reinstall', 'template' => '9001']);
        self::assertFalse($refused['ok']);
        self::granted($service, ['op' => 'reinstall', 'template' => '9001', 'confirm' => 'REINSTALL']);
        self::$site->until($service, 'ready');
        $after = self::$site->vm($service)['config'];
        self::assertSame($before['ipconfig0'], $after['ipconfig0']);
        self::assertSame($before['net0'], $after['net0']);
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testUsageIsBilledByTheDomain(int $service): void
    {
        $now = time();
        $hour = $now - $now % 3600;
        self::$site->host()->sql('delete from puqProxmoxKVM_statistics');
        self::$site->host()->sql('insert into puqProxmoxKVM_statistics (service_id, hour, netin, netout, counter_in,'
            . " counter_out, sampled_at, estimated) values ($service, $hour, 3221225472, 1073741824, 0, 0, $now, 0)");
        self::$site->host()->mustRun(['cron', '--daily']);
        $used = self::$site->host()->sql("select metric, value from tblmetric_usage where rel_id = $service");
        $used = array_map('floatval', array_column($used, 'value', 'metric'));
        ksort($used);
        self::assertSame(['bandwidth_usage_in' => 3.0, 'bandwidth_usage_out' => 1.0], $used);
        $row = self::$site->host()->sql("select bwusage, disklimit from tblhosting where id = $service")[0];
        self::assertSame(['bwusage' => 4096, 'disklimit' => 15360], array_map('intval', $row));
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testServerSyncFindsTheAccount(int $service): void
    {
        $answer = self::$site->host()->json(['module', (string) $service, 'ListAccounts']);
        self::assertTrue($answer['success'], (string) json_encode($answer));
        $domain = self::$site->host()->json(['service', (string) $service])['service']['domain'];
        self::assertContains($domain, array_column($answer['accounts'], 'uniqueIdentifier'));
    }

    /** @depends testAnOrderBecomesARunningVm */
    public function testTheAddressOfATerminatedServiceIsInQuarantine(int $service): void
    {
        self::assertSame('success', self::command($service, 'Terminate'));
        self::$site->until($service, 'remove');
        self::assertNull(self::$site->vm($service));
        $next = self::$site->delivered();
        self::assertStringContainsString('ip=192.0.2.11/24', self::$site->vm($next)['config']['ipconfig0']);
    }

    public function testStaffAttachAVm(): void
    {
        $placed = self::$site->host()->json(['order', '--client', '2', '--product', '1', '--json']);
        $service = (int) $placed['service'];
        $page = self::$site->staff()->post("admin/clientsservices.php?userid=2&id=$service", [
            'save' => '1', 'puqkvm_vmid' => '115', 'puqkvm_vmid_present' => '',
        ]);
        self::assertSame(200, $page['status']);
        self::assertSame('ready', self::$site->state($service));
        $said = self::$site->host()->sql('select description from tblactivitylog order by id desc limit 3');
        self::assertNotNull(self::$site->vm($service), (string) json_encode($said));
        self::assertSame(115, (int) self::$site->vm($service)['vmid']);
        $page = self::$site->staff()->get("admin/clientsservices.php?userid=2&id=$service");
        self::assertStringContainsString('name="puqkvm_vmid" value="115"', $page['body']);
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
            'service_id' => (string) $service, 'op' => 'reset', 'state' => 'terminate', 'confirm' => 'no',
        ]);
        self::assertSame('ready', self::$site->state($service));
        $name = self::$site->host()->sql("select vm_name from puqProxmoxKVM_vm_info where service_id = $service");
        $staff->post("admin/addonmodules.php?module=puq_proxmox_kvm&page=vm&service_id=$service", [
            'service_id' => (string) $service, 'op' => 'reset', 'state' => 'terminate',
            'confirm' => (string) $name[0]['vm_name'],
        ]);
        self::$site->until($service, 'remove');
        self::assertNull(self::$site->guest($vm));
    }

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
