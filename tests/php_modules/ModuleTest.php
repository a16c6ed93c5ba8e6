<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;
use Puq\ProxmoxKvm\ClusterError;
use PuqFake\Calls;
use WHMCS\Database\Capsule;

require_once __DIR__ . '/bootstrap.php';

/**
 * The server module's functions as WHMCS calls them.
 */
final class ModuleTest extends TestCase
{
    private const PARAMS = ['serviceid' => 10, 'userid' => 1, 'serverpassword' => 'secret-token', 'status' => 'Active'];

    protected function setUp(): void
    {
        Whmcs::reset();
    }

    public function actions(): array
    {
        return [
            ['CreateAccount', 'create_account'],
            ['SuspendAccount', 'suspend_account'],
            ['UnsuspendAccount', 'unsuspend_account'],
            ['TerminateAccount', 'terminate_account'],
            ['ChangePackage', 'change_package'],
            ['ChangePassword', 'change_password'],
        ];
    }

    /** @dataProvider actions */
    public function testActions(string $function, string $native): void
    {
        $name = 'puqProxmoxKVM_' . $function;
        $_SESSION['adminid'] = 1;
        self::assertSame('success', $name(self::PARAMS + ['model' => new \stdClass(), 'nested' => [new \stdClass()]]));
        [$called, [$params]] = Calls::$all[1];
        self::assertSame($native, $called);
        self::assertArrayNotHasKey('model', $params);
        self::assertSame([], $params['nested']);
        Calls::$answers[$native] = ['ok' => false, 'error' => 'The template 9000 does not exist.'];
        self::assertSame('The template 9000 does not exist.', $name(self::PARAMS));
        Calls::$answers[$native] = new ClusterError('The cluster lab does not answer.');
        self::assertSame('The cluster lab does not answer.', $name(self::PARAMS));
    }

    public function testAClientReadsInTheirLanguageWhyThePasswordStays(): void
    {
        $_SESSION = ['uid' => 1, 'Language' => 'german'];
        self::assertSame('success', \puqProxmoxKVM_ChangePassword(self::PARAMS));
        $said = ['key' => 'password_empty', 'args' => [], 'text' => 'The new password is empty.'];
        Calls::$answers['change_password'] = ['ok' => false, 'error' => $said];
        self::assertSame('Das neue Passwort ist leer.', \puqProxmoxKVM_ChangePassword(self::PARAMS));
        Calls::$answers['change_password'] = new ClusterError('Node pve1 does not answer.');
        $answer = \puqProxmoxKVM_ChangePassword(self::PARAMS);
        self::assertStringNotContainsString('pve1', $answer);
        self::assertStringContainsString('pve1', implode(Whmcs::$activity));
    }

    public function testAForeignFaultShowsNoDetails(): void
    {
        Calls::$answers['create_account'] = new \PDOException('INSERT … secret-token');
        $answer = \puqProxmoxKVM_CreateAccount(self::PARAMS);
        self::assertStringNotContainsString('secret-token', $answer . implode('', Whmcs::$activity));
        self::assertStringContainsString('PDOException', $answer);
    }

    public function testAnExtensionThatDoesNotFitIsNamed(): void
    {
        Calls::$answers['version'] = '7.0.0';
        self::assertStringContainsString('has version 7.0.0', \puqProxmoxKVM_CreateAccount(self::PARAMS));
        self::assertFalse(\puqProxmoxKVM_TestConnection(self::PARAMS)['success']);
        self::assertStringContainsString('7.0.0', implode(\puqProxmoxKVM_AdminServicesTabFields(self::PARAMS)));
        // A client does not read how the installation is broken.
        $page = \puqProxmoxKVM_ClientArea(self::PARAMS);
        self::assertStringNotContainsString('7.0.0', (string) json_encode($page));
        self::assertStringContainsString('7.0.0', implode(Whmcs::$activity));
    }

    public function testTestConnection(): void
    {
        self::assertSame(['success' => true, 'error' => ''], \puqProxmoxKVM_TestConnection(self::PARAMS));
    }

    public function testTheFirstSettingIsTheLicenseKey(): void
    {
        $options = \puqProxmoxKVM_ConfigOptions();
        self::assertCount(1, $options);
        self::assertSame('License key', reset($options)['FriendlyName']);
        self::assertSame('8006', \puqProxmoxKVM_MetaData()['DefaultSSLPort']);
    }

