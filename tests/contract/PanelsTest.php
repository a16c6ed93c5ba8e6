<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * The panels in WHMCS's admin pages, in a real browser with the jQuery that WHMCS ships: where they stand, and that
 * they live on when WHMCS loads a part of the page anew.
 */
final class PanelsTest extends DeliveredTestCase
{
    private const PRODUCT = 'admin/configproducts.php?action=edit&id=';

    private ?Chrome $chrome = null;

    protected function setUp(): void
    {
        if (!Chrome::isInstalled()) {
            self::markTestSkipped('No Chromium.');
        }
        $this->chrome = new Chrome();
    }

    protected function tearDown(): void
    {
        if ($this->chrome !== null) {
            $complaints = $this->chrome->complaints();
            $this->chrome->close();
            $this->chrome = null;
            self::assertSame([], $complaints);
            parent::tearDown();
        }
    }

    public function testTheProductPanelStandsBelowTheModulesRows(): void
    {
        $this->staff('admin');
        $this->open(self::PRODUCT . '1&tab=3');
        self::assertSame('1.12.4', $this->chrome->evaluate('jQuery.fn.jquery'), 'tests/host/jquery brings it.');
        $this->assertPanelInPlace();
        // WHMCS loads the rows anew when a module is chosen.
        $choose = 'void jQuery("select[name=servertype]").val(%s).trigger("change")';
        $this->chrome->evaluate(sprintf($choose, '"puqProxmoxKVM"'));
        $this->chrome->waitFor('jQuery.active === 0');
        $this->assertPanelInPlace();
        $this->chrome->fill('[name="puqkvm[cpu]"]', '3');
        $this->chrome->click('#btnSaveChanges');
        $this->chrome->waitFor('location.href.includes("success=true") && window.jQuery && jQuery.active === 0');
        $this->assertPanelInPlace();
        self::assertSame('3', $this->chrome->evaluate('document.querySelector(\'[name="puqkvm[cpu]"]\').value'));
    }

    public function testTheNameRuleShowsWhatItMakes(): void
    {
        $this->staff('admin');
        $this->open(self::PRODUCT . '1&tab=3');
        foreach (['vm{client_id}' => 'vm12 → vm12', 'vm{nothing}' => '{nothing}'] as $rule => $made) {
            $this->chrome->fill('[name="puqkvm[name_rule]"]', $rule);
            $this->chrome->waitFor(
                'document.querySelector("[data-name-example]").innerText.includes(' . json_encode($made) . ')'
            );
        }
    }

    public function testAProductThatWasNeverSavedSaysWhatToDo(): void
    {
        $product = trim(self::$site->host()->mustRun(['product', 'add', 'New & empty']));
        $this->staff('admin');
        $this->open(self::PRODUCT . $product . '&tab=3');
        $this->chrome->evaluate('void jQuery("select[name=servertype]").val("puqProxmoxKVM").trigger("change")');
        $this->chrome->waitFor('document.querySelector("#tblModuleSettings [name^=packageconfigoption]")');
        self::assertStringContainsStringIgnoringCase('save', $this->chrome->evaluate(
            'document.querySelector("#tblModuleSettings").innerText'
        ));
    }

    public function testADuplicateTakesTheSettingsOfItsOriginal(): void
    {
        self::$site->host()->mustRun(['product', 'duplicate', '1', 'VPS & Co "M"']);
        $copy = (int) self::$site->host()->sql('select max(id) as id from tblproducts')[0]['id'];
        $this->staff('admin');
        $this->open(self::PRODUCT . $copy . '&tab=3');
        $this->chrome->waitFor('document.querySelector(\'[name="puqkvm[copy_from]"]\')');
        $this->chrome->fill('[name="puqkvm[copy_from]"]', '1');
        $this->chrome->click('#btnSaveChanges');
        $this->chrome->waitFor('location.href.includes("success=true") && document.readyState === "complete"');
        $settings = array_column(
            self::$site->host()->sql('select product_id, settings from puq_proxmox_kvm_products'),
            'settings',
            'product_id'
        );
        self::assertSame(json_decode($settings[1], true), json_decode($settings[$copy] ?? 'null', true));
    }

