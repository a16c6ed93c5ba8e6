<?php

declare(strict_types=1);

namespace Standin\Tests;

use Standin\Testing\HostSite;

require_once __DIR__ . '/support/HostTestCase.php';

/** Mail, logs, API, cron and metrics. */
final class ServiceWorkTest extends HostTestCase
{
    public function testSendEmailRendersMergeFieldsAndCustomVariables(): void
    {
        $service = (string) $this->site->order();
        $this->template('Custom', '{$vm_id} {$service_username} {if $service_password}{$client_name}{/if}');
        $packed = base64_encode(serialize(['vm_id' => 2002]));
        $this->site->mustRun(['api', 'SendEmail', 'messagename=Custom', 'id=' . $service, 'customvars=' . $packed]);
        $mail = $this->site->json(['mail', 'show', '2', '--json']);
        self::assertSame('2002 vm1examp Anna O&#039;Brien', $mail['message']);
        self::assertSame('client1@example.com', $mail['to']);
    }

    /** @dataProvider forbiddenTags */
    public function testTheMailPolicyRefuses(string $body): void
    {
        $service = (string) $this->site->order();
        $this->template('Bad', $body);
        [$status, $answer] = $this->site->run(['api', 'SendEmail', 'messagename=Bad', 'id=' . $service]);
        self::assertSame(1, $status);
        self::assertStringContainsString('Sending Failed', $answer);
    }

    public static function forbiddenTags(): array
    {
        return [
            ['{$smarty.server.PATH}'], ['{include file="x.tpl"}'], ['{phpinfo()}'], ['{$client_name|strtoupper}'],
            ['  '],
        ];
    }

    public function testASendingThatFailsSaysSo(): void
    {
        $service = (string) $this->site->order();
        $words = ['api', 'SendEmail', 'messagename=puqProxmoxKVM VM is ready', 'id=' . $service];
        [$status, $answer] = $this->site->run($words, ['STANDIN_MAIL_FAIL' => '1']);
        self::assertSame(1, $status);
        self::assertStringContainsString('SMTP', $answer);
        self::assertStringContainsString(
            'not found',
            $this->site->run(['api', 'SendEmail', 'messagename=None', 'id=' . $service])[1]
        );
    }

    public function testTheModuleLogMasksAndLeaksFindsWhatItDoesNot(): void
    {
        $service = (string) $this->site->order();
        $params = $this->site->json(['params', $service]);
        $log = $this->site->mustRun(['log', 'module']);
        self::assertStringNotContainsString($params['serverpassword'], $log);
        self::assertStringNotContainsString($params['password'], $log);
        self::assertSame(0, $this->site->run(['leaks'])[0]);
        $this->site->mustRun(['api', 'LogActivity', 'description=the token is ' . $params['serverpassword']]);
        [$status, $found] = $this->site->run(['leaks']);
        self::assertSame(1, $status);
        self::assertStringContainsString('tblactivitylog.description', $found);
        self::assertStringNotContainsString($params['serverpassword'], $found);
    }

    public function testAListOfFurtherSecretsIsSearchedToo(): void
    {
        $file = $this->site->root() . '/secrets.txt';
        file_put_contents($file, "dns-api-key-123\n");
        $this->site->mustRun(['api', 'LogActivity', 'description=key dns-api-key-123']);
        self::assertSame(1, $this->site->run(['leaks'], ['STANDIN_SECRETS' => $file])[0]);
        self::assertSame(0, $this->site->run(['leaks'])[0]);
    }

    public function testWithTheModuleLogOffNothingIsWritten(): void
    {
        $this->site->mustRun(['set', 'ModuleDebugMode', '']);
        $this->site->order();
        self::assertSame([], $this->site->json(['log', 'module', '--json']));
    }

    public function testEncryptionDiffersAndDecrypts(): void
    {
        $first = $this->site->json(['api', 'EncryptPassword', 'password2=Geheim'])['password'];
        $second = $this->site->json(['api', 'EncryptPassword', 'password2=Geheim'])['password'];
        self::assertNotSame($first, $second);
        self::assertSame('Geheim', $this->site->json(['api', 'DecryptPassword', 'password2=' . $second])['password']);
        self::assertSame('', $this->site->json(['api', 'DecryptPassword', 'password2=nonsense'])['password']);
    }

    public function testUpdateClientProductChangesTheRow(): void
    {
        $service = (string) $this->site->order();
        $this->site->mustRun([
            'api', 'UpdateClientProduct', 'serviceid=' . $service, 'dedicatedip=192.0.2.77', 'servicepassword=Abc-123',
            'status=Suspended',
        ]);
        $params = $this->site->json(['params', $service]);
        self::assertSame(['Abc-123', 'Suspended'], [$params['password'], $params['status']]);
        self::assertSame('192.0.2.77', $this->column((int) $service, 'dedicatedip'));
        [, $answer] = $this->site->run(['api', 'UpdateClientProduct', 'serviceid=99']);
        self::assertStringContainsString('Service ID Not Found', $answer);
    }

    public function testModuleCommandsOfTheApi(): void
    {
        $service = (string) $this->site->order();
        $this->site->mustRun(['api', 'ModuleSuspend', 'serviceid=' . $service, 'suspendreason=Late']);
        self::assertSame('Suspended', $this->column((int) $service, 'domainstatus'));
        $this->site->mustRun(['api', 'ModuleCustom', 'serviceid=' . $service, 'func_name=start']);
        self::assertStringContainsString('Service ID is required', $this->site->run(['api', 'ModuleCreate'])[1]);
        self::assertStringContainsString(
            'Service ID not found',
            $this->site->run(['api', 'ModuleCreate', 'serviceid=99'])[1]
        );
        $mails = $this->site->json(['api', 'GetEmailTemplates', 'type=product']);
        self::assertSame(5, $mails['totalresults']);
    }

    public function testAfterCronJobRunsEachTimeAndUsageDaily(): void
    {
        $service = $this->site->order();
        $cron = $this->site->root() . '/crons/cron.php';
        self::assertSame(0, HostSite::execute([PHP_BINARY, '-q', $cron])[0]);
        self::assertSame('0', $this->column($service, 'bwusage'));
        self::assertSame(0, HostSite::execute([PHP_BINARY, '-q', $cron, '--daily'])[0]);
        self::assertSame('1234', $this->column($service, 'bwusage'));
        $log = array_column($this->site->json(['log', 'activity', '--json']), 'description');
        self::assertCount(2, array_keys($log, 'sampleKVM cron', true));
        self::assertSame('1.50 GB', $this->site->json(['metrics', (string) $service])[0]['currentValue']);
    }

    public function testTwoSitesDoNotTouchEachOther(): void
    {
        if (getenv('STANDIN_MYSQL_DSN') !== false) {
            self::markTestSkipped('One database is given, two would be needed.');
        }
        $other = new HostSite();
        $this->site->order();
        self::assertSame([], $other->sql('select * from tblhosting'));
        $other->remove();
    }

    private function template(string $name, string $body): void
    {
        $columns = 'type, name, subject, message, language, custom';
        $this->site->mustRun([
            'sql', "insert into tblemailtemplates ($columns) values ('product', '$name', 'S', '$body', '', 1)",
        ]);
    }
}