    public function testEveryButtonHasItsFunction(): void
    {
        foreach (\puqProxmoxKVM_AdminCustomButtonArray() as $suffix) {
            self::assertSame('success', ('puqProxmoxKVM_' . $suffix)(self::PARAMS));
        }
        self::assertSame(['api'], array_values(\puqProxmoxKVM_ClientAreaAllowedFunctions()));
        Calls::$answers['admin_api'] = ['ok' => false, 'error' => 'A backup runs.'];
        self::assertSame('A backup runs.', \puqProxmoxKVM_adminStart(self::PARAMS));
    }

    public function testWhatWhmcsAsksOfAServer(): void
    {
        self::assertSame(['success' => true, 'accounts' => []], \puqProxmoxKVM_ListAccounts(self::PARAMS));
        \puqProxmoxKVM_UsageUpdate(self::PARAMS);
        self::assertContains('update_usage', array_column(Calls::$all, 0));
        Calls::$answers['list_accounts'] = new ClusterError('The cluster lab does not answer.');
        Calls::$answers['update_usage'] = Calls::$answers['list_accounts'];
        self::assertSame(
            ['success' => false, 'error' => 'The cluster lab does not answer.'],
            \puqProxmoxKVM_ListAccounts(self::PARAMS)
        );
        \puqProxmoxKVM_UsageUpdate(self::PARAMS);
        self::assertStringContainsString('lab does not answer', implode(Whmcs::$activity));
    }

    public function testAnotherNumberAttachesAnotherVm(): void
    {
        $asked = static function (): array {
            $calls = array_filter(Calls::$all, static fn (array $call): bool => $call[0] === 'admin_api');
            return array_column(array_column($calls, 1), 1);
        };
        \puqProxmoxKVM_AdminServicesTabFieldsSave(self::PARAMS);
        self::assertSame([], $asked(), 'a form without the field asks for nothing');
        Calls::$answers['admin_api'] = ['ok' => true, 'data' => []];
        $_POST = ['puqkvm_vmid' => '2000', 'puqkvm_vmid_present' => '2000'];
        \puqProxmoxKVM_AdminServicesTabFieldsSave(self::PARAMS);
        self::assertSame([], Whmcs::$activity);
        $_POST = ['puqkvm_vmid' => [' 115 '], 'puqkvm_vmid_present' => '2000'];
        Calls::$answers['admin_api'] = ['ok' => false, 'error' => 'No node of the cluster has a VM 115.'];
        \puqProxmoxKVM_AdminServicesTabFieldsSave(self::PARAMS);
        // As it came: what it means is the extension's to say.
        self::assertSame([
            ['op' => 'attach', 'vmid' => '2000', 'present' => '2000'],
            ['op' => 'attach', 'vmid' => [' 115 '], 'present' => '2000'],
        ], array_values($asked()));
        self::assertStringContainsString('No node', implode(Whmcs::$activity));
        $_POST = [];
    }

    public function testTheClientPage(): void
    {
        $page = \puqProxmoxKVM_ClientArea(self::PARAMS);
        self::assertSame('templates/overview.tpl', $page['tabOverviewReplacementTemplate']);
        $view = json_decode($page['templateVariables']['puq']['view'], true);
        self::assertSame('running', $view['status']['key']);
        self::assertSame('65%', $view['live']['memory']['number']);
        self::assertSame('middle', $view['live']['memory']['level']);
        self::assertArrayNotHasKey('bridge', $view['live']['net']);
        self::assertStringNotContainsString('secret-token', (string) json_encode($page));
    }

    public function testAServiceWithoutAVm(): void
    {
        Calls::$answers['client_overview'] = ['service' => ['id' => 10, 'status' => 'Pending', 'domain' => '',
            'name' => ''], 'state' => null, 'live' => null, 'error' => null, 'addresses' => [], 'actions' => []];
        $view = json_decode(\puqProxmoxKVM_ClientArea(self::PARAMS)['templateVariables']['puq']['view'], true);
        self::assertSame(['key' => 'waiting', 'label' => 'Waiting'], $view['status']);
        self::assertSame('#10', $view['name']);
        self::assertNull($view['trouble']);
        Calls::$answers['admin_service'] = ['identity' => null, 'api' => ['ok' => true, 'error' => null]]
            + Calls::$answers['client_overview'];
        self::assertStringContainsString('data-kvm', implode(\puqProxmoxKVM_AdminServicesTabFields(self::PARAMS)));
    }

