<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;
use Standin\Testing\Chrome;
use Standin\Testing\HostSite;

require_once __DIR__ . '/bootstrap.php';
require_once __DIR__ . '/Tree.php';
require_once dirname(__DIR__) . '/host/src/autoload.php';

/**
 * The pages in a real browser, inside the stand-in WHMCS, with the fake extension. PUQ_SHOTS names a directory that
 * gets a picture of every page.
 */
final class BrowserTest extends TestCase
{
    private HostSite $site;

    private ?Chrome $chrome = null;

    protected function setUp(): void
    {
        if (!Chrome::isInstalled()) {
            self::markTestSkipped('No Chromium.');
        }
        $ini = sys_get_temp_dir() . '/puq-ini-' . getmypid();
        @mkdir($ini);
        file_put_contents($ini . '/fake.ini', 'auto_prepend_file=' . __DIR__ . "/fake/native.php\n");
        putenv('PHP_INI_SCAN_DIR=:' . $ini);
        putenv('PUQ_FAKE_LOG=' . $ini . '/calls');
        @unlink($ini . '/calls');
        $seed = ['--module', 'puqProxmoxKVM', '--addon', 'puq_proxmox_kvm', '--options', 'all'];
        $this->site = new HostSite([], $seed, Tree::root() . '/modules');
        // PHP's own web server ignores auto_prepend_file where a router script is at work.
        $init = $this->site->root() . '/init.php';
        $fake = "\nrequire_once '" . __DIR__ . "/fake/native.php';\n";
        file_put_contents($init, '<?php' . $fake . substr((string) file_get_contents($init), 5));
        $this->site->mustRun(['activate', 'puq_proxmox_kvm']);
        $this->site->order();
    }

    protected function tearDown(): void
    {
        if ($this->chrome !== null) {
            $this->chrome->close();
        }
        if (isset($this->site)) {
            $this->site->remove();
        }
        foreach (['PHP_INI_SCAN_DIR', 'PUQ_FAKE_LOG'] as $name) {
            putenv($name);
        }
    }

    public function skins(): array
    {
        return [['standin3'], ['standin4']];
    }

    /**
     * @dataProvider skins
     */
    public function testTheClientStopsTheMachine(string $skin): void
    {
        $this->asClient('running');
        $this->chrome->open($this->site->url('clientarea.php?action=productdetails&id=1&systpl=' . $skin));
        $this->chrome->waitFor('document.querySelector(".kvm-pill.is-running")');
        $this->shot('client-running-' . $skin);
        self::assertStringContainsString('vm1-5546.example.com', $this->chrome->text());
        self::assertTrue($this->chrome->evaluate('document.querySelector("[data-op=start]").disabled'));
        $this->chrome->click('[data-op="stop"]');
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        $this->chrome->click('dialog .btn-default');
        $this->chrome->waitFor('!document.querySelector("dialog")');
        self::assertStringNotContainsString('"stop"', $this->calls());
        $this->chrome->click('[data-op="stop"]');
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        $this->shot('client-question-' . $skin);
        $this->chrome->click('dialog .btn-danger');
        $this->chrome->waitFor('document.querySelector(".kvm-notice.is-good:not([hidden])")');
        self::assertStringContainsString('client_api {"op":"stop"}', $this->calls());
        // Soon after a click the page looks again by itself.
        $this->waitForCall('client_api {"op":"status"}');
        self::assertSame([], $this->chrome->complaints());
    }

    /**
     * @dataProvider interruptions
     */
    public function testTheClientInterruptsTheMachine(string $op, string $question): void
    {
        $this->asClient('running');
        $this->chrome->open($this->site->url('clientarea.php?action=productdetails&id=1'));
        $this->chrome->waitFor('document.querySelector(".kvm-pill.is-running")');
        $this->chrome->click("[data-op=\"$op\"]");
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        self::assertStringContainsString($question, $this->chrome->text());
        self::assertStringNotContainsString('"op":"' . $op . '"', $this->calls());
        $this->chrome->click('dialog .btn-danger');
        $this->waitForCall('client_api {"op":"' . $op . '"}');
        $this->waitForCall('client_api {"op":"status"}');
        self::assertSame([], $this->chrome->complaints());
    }

    public function interruptions(): array
    {
        return [
            'reboot' => ['reboot', 'Restart the virtual machine?'],
            'shutdown' => ['shutdown', 'Shut down the virtual machine?'],
        ];
    }

