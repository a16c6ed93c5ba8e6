<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * What WHMCS does that surprises modules, on a host that does all of it: encoded values, tabs whose rows come by
 * AJAX, pages replaced in place, staff with few rights, module parameters that win over the variables of the page.
 */
final class WhmcsTest extends DeliveredTestCase
{
    private const PRODUCT = 'admin/configproducts.php?action=edit&id=1';

    private ?Chrome $chrome = null;

    protected function tearDown(): void
    {
        if ($this->chrome !== null) {
            $this->chrome->close();
            $this->chrome = null;
        }
        parent::tearDown();
    }

    public function testTheProductPanelStandsBelowTheModulesRowsWhateverLoadsThem(): void
    {
        $chrome = $this->chrome('admin');
        $chrome->open(self::$site->host()->url(self::PRODUCT));
        $chrome->click('#tabLink3');
        $isThere = 'document.querySelector("#tblModuleSettings").nextElementSibling.id === "puq-kvm-product"'
            . ' && document.querySelector("#puq-kvm-product").offsetParent !== null'
            . ' && document.querySelector("#tblModuleSettings input") !== null';
        $chrome->waitFor($isThere);
        $form = 'document.querySelector("#puqkvm-cpu").form.getAttribute("name")';
        self::assertSame('packagefrm', $chrome->evaluate($form));
        // What the cluster offers comes after the page.
        $offers = '[...document.querySelector("#puqkvm-template").options].some(o => o.value === "9000")';
        $chrome->waitFor($offers);
        $this->picture('product');
        // Typed, and the rows are loaded anew: by choosing another module and this one again.
        $chrome->evaluate('document.querySelector("#puqkvm-cpu").value = "3"');
        $choose = 'var s = document.querySelector("#inputModule"); s.value = "%s";'
            . ' s.dispatchEvent(new Event("change", {bubbles: true})); window.jQuery && jQuery(s).trigger("change");';
        $chrome->evaluate('void function(){' . sprintf($choose, '') . '}()');
        $chrome->waitFor('document.querySelector("#puq-kvm-product").hidden');
        $chrome->evaluate('void function(){' . sprintf($choose, 'puqProxmoxKVM') . '}()');
        $chrome->waitFor($isThere);
        self::assertSame('3', $chrome->evaluate('document.querySelector("#puqkvm-cpu").value'));
        $chrome->click('#btnSaveChanges');
        $chrome->waitFor('document.readyState === "complete" && document.body.innerText.includes("Saved")');
        $settings = self::$site->host()->sql('select settings from puq_proxmox_kvm_products where product_id = 1');
        self::assertStringContainsString('"cpu":"3"', $settings[0]['settings']);
        self::assertSame([], $chrome->complaints());
    }

    public function testWithoutAScriptTheListsComeByALink(): void
    {
        $page = self::$site->staff()->get(self::PRODUCT . '&puqkvm_lists=1')['body'];
        self::assertStringContainsString('id="puq-kvm-product"', $page);
        self::assertStringContainsString('<option value="9000"', $page);
        self::assertStringContainsString('Nodes, templates, storages and bridges as of', $page);
    }

    public function testADuplicatedProductTakesOverTheSettings(): void
    {
        $words = ['product', 'duplicate', '1', 'VPS & "Copy"'];
        self::$site->host()->mustRun($words);
        $id = (int) self::$site->host()->sql('select max(id) as id from tblproducts')[0]['id'];
        $staff = self::$site->staff();
        $page = "admin/configproducts.php?action=edit&id=$id";
        $form = $staff->get($page)['body'];
        self::assertStringContainsString('name="puqkvm[copy_from]"', $form);
        self::assertStringContainsString('VPS &amp; Co &quot;S&quot; (#1)', $form);
        $staff->post(str_replace('=edit', '=save', $page), [
            'servertype' => 'puqProxmoxKVM', 'servergroup' => '1', 'puqkvm' => ['copy_from' => '1', 'cpu' => '7'],
        ]);
        $settings = array_column(
            self::$site->host()->sql('select product_id, settings from puq_proxmox_kvm_products'),
            'settings',
            'product_id'
        );
        self::assertSame($settings[1], $settings[$id]);
    }

    public function testThePanelLivesOnAfterAModuleCommandAndWhatWasReplacedAsksNoMore(): void
    {
        $chrome = $this->chrome('support');
        $chrome->open($this->servicePage());
        $this->waitForText('Running');
        $this->picture('service');
        $chrome->evaluate('void (window.confirm = () => true, window.asked = 0, window.fetch = (f => function () {'
            . ' window.asked += 1; return f.apply(this, arguments); })(window.fetch),'
            . ' window.before = document.querySelector("[data-kvm]"))');
        $chrome->click('#btnRefresh');
        $chrome->waitFor('document.querySelector("[data-kvm]") !== window.before');
        $this->waitForText('Running');
        // Both scripts ran twice in this document: one panel asks. No answer comes, so each asks once at most.
        $chrome->evaluate('void (window.asked = 0, window.fetch = function () { window.asked += 1;'
            . ' return new Promise(function () {}); },'
            . ' document.dispatchEvent(new Event("visibilitychange")),'
            . ' document.dispatchEvent(new Event("visibilitychange")))');
        $chrome->waitFor('window.asked > 0');
        self::assertSame(1, $chrome->evaluate('window.asked'));
        self::assertSame([], $chrome->complaints());
    }

