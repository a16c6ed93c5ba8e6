<?php

declare(strict_types=1);

namespace Standin\Tests;

use Standin\Testing\HostSite;

require_once __DIR__ . '/support/HostTestCase.php';

/** Order, status changes, hooks, mail, queue. */
final class LifecycleTest extends HostTestCase
{
    public function testAnOrderRunsCreateAndMailsTheWelcome(): void
    {
        $service = $this->site->order(['--option', 'RAM=4']);
        $params = $this->site->json(['params', (string) $service]);
        self::assertSame('Active', $params['status']);
        self::assertSame('4', $params['configoptions']['RAM']);
        self::assertSame('vm1examp', $params['username']);
        self::assertMatchesRegularExpression('/^\S{14}$/', $params['password']);
        $mails = $this->site->json(['mail', 'list', '--json']);
        self::assertSame(['puqProxmoxVKM Welcome Email'], array_column($mails, 'template_name'));
        $log = implode("\n", array_column($this->site->json(['log', 'activity', '--json']), 'description'));
        self::assertStringContainsString('Module Create Successful - Service ID: 1', $log);
        self::assertStringContainsString('sampleKVM saw the creation of 1', $log);
        self::assertSame([], $this->site->json(['faults', '--json']));
    }

    public function testSuspendUnsuspendTerminateChangeTheStatus(): void
    {
        $service = (string) $this->site->order();
        $this->site->mustRun(['module', $service, 'Suspend', 'suspendreason=Overdue']);
        self::assertSame('Suspended', $this->column((int) $service, 'domainstatus'));
        self::assertSame('Overdue', $this->column((int) $service, 'suspendreason'));
        $this->site->mustRun(['module', $service, 'Unsuspend']);
        self::assertSame('Active', $this->column((int) $service, 'domainstatus'));
        $this->site->mustRun(['module', $service, 'Terminate']);
        self::assertSame('Terminated', $this->column((int) $service, 'domainstatus'));
        self::assertContains('suspend:Overdue', array_column($this->site->json(['log', 'module', '--json']), 'action'));
    }

    /** @dataProvider badOutcomes */
    public function testAnythingButTheLiteralSuccessFails(string $outcome, string $error): void
    {
        $this->moduleEndsWith($outcome);
        $service = $this->site->order([], false);
        self::assertSame('Pending', $this->column($service, 'domainstatus'));
        $queue = $this->site->json(['log', 'queue', '--json']);
        self::assertSame('CreateAccount', $queue[0]['module_action']);
        self::assertSame($error, $queue[0]['last_attempt_error']);
        self::assertSame([], $this->site->json(['mail', 'list', '--json']));
    }

    public static function badOutcomes(): array
    {
        return [['Success', 'Success'], ['No node', 'No node'], ['throw', 'thrown by the module']];
    }

    public function testTheQueueIsTriedAgainAndCompleted(): void
    {
        $this->moduleEndsWith('No node');
        $service = $this->site->order([], false);
        $this->site->mustRun(['cron']);
        self::assertSame(1, (int) $this->site->json(['log', 'queue', '--json'])[0]['num_retries']);
        $this->moduleEndsWith('');
        $this->site->mustRun(['cron']);
        self::assertSame(1, (int) $this->site->json(['log', 'queue', '--json'])[0]['completed']);
        self::assertSame('Active', $this->column($service, 'domainstatus'));
    }

    public function testAManualFailureDoesNotEnterTheQueue(): void
    {
        $service = $this->site->order();
        $this->moduleEndsWith('broken');
        self::assertSame(1, $this->site->run(['module', (string) $service, 'Suspend'])[0]);
        self::assertSame([], $this->site->json(['log', 'queue', '--json']));
    }

