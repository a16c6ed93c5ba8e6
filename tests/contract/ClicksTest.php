<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

require_once dirname(__DIR__) . '/support/autoload.php';

/** What a click destroys or mends, in a real browser: disks on the upgrade page, and what the census found. */
final class ClicksTest extends SiteTestCase
{
    private const HOME = 'admin/addonmodules.php?module=puq_proxmox_kvm&page=home';

    private ?Chrome $chrome = null;

    protected function setUp(): void
    {
        if (!Chrome::isInstalled()) {
            self::markTestSkipped('No Chromium.');
        }
    }

    protected function tearDown(): void
    {
        if ($this->chrome !== null) {
            self::assertSame([], $this->chrome->complaints());
            $this->chrome->close();
            $this->chrome = null;
        }
        parent::tearDown();
    }

    /**
     * A disk of 10 GB that is chosen from a list, or typed in as a number: the field, what makes it smaller, and what
     * deletes it.
     */
    public static function fields(): array
    {
        $list = ['--values', '0|none,5|5 GB,10|10 GB,20|20 GB'];
        return [
            'a list' => [$list, '10', 'select'],
            'a number' => [['--values', '1|GB', '--type', 'quantity', '--min', '0', '--max', '50'], '10', 'input'],
        ];
    }

    /**
     * @dataProvider fields
     * @param string[] $kind
     */
    public function testADiskIsDeletedOnTheUpgradePageOnlyAfterAWord(array $kind, string $size, string $tag): void
    {
        $option = 'Additional Disk|Zusatzplatte & mehr';
        self::$site->host()->mustRun(array_merge(['option', 'add', '1', $option], $kind));
        try {
            $service = self::$site->delivered(['--option', "Additional Disk=$size"]);
            self::assertStringContainsString('size=10G', $this->second($service));
            $this->upgrade($service, $tag);
        } finally {
            self::$site->host()->mustRun(['option', 'remove', '1', $option]);
        }
    }

    private function upgrade(int $service, string $tag): void
    {
        $chrome = $this->client();
        $chrome->beforeEachPage('window.confirm = function (text) {'
            . ' sessionStorage.asked = text; return sessionStorage.answer === "yes"; };');
        $page = self::$site->host()->url("upgrade.php?type=configoptions&id=$service");
        $chrome->open($page);
        $field = "[...document.querySelectorAll('{$tag}[name^=configoption]')]"
            . '.find(f => f.parentElement.parentElement.innerText.includes("Zusatzplatte"))';
        $chrome->waitFor($field);
        $choose = static function (string $wanted) use ($tag, $field): string {
            $label = $wanted === '0' ? 'none' : $wanted;
            $value = $tag === 'input' ? "'$wanted'"
                : "[...f.options].find(o => o.text.trim().startsWith('$label')).value";
            return "void (function (f) { f.value = $value; f.dispatchEvent(new Event('input', {bubbles: true}));"
                . " f.form.querySelector('[type=submit]').click(); })($field)";
        };
        $this->picture("upgrade-$tag");
        // What a change brings with it is read before anything is chosen.
        $said = (string) $chrome->evaluate('document.querySelector(".puq-kvm-notes").innerText');
        foreach (['shut down and started again', 'only grow', 'all data on it are deleted', 'reinstall it'] as $part) {
            self::assertStringContainsString($part, $said);
        }
        // Another system is no upgrade.
        $other = "[...document.querySelectorAll('option')].find(o => o.text.startsWith('Debian 12 shared'))";
        self::assertTrue($chrome->evaluate("$other.disabled && $other.text.endsWith('(by reinstalling only)')"));
        // Less than it has is not taken, and nothing is asked about it.
        $chrome->evaluate($choose('5'));
        self::assertFalse($chrome->evaluate('"asked" in sessionStorage'));
        self::assertStringNotContainsString('has been ordered', $chrome->text());
        // No: nothing happens.
        $chrome->evaluate($choose('0'));
        $asked = (string) $chrome->evaluate('sessionStorage.asked');
        self::assertStringContainsString('The additional disk and all data on it will be deleted.', $asked);
        self::assertStringNotContainsString('has been ordered', $chrome->text());
        self::$site->cron(['--force']);
        self::assertStringContainsString('size=10G', $this->second($service));
        // Yes: the disk goes.
        $chrome->evaluate('sessionStorage.answer = "yes"');
        $chrome->evaluate($choose('0'));
        $chrome->waitFor('document.body.innerText.includes("has been ordered")');
        self::$site->until($service, 'ready');
        self::assertSame('', $this->second($service));
        self::assertSame('running', self::$site->vm($service)['status']);
    }