    /**
     * @dataProvider skins
     */
    public function testAStoppedMachineNamesTheOrderedSystem(string $skin): void
    {
        $this->asClient('stopped');
        $this->site->sql("update tblproductconfigoptions set optionname = 'Operating System|Betriebssystem &amp; mehr'"
            . " where optionname like 'Operating System%'");
        $this->chrome->open($this->site->url('clientarea.php?action=productdetails&id=1&systpl=' . $skin));
        $this->chrome->waitFor('document.querySelector(".kvm-pill.is-stopped")');
        $line = 'document.querySelector(".kvm-title p").innerText.trim()';
        self::assertSame('Debian 12', $this->chrome->evaluate($line));
        // What is not offered has no button.
        self::assertFalse($this->chrome->evaluate('document.querySelector("[data-op=start]").disabled'));
        self::assertTrue($this->chrome->evaluate('document.querySelector("[data-op=reboot]").hidden'));
        $this->shot('client-stopped-' . $skin);
        $this->waitForCall('client_api {"op":"status"}');
        self::assertSame('Debian 12', $this->chrome->evaluate($line));
    }

    public function testTheUpgradeFormTakesNoSmallerDisk(): void
    {
        $this->asClient('stopped');
        $option = (int) $this->site->sql("select id from tblproductconfigoptions where optionname like 'System Disk|%'")
            [0]['id'];
        $this->site->sql("update tblproductconfigoptions set optiontype = 4 where id = $option");
        $this->site->sql("delete from tblproductconfigoptionssub where configid = $option and id not in"
            . " (select min(id) from tblproductconfigoptionssub where configid = $option)");
        $this->site->sql("update tblhostingconfigoptions set qty = 40 where configid = $option");
        $this->chrome->open($this->site->url('upgrade.php?type=configoptions&id=1'));
        $field = "[name=\"configoption[$option]\"]";
        foreach (['20' => false, '40' => true, '0' => false, '80' => true] as $size => $isTaken) {
            $this->chrome->fill($field, (string) $size);
            $validity = 'document.querySelector(' . json_encode($field) . ').checkValidity()';
            self::assertSame($isTaken, $this->chrome->evaluate($validity), (string) $size);
        }
        self::assertSame([], $this->chrome->complaints());
    }

    public function testTheClientWatchesTheDeploy(): void
    {
        $this->asClient('deploying');
        $this->chrome->open($this->site->url('clientarea.php?action=productdetails&id=1'));
        $this->chrome->waitFor('document.querySelector(".kvm-progress:not([hidden])")');
        self::assertStringContainsString('Copying the operating system', $this->chrome->text());
        $this->shot('client-deploying');
        $this->chrome->resize(420, 900);
        $this->shot('client-deploying-narrow');
        $wide = 'document.querySelector(".puq-kvm").scrollWidth > document.querySelector(".puq-kvm").clientWidth';
        self::assertFalse($this->chrome->evaluate($wide));
        self::assertSame([], $this->chrome->complaints());
    }

    public function testAnUnreachableCluster(): void
    {
        $this->asClient('broken');
        $this->chrome->open($this->site->url('clientarea.php?action=productdetails&id=1'));
        $this->chrome->waitFor('document.querySelector(".kvm-trouble:not([hidden])")');
        self::assertStringContainsString('Something went wrong', $this->chrome->text());
        self::assertStringNotContainsString('three addresses', $this->chrome->text());
        $this->shot('client-broken');
    }

    public function testTheAdminsPages(): void
    {
        $this->start('running');
        $this->chrome->signInStaff($this->site->url(''), 'admin');
        $this->chrome->open($this->site->url('admin/clientsservices.php?userid=1&id=1'));
        $this->chrome->waitFor('document.querySelector(".kvm-staff .kvm-pill.is-running")');
        $this->chrome->click('details.kvm-run summary');
        self::assertStringContainsString('cp_update_ip', $this->chrome->text());
        $this->chrome->resize(1280, 3400);
        $this->shot('admin-service');
        $this->chrome->resize(1280, 900);
        $this->waitForCall('admin_api {"op":"status"}');
        self::assertTrue($this->chrome->evaluate('document.querySelector("details.kvm-run").open'));
        $addon = $this->site->url('admin/addonmodules.php?module=puq_proxmox_kvm&page=');
        $pages = ['home', 'pools', 'pool&id=1', 'zones', 'zone&id=4', 'vms', 'vm&service_id=1', 'settings', 'cron'];
        foreach ($pages as $page) {
            $this->chrome->open($addon . $page);
            self::assertStringContainsString('VM management', $this->chrome->text());
            $this->shot('admin-' . preg_replace('/\W.*/', '', $page));
        }
        $this->chrome->open($addon . 'doctor&server_id=1');
        $this->shot('admin-doctor');
        self::assertSame([], $this->chrome->complaints());
    }