    public function testSentencesOfTheExtensionAreTranslated(): void
    {
        $_SESSION['Language'] = 'german';
        $said = static function (string $key, array $args, string $text): array {
            return ['key' => $key, 'args' => $args, 'text' => $text];
        };
        $answer = \PuqProxmoxKvm\Lang::forClient()->words([
            'error' => $said('not_running', [], 'The VM is not running.'),
            'data' => ['busy' => $said('busy', ['lock' => 'backup'], 'The VM is busy (backup).')],
            'new' => $said('of_a_later_version', [], 'Something new.'),
        ]);
        self::assertSame('Die VM läuft nicht.', $answer['error']);
        self::assertSame('Die VM ist beschäftigt (backup).', $answer['data']['busy']);
        self::assertSame('Something new.', $answer['new']);
    }

    public function testTheAdminPanelEscapes(): void
    {
        $service = \PuqFake\Samples::service(10);
        $service['service']['domain'] = '"><script>alert(1)</script>';
        Calls::$answers['admin_service'] = $service;
        $html = implode(\puqProxmoxKVM_AdminServicesTabFields(self::PARAMS));
        self::assertStringNotContainsString('<script>alert', $html);
        self::assertStringContainsString('data-kvm', $html);
        self::assertStringNotContainsString('secret-token', $html);
    }

    public function testTheProductPanel(): void
    {
        [$fields] = Whmcs::run('AdminProductConfigFields', ['pid' => 1]);
        $html = implode($fields);
        self::assertStringContainsString('name="puqkvm[cpu]"', $html);
        self::assertStringContainsString('value="pve9" selected', $html, 'A stored value stays selectable.');
        self::assertStringNotContainsString('__KEEP__', $html);
        self::assertSame([[]], Whmcs::run('AdminProductConfigFields', ['pid' => 2]));
    }

    public function testARefusedProductFormKeepsWhatWasTyped(): void
    {
        $typed = ['cpu' => '0', 'console_key' => 'top-secret', '_secrets' => 'console_key'];
        $_POST['puqkvm'] = $typed;
        Calls::$answers['product_save'] = ['ok' => false, 'errors' => ['cpu' => 'must be at least 1 <b>']];
        Whmcs::run('AdminProductConfigFieldsSave', ['pid' => 1]);
        self::assertStringNotContainsString('top-secret', (string) json_encode($_SESSION));
        $html = implode(Whmcs::run('AdminProductConfigFields', ['pid' => 1])[0]);
        self::assertStringContainsString('must be at least 1 &lt;b&gt;', $html);
        self::assertMatchesRegularExpression('/name="puqkvm\[cpu\]" value="0"/', $html);
        self::assertStringNotContainsString('top-secret', $html);
        $again = implode(Whmcs::run('AdminProductConfigFields', ['pid' => 1])[0]);
        self::assertStringNotContainsString('must be at least', $again);
    }

    public function testThePanelSaysWhereItStands(): void
    {
        $describe = static fn (): string => (string) \puqProxmoxKVM_ConfigOptions()['license']['Description'];
        self::assertStringContainsString('Save once', $describe());
        $_REQUEST = ['id' => '1'];
        self::assertStringContainsString('tab Other', $describe());
        self::assertStringContainsString('href="#puq-kvm-product"', $describe());
        self::assertStringContainsString('id="puq-kvm-product"', implode(Whmcs::run(
            'AdminProductConfigFields',
            ['pid' => 1]
        )[0]));
        $_REQUEST = ['id' => '2'];
        self::assertStringContainsString('Save once', $describe(), 'the module was chosen and is not saved');
    }

    public function testThePanelIsDrawnFromWhatWasLastKnown(): void
    {
        $form = \PuqFake\Samples::form();
        $form['lists'] = ['at' => 1775785798, 'can_ask' => true];
        $form['saved'] = false;
        $form['copies'] = [['id' => 7, 'name' => 'VPS & Co']];
        Calls::$answers['product_form'] = $form;
        $html = implode(Whmcs::run('AdminProductConfigFields', ['pid' => 1])[0]);
        self::assertSame(['version', 'product_form'], array_values(array_unique(array_column(Calls::$all, 0))));
        self::assertStringContainsString('as of ' . date('Y-m-d H:i:s', 1775785798), $html);
        self::assertStringContainsString('<option value="7">VPS &amp; Co (#7)</option>', $html);
        $address = 'configproducts.php?action=edit&amp;id=1&amp;puqkvm_lists=1';
        self::assertStringContainsString('data-endpoint="' . $address . '"', $html);
        // Without a script staff ask by the link, and read the answer on the page.
        $_GET = ['puqkvm_lists' => '1'];
        Whmcs::run('AdminProductConfigFields', ['pid' => 1]);
        [[, [$asked]]] = array_values(array_filter(Calls::$all, static function (array $call): bool {
            return $call[0] === 'addon_api';
        }));
        self::assertSame(['op' => 'product_lists', 'product_id' => 1], $asked);
    }