    public function testTheClientPageLeadsToTheUpgrade(): void
    {
        $service = self::$site->delivered();
        self::$site->host()->sql("update tblproducts set upgradepackages = '1' where id = 1");
        $chrome = $this->client();
        foreach (['standin4' => 1280, 'standin3' => 390, 'dark' => 1280] as $theme => $width) {
            $chrome->resize($width, 1600);
            $page = "clientarea.php?action=productdetails&systpl=$theme&id=$service";
            $chrome->open(self::$site->host()->url($page));
            $this->waitForText('Running');
            $link = '.puq-kvm a[href*="upgrade.php?type=package"]';
            $this->picture("client-upgrade-$theme");
            self::assertTrue($chrome->evaluate("document.querySelector('$link').offsetParent !== null"), $theme);
            $chrome->click($link);
            $chrome->waitFor('location.pathname.endsWith("/upgrade.php")');
            self::assertSame("?type=package&id=$service", $chrome->evaluate('location.search'), $theme);
        }
        self::$site->host()->sql("update tblproducts set upgradepackages = '' where id = 1");
    }

    public function testStaffSeeToWhatTheCensusFoundWithOneClickEach(): void
    {
        $service = self::$site->delivered();
        $own = self::$site->vm($service);
        $number = (int) $own['vmid'];
        $config = array_intersect_key($own['config'], array_flip(['name', 'description', 'tags']));
        self::$site->cluster()->meddle(['vmid' => 2999, 'node' => $own['node'], 'config' => $config]);
        $chrome = $this->staffAt("VM 2999 on {$own['node']} carries the mark of service $service");
        $this->picture('census-stray');
        // No, then yes.
        $this->press('Remove');
        $chrome->click('dialog[open] button');
        self::assertNotNull(self::$site->guest(2999));
        $this->press('Remove');
        $chrome->click('dialog[open] button:last-child');
        $this->waitForText('VM 2999 is removed.');
        self::assertNull(self::$site->guest(2999));
        self::assertStringNotContainsString('carries the mark', $chrome->text());
        // The record names another number.
        $where = "where service_id = $service";
        self::$site->host()->sql("update puqProxmoxKVM_vm_info set vm_id = 2500, rev = rev + 1 $where");
        self::$site->host()->sql("update puq_proxmox_kvm_vmids set vmid = 2500 $where");
        $this->staffAt("VM $number on");
        $this->waitForText('VM 2500 of service');
        $this->picture('census-wrong-number');
        $this->press('Adopt');
        $this->waitForText("VM $number now belongs to service $service");
        self::$site->until($service, 'ready');
        self::assertSame($number, (int) self::$site->vm($service)['vmid']);
        // It is gone altogether.
        self::$site->cluster()->meddle(['vmid' => $number, 'delete' => true]);
        $this->staffAt("VM $number of service $service is on no node");
        $this->picture('census-missing');
        $link = "a[href*=\"page=vm&service_id=$service\"]";
        self::assertTrue($chrome->evaluate('document.querySelector(' . json_encode($link) . ') !== null'));
        $this->press('Redeploy');
        $chrome->click('dialog[open] button:last-child');
        $this->waitForText("Service $service gets a new VM.");
        self::$site->until($service, 'ready');
        self::assertSame('running', self::$site->vm($service)['status']);
        $this->staffAt('Installation');
        self::assertStringNotContainsString("of service $service", $chrome->text());
    }

    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    /** The second disk of a service's VM; empty: it has none. */
    private function second(int $service): string
    {
        foreach ((array) self::$site->vm($service)['config'] as $key => $value) {
            if (preg_match('/^(scsi|virtio|sata)[1-9]$/', (string) $key) === 1) {
                return (string) $value;
            }
        }
        return '';
    }

    private function client(): Chrome
    {
        $this->chrome = new Chrome();
        $this->chrome->signIn(self::$site->host()->url(''), 'client1@example.com');
        return $this->chrome;
    }

    /** The dashboard, after a run of the cron that asked the cluster; it shows this. */
    private function staffAt(string $text): Chrome
    {
        self::$site->delivered();
        if ($this->chrome === null) {
            $this->chrome = new Chrome();
            $this->chrome->signInStaff(self::$site->host()->url(''), 'admin');
        }
        $this->chrome->open(self::$site->host()->url(self::HOME));
        $this->waitForText($text);
        return $this->chrome;
    }

    private function waitForText(string $text): void
    {
        $this->chrome->waitFor('document.body.innerText.includes(' . json_encode($text) . ')');
    }

    /** Presses a button by its words. */
    private function press(string $words): void
    {
        $find = '[...document.querySelectorAll(".kvm-alarm button")].find(b => b.innerText.trim() === '
            . json_encode($words) . ')';
        $this->chrome->waitFor($find);
        $this->chrome->evaluate("void $find.click()");
    }

    /** With PICTURES=<directory> there is something to look at. */
    private function picture(string $name): void
    {
        if ((string) getenv('PICTURES') !== '') {
            $this->chrome->screenshot(getenv('PICTURES') . "/$name.png");
        }
    }
}
