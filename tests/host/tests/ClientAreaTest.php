<?php

declare(strict_types=1);

namespace Standin\Tests;

use Standin\Testing\Browser;

require_once __DIR__ . '/support/HostTestCase.php';

/** The client area over HTTP. */
final class ClientAreaTest extends HostTestCase
{
    private const PAGE = 'clientarea.php?action=productdetails';

    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->site->order();
        $this->site->serve();
    }

    public function testAStrangerIsSentToTheLogin(): void
    {
        $answer = (new Browser($this->site))->get(self::PAGE . '&id=1');
        self::assertSame(302, $answer['status']);
        self::assertStringContainsString('rp=/login', $answer['location']);
    }

    public function testAWrongPasswordDoesNotSignIn(): void
    {
        $browser = new Browser($this->site);
        $browser->get('index.php?rp=/login');
        $answer = $browser->post('dologin.php', ['username' => 'client1@example.com', 'password' => 'nope']);
        self::assertStringContainsString('Login Details Incorrect', $answer['body']);
        self::assertSame(302, $browser->get('clientarea.php')['status']);
    }

    public function testTheOwnerSeesTheModulesPageWithSidebarAndHooks(): void
    {
        $page = $this->browserOf('client1@example.com')->get(self::PAGE . '&id=' . $this->service)['body'];
        self::assertStringContainsString('Hello &lt;vm1examp&gt;', $page);
        self::assertStringContainsString('192.0.2.10', $page);
        self::assertStringContainsString('From a hook', $page);
        self::assertStringContainsString('<meta name="sample-addon" content="standin4">', $page);
        self::assertStringContainsString('Start Machine', $page);
    }

    public function testAnotherClientIsSentAwayFromPageAndFunction(): void
    {
        $browser = $this->browserOf('client2@example.com');
        foreach ([$browser->get(self::PAGE . '&id=' . $this->service), $this->call($browser, 'api')] as $answer) {
            self::assertSame(302, $answer['status']);
            self::assertStringContainsString('action=services', $answer['location']);
        }
    }

    public function testAJsonFunctionMayExit(): void
    {
        $answer = $this->call($this->browserOf('client1@example.com'), 'api', ['op' => 'status']);
        self::assertSame('application/json', $answer['type']);
        self::assertSame(
            ['ok' => true, 'op' => 'status', 'service' => $this->service],
            json_decode($answer['body'], true)
        );
    }

    public function testWithoutTokenOrByGetAFunctionIsRefused(): void
    {
        $browser = $this->browserOf('client1@example.com');
        $fields = ['id' => $this->service, 'modop' => 'custom', 'a' => 'api'];
        self::assertSame(403, $browser->post(self::PAGE, $fields, false)['status']);
        self::assertSame(403, $browser->post(self::PAGE, $fields + ['token' => str_repeat('0', 40)], false)['status']);
        $query = '&id=' . $this->service . '&modop=custom&a=start&token=' . $browser->token();
        self::assertSame(403, $browser->get(self::PAGE . $query)['status']);
    }

    public function testBeforeTheTokenVersionGetIsAccepted(): void
    {
        $this->site->stop();
        $this->site->serve(['STANDIN_WHMCS' => '8.8']);
        $browser = $this->browserOf('client1@example.com');
        $answer = $browser->get(self::PAGE . '&id=' . $this->service . '&modop=custom&a=start');
        self::assertStringContainsString('Action Completed Successfully', $answer['body']);
    }

    public function testAFunctionOutsideTheListsIsRefusedAndNotRun(): void
    {
        $answer = $this->call($this->browserOf('client1@example.com'), 'secret');
        self::assertSame(403, $answer['status']);
        self::assertSame('', $this->column($this->service, 'notes'));
        self::assertSame(403, $this->call($this->browserOf('client1@example.com'), 'CreateAccount')['status']);
    }

    public function testAStringResultIsAnAlertAndAnArrayAFullPage(): void
    {
        $browser = $this->browserOf('client1@example.com');
        self::assertStringContainsString('Action Completed Successfully', $this->call($browser, 'start')['body']);
        $page = $this->call($browser, 'charts')['body'];
        self::assertStringContainsString('1 2 3 of vm1.example.com', $page);
        self::assertStringContainsString('<title>Charts - ', $page);
        self::assertStringNotContainsString('sample-overview', $page);
    }

    public function testAThemeOverridesAModulesTemplate(): void
    {
        $directory = $this->site->root() . '/templates/standin4/modules/servers/sampleKVM';
        mkdir($directory, 0777, true);
        file_put_contents($directory . '/charts.tpl', 'overridden in {$template}');
        $browser = $this->browserOf('client1@example.com');
        self::assertStringContainsString('overridden in standin4', $this->call($browser, 'charts')['body']);
        $browser->get('clientarea.php?systpl=standin3');
        self::assertStringContainsString('data-theme="standin3"', $this->call($browser, 'charts')['body']);
    }

    public function testSingleSignOnAndCustomActionsRedirect(): void
    {
        $browser = $this->browserOf('client1@example.com');
        $answer = $browser->get(self::PAGE . '&id=' . $this->service . '&dosinglesignon=1');
        self::assertSame('https://panel.example.com/?service=' . $this->service, $answer['location']);
        $route = 'clientarea/service/' . $this->service . '/custom-action/open';
        $answer = $browser->post($route, []);
        self::assertSame('https://panel.example.com/', json_decode($answer['body'], true)['redirectTo']);
        self::assertSame(403, $browser->post($route, [], false)['status']);
        self::assertSame(404, $this->browserOf('client2@example.com')->post($route, [])['status']);
    }

    public function testTheClientChangesThePassword(): void
    {
        $browser = $this->browserOf('client1@example.com');
        $fields = [
            'id' => $this->service, 'modulechangepassword' => 'true', 'newpw' => 'Fresh-1', 'confirmpw' => 'Fresh-1',
        ];
        self::assertStringContainsString('Password Changed', $browser->post(self::PAGE, $fields)['body']);
        self::assertSame('Fresh-1', $this->site->json(['params', (string) $this->service])['password']);
        $fields['confirmpw'] = 'other';
        self::assertStringContainsString('did not match', $browser->post(self::PAGE, $fields)['body']);
    }

    public function testTheOrderFormStoresWhatWasTyped(): void
    {
        $browser = $this->browserOf('client1@example.com');
        $page = $browser->get('cart.php?a=add&pid=1')['body'];
        self::assertStringContainsString('name="rootpw"', $page);
        preg_match('/name="customfield\[(\d+)\]"/', $page, $field);
        $fields = [
            'pid' => '1', 'hostname' => 'a.example.com', 'rootpw' => 'Tom&"Jerry\'<x>', 'ns1prefix' => 'ns1',
            'customfield' => [$field[1] => 'R&D'],
        ];
        $refused = $browser->post('cart.php?a=confproduct', $fields);
        self::assertStringContainsString('nameserver prefixes', $refused['body']);
        $taken = $browser->post('cart.php?a=confproduct', $fields + ['ns2prefix' => 'ns2']);
        self::assertSame(302, $taken['status']);
        $params = $this->site->json(['params', (string) substr($taken['location'], -1)]);
        self::assertSame('Tom&amp;&quot;Jerry&#039;&lt;x&gt;', $params['password']);
        self::assertSame(['Note' => 'R&amp;D'], $params['customfields']);
        self::assertSame('Active', $params['status']);
    }

    public function testARawSiteStoresWhatWasTypedAsItIs(): void
    {
        $words = ['order', '--client', '1', '--product', '1', '--password', 'a&b', '--field', 'Note=<c>', '--json'];
        $service = json_decode($this->site->mustRun($words, ['STANDIN_STORED' => 'raw']), true)['service'];
        $params = $this->site->json(['params', (string) $service]);
        self::assertSame(['a&b', ['Note' => '<c>']], [$params['password'], $params['customfields']]);
    }

    public function testModulesFindTheRequestEncoded(): void
    {
        $answer = $this->browserOf('client1@example.com')->post(self::PAGE, [
            'id' => (string) $this->service, 'modop' => 'custom', 'a' => 'api', 'op' => 'a & <b> "c" \'d\'',
        ]);
        self::assertSame('a &amp; &lt;b&gt; &quot;c&quot; &#039;d&#039;', json_decode($answer['body'], true)['op']);
        self::assertStringContainsString('escaped twice', (string) file_get_contents($this->site->root()
            . '/faults.jsonl'), 'An entity in the JSON of a module is one encoding too many.');
        $this->site->run(['faults', '--clear']);
    }

    public function testInAModulesTemplateEitherKindOfVariablesMayWin(): void
    {
        $shown = [];
        foreach (['win', 'lose'] as $who) {
            $page = $this->site->mustRun(['client', (string) $this->service, 'page'], ['STANDIN_PARAMS' => $who]);
            preg_match('/id="fields">([^<]*)</', $page, $match);
            $shown[$who] = trim($match[1]);
        }
        self::assertSame(['win' => 'Note', 'lose' => '0'], $shown, 'The first key of $customfields.');
    }

    public function testASignedInClientsLanguageIsInTheProfileAlone(): void
    {
        $this->site->sql("update tblclients set language = 'german'");
        $page = $this->browserOf('client1@example.com')->get(self::PAGE . '&id=' . $this->service);
        self::assertSame(200, $page['status']);
        foreach (glob($this->site->root() . '/sessions/sess_*') ?: [] as $file) {
            self::assertStringNotContainsString('Language|', (string) file_get_contents($file));
        }
        self::assertSame('german', $this->site->json(['params', '1'])['clientsdetails']['language']);
    }

    public function testTheUpgradePageChangesOptions(): void
    {
        $browser = $this->browserOf('client1@example.com');
        $page = $browser->get('upgrade.php?type=configoptions&id=' . $this->service)['body'];
        self::assertStringContainsString('>8 GB </option>', $page);
        $query = "select id, configid from tblproductconfigoptionssub where optionname = '8|8 GB'";
        $sub = $this->site->sql($query)[0];
        $fields = ['id' => $this->service, 'configoption' => [$sub['configid'] => $sub['id']]];
        self::assertStringContainsString('has been ordered', $browser->post('upgrade.php', $fields)['body']);
        self::assertSame('8', $this->site->json(['params', (string) $this->service])['configoptions']['RAM']);
        self::assertSame(
            302,
            $this->browserOf('client2@example.com')->get('upgrade.php?id=' . $this->service)['status']
        );
    }

    public function testMailsAreSeenByTheirOwnerOnly(): void
    {
        $browser = $this->browserOf('client1@example.com');
        self::assertStringContainsString(
            'Virtual Machine Order Information',
            $browser->get('clientarea.php?action=emails')['body']
        );
        self::assertStringContainsString('Anna O&#039;Brien', $browser->get('viewemail.php?id=1')['body']);
        self::assertSame(302, $this->browserOf('client2@example.com')->get('viewemail.php?id=1')['status']);
    }

    public function testAStrictRunAnswersAFaultWith500(): void
    {
        $this->site->stop();
        $this->site->serve(['STANDIN_STRICT' => '1']);
        $browser = $this->browserOf('client1@example.com');
        self::assertSame(200, $browser->get(self::PAGE . '&id=' . $this->service)['status']);
        $this->moduleEndsWith('warn');
        $fields = ['id' => $this->service, 'modulechangepassword' => 'true', 'newpw' => 'A-12', 'confirmpw' => 'A-12'];
        self::assertSame(500, $browser->post(self::PAGE, $fields)['status']);
    }

    public function testPrivateFilesAreNotServed(): void
    {
        $browser = new Browser($this->site);
        $private = [
            'storage.sqlite', 'configuration.php', 'faults.jsonl', 'crons/cron.php', 'templates/standin4/header.tpl',
        ];
        foreach ($private as $path) {
            self::assertSame(403, $browser->get($path)['status'], $path);
        }
        self::assertSame(200, $browser->get('templates/standin4/css/base.css')['status']);
    }

    /** @param array<string, string> $fields */
    private function call(Browser $browser, string $function, array $fields = []): array
    {
        return $browser->post(self::PAGE, $fields + ['id' => $this->service, 'modop' => 'custom', 'a' => $function]);
    }
}