    public function testAHookMayAbortCreate(): void
    {
        $service = $this->site->order(['--domain', 'abort.example.com'], false);
        self::assertSame('Pending', $this->column($service, 'domainstatus'));
        $queue = $this->site->json(['log', 'queue', '--json']);
        self::assertSame('Function Aborted by Action Hook Code', $queue[0]['last_attempt_error']);
    }

    public function testUpgradeHandsTheModuleTheNewValues(): void
    {
        $service = $this->site->order(['--option', 'RAM=2']);
        $this->site->mustRun(['upgrade', (string) $service, '--option', 'RAM=8']);
        $actions = implode("\n", array_column($this->site->json(['log', 'module', '--json']), 'action'));
        self::assertStringContainsString('change RAM:8', $actions);
        self::assertCount(1, $this->site->sql("select * from tblupgrades where type = 'configoptions'"));
    }

    public function testChangePasswordStoresTheNewOneEncrypted(): void
    {
        $service = $this->site->order();
        $this->site->mustRun(['module', (string) $service, 'ChangePassword', 'password=N3wSecret!']);
        self::assertSame('N3wSecret!', $this->site->json(['params', (string) $service])['password']);
        self::assertStringNotContainsString('N3wSecret!', $this->column($service, 'password'));
    }

    public function testAPhpWarningInAModuleIsOnRecordAndFailsAStrictRun(): void
    {
        $this->moduleEndsWith('warn');
        $words = ['order', '--client', '1', '--product', '1', '--domain', 'vm2.example.com'];
        [$status] = $this->site->run($words, ['STANDIN_STRICT' => '1']);
        self::assertSame(70, $status);
        [$status, $faults] = $this->site->run(['faults']);
        self::assertSame(1, $status);
        self::assertStringContainsString('no such key', $faults);
        self::assertStringContainsString('modules/servers/sampleKVM/sampleKVM.php', $faults);
    }

    public function testTheHostSurvivesADatabaseSessionThatTimedOutDuringTheCall(): void
    {
        if (getenv('STANDIN_MYSQL_DSN') === false) {
            self::markTestSkipped('Only a server has sessions that time out.');
        }
        $this->moduleEndsWith('slow');
        $words = ['order', '--client', '1', '--product', '1', '--domain', 'slow.example.com'];
        [$status, $output] = $this->site->run($words, ['STANDIN_WAIT_TIMEOUT' => '1']);
        self::assertSame([0, "1\nsuccess\n"], [$status, $output]);
        self::assertSame('Active', $this->column(1, 'domainstatus'));
    }

    public function testTheModelReadsAndStoresProperties(): void
    {
        $service = $this->site->order();
        $code = 'require $argv[1] . "/init.php"; $service = WHMCS\\Service\\Service::find(1);'
            . '$service->serviceProperties->save(["VM id" => "2002", "Dedicated IP" => "192.0.2.1"]);'
            . 'echo $service->client->fullName, "|", $service->product->name, "|", $service->status, "|",'
            . '$service->serviceProperties->get("VM id");';
        [$status, $output, $errors] = HostSite::execute([PHP_BINARY, '-r', $code, $this->site->root()]);
        $expected = 'Anna O&#039;Brien|VPS &amp; Co &quot;S&quot;|Active|2002';
        self::assertSame([0, $expected, ''], [$status, $output, $errors]);
        self::assertSame('192.0.2.1', $this->column($service, 'dedicatedip'));
        self::assertSame('2002', $this->site->json(['params', '1'])['customfields']['VM id']);
    }

    public function testAnUnknownOptionOrProductIsRefused(): void
    {
        self::assertSame(1, $this->site->run(['order', '--client', '1', '--product', '9'])[0]);
        self::assertSame(1, $this->site->run(['order', '--client', '1', '--product', '1', '--option', 'RAM=3'])[0]);
        self::assertSame(1, $this->site->run(['order', '--client', '1', '--product', '1', '--option', 'Rum=4'])[0]);
        self::assertSame(2, $this->site->run(['nonsense'])[0]);
    }
}