    public function testStaffWithoutTheRightReadWhichOneItIs(): void
    {
        $_SESSION = ['adminid' => 1];
        $panel = static function (): string {
            return html_entity_decode(implode(\puqProxmoxKVM_AdminServicesTabFields(self::PARAMS)));
        };
        self::assertStringContainsString('clientsservices.php?userid=1&id=10&modop=custom&ac=adminRefresh', $panel());
        self::assertStringNotContainsString('lacks the right', $panel());
        Whmcs::$rights = ['Addon Modules'];
        self::assertStringContainsString('data-endpoint="addonmodules.php?module=puq_proxmox_kvm"', $panel());
        self::assertStringContainsString('lacks the right "Perform Server Operations"', $panel());
        Whmcs::$rights = ['View Clients Products/Services'];
        self::assertStringContainsString('data-endpoint=""', $panel());
        self::assertStringNotContainsString('addonmodules.php', $panel());
        // Support may run commands and not open the addon.
        $_SESSION = ['adminid' => 2];
        Whmcs::$rights = ['Perform Server Operations'];
        self::assertStringContainsString('ac=adminRefresh', $panel());
        self::assertStringNotContainsString('addonmodules.php', $panel());
        // Where WHMCS does not say, it is WHMCS that decides on the road of its commands.
        Whmcs::$rights = null;
        self::assertStringContainsString('ac=adminRefresh', $panel());
    }

    public function testTheExtensionLearnsWhoAsks(): void
    {
        $asker = static function (array $session, ?array $rights): array {
            $_SESSION = $session;
            Whmcs::$rights = $rights;
            return array_slice((new \PuqProxmoxKvm\Host())->effect('asker', []), 0, 2);
        };
        self::assertSame(['who' => 'client', 'rights' => null], $asker(['uid' => 1], null));
        self::assertSame(['who' => 'system', 'rights' => null], $asker([], null));
        self::assertSame(['who' => 'staff', 'rights' => null], $asker(['adminid' => 1], null));
        self::assertSame(['who' => 'staff', 'rights' => ['A', 'B']], $asker(['adminid' => 1, 'uid' => 1], ['A', 'B']));
    }

    public function testAClientsLanguageIsTheOneOfTheirProfile(): void
    {
        $params = ['clientsdetails' => ['language' => 'german']] + self::PARAMS;
        $words = \puqProxmoxKVM_ClientArea($params)['templateVariables']['puq']['text'];
        self::assertSame('Produkt', $words['product']);
        $_SESSION['Language'] = 'english';
        $words = \puqProxmoxKVM_ClientArea($params)['templateVariables']['puq']['text'];
        self::assertSame('Product', $words['product'], 'the one chosen on the page comes first');
    }

    public function testAPageBeforeItsFirstLookWaitsAndKnowsNoFault(): void
    {
        $overview = ['live' => null, 'asked' => false] + \PuqFake\Samples::overview(10);
        Calls::$answers['client_overview'] = $overview;
        $view = json_decode(\puqProxmoxKVM_ClientArea(self::PARAMS)['templateVariables']['puq']['view'], true);
        self::assertSame(['loading', false], [$view['status']['key'], $view['asked']]);
        self::assertNull($view['trouble']);
    }

    public function testAProductWithoutThePanelSavesNothing(): void
    {
        Whmcs::run('AdminProductConfigFieldsSave', ['pid' => 1]);
        $_POST['puqkvm'] = ['cpu' => '2'];
        Whmcs::run('AdminProductConfigFieldsSave', ['pid' => 2]);
        self::assertSame([], Calls::$all);
    }

    public function testTheOrderFormHidesNameservers(): void
    {
        $vars = ['templatefile' => 'configureproduct', 'productinfo' => ['pid' => 1]];
        self::assertStringContainsString('order.js', Whmcs::run('ClientAreaFooterOutput', $vars)[0]);
        $vars['productinfo']['pid'] = 2;
        self::assertSame([''], Whmcs::run('ClientAreaFooterOutput', $vars));
        self::assertSame([''], Whmcs::run('ClientAreaFooterOutput', ['templatefile' => 'homepage']));
    }