    public function testTheAdminTestsAndDeletesAZone(): void
    {
        $addon = $this->openAddon('home');
        $this->chrome->click('a.kvm-card[href$="page=zones"]');
        $this->chrome->waitFor('document.querySelector("form[data-ask] .btn-danger")');
        $this->chrome->click('tbody tr:nth-child(2) .btn-default');
        $this->chrome->waitFor('document.querySelector(".kvm-notice.is-good")');
        self::assertStringContainsString('113.0.203.in-addr.arpa: serial 2026041001 <b>', $this->chrome->text());
        $this->shot('admin-zone-test');
        self::assertStringContainsString('addon_api {"op":"zone_test","id":7}', $this->calls());
        $this->chrome->click('form[data-ask] .btn-danger');
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        $this->shot('admin-zone-question');
        $this->chrome->click('dialog[open] .btn-default');
        $this->chrome->waitFor('!document.querySelector("dialog[open]")');
        self::assertStringNotContainsString('zone_delete', $this->calls());
        $this->chrome->click('form[data-ask] .btn-danger');
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        $this->chrome->click('dialog[open] .btn-danger');
        $this->waitForCall('addon_api {"op":"zone_delete","id":4}');
        $this->chrome->waitFor('document.querySelector(".kvm-notice.is-good")');
        self::assertStringContainsString('Deleted.', $this->chrome->text());
        $this->chrome->open($addon . 'zone&type=zonefile');
        $this->chrome->fill('[name="zone"]', 'example.net');
        $this->chrome->fill('[name="path"]', '/etc/nsd/example.net.zone');
        $this->chrome->click('form.kvm-card .btn-primary');
        $zone = '{"zone":"example.net","type":"zonefile","path":"\\/etc\\/nsd\\/example.net.zone"}';
        $this->waitForCall('addon_api {"op":"zone_save","zone":' . $zone . '}');
        self::assertSame([], $this->chrome->complaints());
    }

    public function testTheAdminResetsAMachine(): void
    {
        $this->openAddon('vm&service_id=1');
        $this->chrome->click('[data-open="kvm-reset"]');
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        $this->shot('admin-reset');
        $this->chrome->click('dialog[open] [data-close]');
        $this->chrome->waitFor('!document.querySelector("dialog[open]")');
        $this->chrome->click('[data-open="kvm-reset"]');
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        // Nothing is chosen beforehand, and nothing is sent before something is.
        $this->chrome->click('dialog[open] [type="submit"]');
        self::assertTrue($this->chrome->evaluate('document.querySelector("#kvm-reset").open'));
        $this->chrome->click('dialog[open] [value="set_dns_records"]');
        $this->chrome->click('dialog[open] [type="submit"]');
        $this->waitForCall('admin_api {"op":"reset","state":"set_dns_records"}');
        self::assertSame(1, substr_count($this->calls(), '"reset"'));
        self::assertSame([], $this->chrome->complaints());
    }

    public function testTheProductPanel(): void
    {
        $this->start('running');
        $this->chrome->signInStaff($this->site->url(''), 'admin');
        $this->chrome->open($this->site->url('admin/configproducts.php?action=edit&id=1&tab=3'));
        $this->chrome->waitFor('document.querySelector("[data-product-panel]")');
        $this->waitForCall('addon_api {"op":"name_preview","rule":"{client_id}-{service_id}","domain":');
        $this->chrome->waitFor('document.querySelector("[data-name-example]").innerText.includes("12-345 → 12-345.")');
        $this->shot('admin-product');
        $this->chrome->click('[data-refresh]');
        $this->chrome->waitFor('document.querySelector("[data-field=node]").value === "pve9"');
        self::assertSame([], $this->chrome->complaints());
    }

    private function asClient(string $world): void
    {
        $this->start($world);
        $this->chrome->signIn($this->site->url(''), 'client1@example.com');
    }

    /**
     * @return string Address of the addon's pages, to which a page's name is added.
     */
    private function openAddon(string $page): string
    {
        $this->start('running');
        $this->chrome->signInStaff($this->site->url(''), 'admin');
        $addon = $this->site->url('admin/addonmodules.php?module=puq_proxmox_kvm&page=');
        $this->chrome->open($addon . $page);
        return $addon;
    }

    private function start(string $world): void
    {
        $this->site->serve(['PUQ_FAKE' => $world] + getenv());
        $this->chrome = new Chrome();
    }

    private function calls(): string
    {
        return (string) @file_get_contents((string) getenv('PUQ_FAKE_LOG'));
    }

    private function waitForCall(string $call): void
    {
        for ($i = 0; $i < 200 && strpos($this->calls(), $call) === false; $i++) {
            usleep(100000);
        }
        self::assertStringContainsString($call, $this->calls());
    }

    private function shot(string $name): void
    {
        $directory = (string) getenv('PUQ_SHOTS');
        if ($directory !== '') {
            $this->chrome->screenshot("$directory/$name.png");
        }
    }
}