    public function testStaffWithoutTheRightReadWhichOneItIs(): void
    {
        self::$site->host()->sql("update tbladdonmodules set value = '1,2' where setting = 'access'");
        $chrome = $this->chrome('sales');
        $chrome->open($this->servicePage());
        // They may open the addon, so they see how the VM is.
        $this->waitForText('Running');
        self::assertStringContainsString('lacks the right "Perform Server Operations"', $chrome->text());
        $chrome->evaluate('void [...document.querySelectorAll("[data-kvm] button")]'
            . '.find(b => b.innerText.trim() === "Stop").click()');
        $chrome->click('dialog[open] button:last-child');
        $chrome->waitFor('document.querySelector("[data-notice]").innerText.includes("Perform Server Operations")');
        self::assertSame('running', self::$site->vm(self::$service)['status']);
        $chrome->close();
        $chrome = $this->chrome('looker');
        $chrome->open($this->servicePage());
        $this->waitForText('lacks the right "Perform Server Operations"');
        self::assertFalse($chrome->evaluate('document.querySelector("[data-kvm]").hidden'));
        self::assertSame([], $chrome->complaints());
    }

    /** @dataProvider skins */
    public function testTheClientPageShowsWhatIsStored(string $skin, int $width): void
    {
        $chrome = $this->chrome = new Chrome($width);
        $chrome->signIn(self::$site->host()->url(''), 'client1@example.com');
        $page = 'clientarea.php?action=productdetails&systpl=' . $skin . '&id=' . self::$service;
        $chrome->open(self::$site->host()->url($page));
        $this->waitForText('Running');
        $this->picture("client-$skin-$width");
        self::assertStringContainsString('VPS & Co "S"', $chrome->text());
        self::assertSame([], $chrome->complaints());
    }

    public static function skins(): array
    {
        return [['standin4', 1280], ['standin3', 390], ['dark', 1280]];
    }

    public function testAClientWhomTheProductForbidsItResetsNoPassword(): void
    {
        $settings = self::$site->host()->sql('select settings from puq_proxmox_kvm_products where product_id = 1');
        $forbid = ['servertype' => 'puqProxmoxKVM', 'servergroup' => '1', 'puqkvm' => ['reset_password' => '0']];
        $staff = self::$site->staff();
        $staff->post(str_replace('=edit', '=save', self::PRODUCT), $forbid);
        $client = self::$site->client('client1@example.com');
        self::ask($client, self::$service, ['op' => 'stop']);
        self::$site->until(self::$service, 'ready');
        $answer = $client->post('clientarea.php?action=productdetails', [
            'id' => (string) self::$service, 'modulechangepassword' => 'true', 'newpw' => 'another1',
            'confirmpw' => 'another1',
        ]);
        self::assertStringContainsString('Your product does not include this.', $answer['body']);
        self::$site->cron(['--force']);
        self::assertSame('ready', self::$site->state(self::$service));
        self::assertSame('stopped', self::$site->vm(self::$service)['status']);
        self::assertFalse(self::$site->hasPassword(self::$service, 'another1'));
        $forbid['puqkvm']['reset_password'] = '1';
        $staff->post(str_replace('=edit', '=save', self::PRODUCT), $forbid);
        self::assertSame($settings, self::$site->host()->sql(
            'select settings from puq_proxmox_kvm_products where product_id = 1'
        ));
    }

    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    private function chrome(string $staff): Chrome
    {
        if (!Chrome::isInstalled()) {
            self::markTestSkipped('No Chromium.');
        }
        $this->chrome = new Chrome();
        $this->chrome->signInStaff(self::$site->host()->url(''), $staff);
        return $this->chrome;
    }

    private function servicePage(): string
    {
        return self::$site->host()->url('admin/clientsservices.php?userid=1&id=' . self::$service);
    }

    private function waitForText(string $text): void
    {
        $this->chrome->waitFor('document.body.innerText.includes(' . json_encode($text) . ')');
    }

    /** With PICTURES=<directory> there is something to look at. */
    private function picture(string $name): void
    {
        if ((string) getenv('PICTURES') !== '') {
            $this->chrome->resize((int) $this->chrome->evaluate('window.innerWidth'), 2600);
            $this->chrome->screenshot(getenv('PICTURES') . "/$name.png");
        }
    }
}