    public function testTheUpgradeFormOffersNoSmallerDisk(): void
    {
        // As the page has them: labels, in the client's words.
        $_REQUEST['type'] = 'configoptions';
        $vars = ['templatefile' => 'upgrade', 'id' => 10, 'configoptions' => [
            ['id' => 4, 'optionname' => 'Zweite Platte', 'selectedname' => 'Gro&szlig;', 'options' => []],
        ]];
        Capsule::table('tblproductconfigoptions')->insert([
            ['id' => 4, 'gid' => 1, 'optionname' => 'Additional Disk|Zweite Platte &amp; mehr', 'optiontype' => 1],
            ['id' => 5, 'gid' => 1, 'optionname' => 'System Disk', 'optiontype' => 1],
            ['id' => 6, 'gid' => 1, 'optionname' => 'Additional Disk|In GB', 'optiontype' => 4],
        ]);
        $choices = [
            [41, 4, '0|keine'], [42, 4, '20|Klein'], [43, 4, '2048|Gro&szlig;'], [44, 4, '1 TB'], [45, 4, 'viel'],
            [51, 5, '1 TB'], [52, 5, '500 GB'], [53, 5, '2TiB'], [54, 5, '1024'],
            [55, 5, '900000 MB'], [61, 6, 'GB'], [21, 2, '9002|Debian 13'],
        ];
        foreach ($choices as [$id, $option, $name]) {
            Capsule::table('tblproductconfigoptionssub')
                ->insert(['id' => $id, 'configid' => $option, 'optionname' => $name]);
        }
        Capsule::table('tblhostingconfigoptions')->insert([
            ['relid' => 10, 'configid' => 4, 'optionid' => 43, 'qty' => 0],
            ['relid' => 10, 'configid' => 5, 'optionid' => 51, 'qty' => 0],
            ['relid' => 10, 'configid' => 6, 'optionid' => 61, 'qty' => 40],
        ]);
        $tag = html_entity_decode(Whmcs::run('ClientAreaFooterOutput', $vars)[0]);
        preg_match('/data-puq-kvm-order="(.*)"><\/script>/', $tag, $match);
        $expected = [
            ['field' => 'configoption[2]', 'smaller' => [], 'deletes' => [], 'fixed' => ['21']],
            ['field' => 'configoption[4]', 'smaller' => ['42', '44'], 'deletes' => ['41']],
            ['field' => 'configoption[5]', 'smaller' => ['52', '55'], 'deletes' => []],
            ['field' => 'configoption[6]', 'smaller' => [], 'deletes' => [], 'least' => 40, 'may_go' => true],
        ];
        $data = json_decode($match[1], true);
        self::assertSame($expected, $data['upgrade']);
        // What it brings with it is said beforehand, once each.
        $said = implode(' ', $data['notes']);
        foreach (['shut down and started again', 'only grow', 'all snapshots too', 'reinstall it'] as $part) {
            self::assertSame(1, substr_count($said, $part), $said);
        }
        $_REQUEST['type'] = 'package';
        $tag = html_entity_decode(Whmcs::run('ClientAreaFooterOutput', $vars)[0]);
        preg_match('/data-puq-kvm-order="(.*)"><\/script>/', $tag, $match);
        $data = json_decode($match[1], true);
        self::assertCount(1, $data['notes']);
        self::assertSame([], $data['upgrade']);
        self::assertSame([''], Whmcs::run('ClientAreaFooterOutput', ['id' => 12] + $vars));
    }

    public function testMailFields(): void
    {
        self::assertArrayHasKey('vm_id', Whmcs::run('EmailTplMergeFields', ['type' => 'product'])[0]);
        $mail = ['messagename' => 'puqProxmoxKVM VM is ready', 'relid' => 10, 'mergefields' => []];
        $expected = ['vm_id' => '2002', 'server_hostname' => 'pve.example.com'];
        self::assertSame([$expected], Whmcs::run('EmailPreSend', $mail));
        $mail['mergefields'] = ['vm_id' => '7'];
        self::assertSame([[]], Whmcs::run('EmailPreSend', $mail));
        self::assertSame([[]], Whmcs::run('EmailPreSend', ['messagename' => 'Invoice Created', 'relid' => 10]));
    }
}