    public function testThePanelOfAServiceLivesOnAfterACommand(): void
    {
        $this->staff('admin');
        $this->open('admin/clientsservices.php?userid=1&id=' . self::$service);
        $this->chrome->waitFor('document.querySelector("#servicecontent").innerText.includes("Running")');
        // A service that is suspended and released is replaced twice, and never loaded.
        foreach (['btnSuspend' => 'Unsuspend', 'btnUnsuspend' => 'Suspend'] as $button => $next) {
            $this->chrome->evaluate('void (window.loadedOnce = true,'
                . ' window.old = document.querySelector("[data-kvm]"))');
            $this->chrome->click('#' . $button);
            $this->chrome->waitFor('document.querySelector("[data-kvm]") !== window.old && jQuery.active === 0');
            $this->chrome->waitFor('/node|pve1/i.test(document.querySelector("[data-kvm]").innerText)');
            self::assertTrue($this->chrome->evaluate('window.loadedOnce'));
        }
        $this->chrome->waitFor('document.querySelector("#servicecontent").innerText.includes("Running")');
    }

    public function testWhatWasReplacedAsksNoMore(): void
    {
        $this->staff('admin');
        // Timers of the page run when the test says so; and every request is counted.
        $this->chrome->beforeEachPage('(function () { window.timers = []; window.requests = 0;'
            . ' window.setTimeout = function (call) { window.timers.push(call); return window.timers.length; };'
            . ' window.setInterval = window.setTimeout;'
            . ' var real = window.fetch; window.fetch = function () { window.requests++;'
            . ' return real.apply(window, arguments); }; })()');
        $this->open('admin/clientsservices.php?userid=1&id=' . self::$service);
        $this->chrome->waitFor('window.requests > 0');
        $due = 'window.timers.splice(0).forEach(function (call) { if (typeof call === "function") { call(); } })';
        $before = 'window.requests';
        $asked = $this->chrome->evaluate($before);
        $this->chrome->waitFor('window.timers.length > 0');
        $this->chrome->evaluate('void ' . $due);
        $this->chrome->waitFor('window.requests > ' . $asked);
        // Replaced by nothing: from here on nobody has a reason to ask.
        $this->chrome->evaluate('void jQuery("#servicecontent").html("")');
        $asked = $this->chrome->evaluate($before);
        for ($turn = 0; $turn < 5; $turn++) {
            $this->chrome->evaluate('void ' . $due);
            $this->chrome->evaluate('new Promise(function (done) { requestAnimationFrame(done); })');
        }
        self::assertSame($asked, $this->chrome->evaluate($before));
    }

    /** @dataProvider roles */
    public function testStaffWithoutARightReadWhichOneIsMissing(string $name, string $missing): void
    {
        $this->staff($name);
        $this->open('admin/clientsservices.php?userid=1&id=' . self::$service);
        $this->chrome->waitFor('document.querySelector("[data-kvm]").innerText.includes('
            . json_encode($missing === '' ? 'Running' : $missing) . ')');
    }

    public static function roles(): array
    {
        return [
            'everything' => ['admin', ''], 'commands, no addon' => ['support', ''],
            'looking only' => ['looker', 'Perform Server Operations'],
        ];
    }

    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    private function assertPanelInPlace(): void
    {
        $this->chrome->waitFor('document.querySelector("#tblModuleSettings [name^=packageconfigoption]")');
        $this->chrome->waitFor('document.querySelector("#tab3 #puq-kvm-product")');
        self::assertSame(1, $this->chrome->evaluate('document.querySelectorAll("#puq-kvm-product").length'));
        self::assertSame('tblModuleSettings', $this->chrome->evaluate(
            'document.querySelector("#puq-kvm-product").previousElementSibling.id'
        ));
        self::assertTrue($this->chrome->evaluate('document.querySelector("#puq-kvm-product").offsetHeight > 0'));
        self::assertTrue($this->chrome->evaluate(
            'document.querySelector("#puq-kvm-product").closest("form") === document.packagefrm'
        ));
    }

    private function staff(string $name): void
    {
        $this->chrome->signInStaff(self::$site->host()->url(''), $name);
    }

    private function open(string $path): void
    {
        $this->chrome->open(self::$site->host()->url($path));
    }
}
