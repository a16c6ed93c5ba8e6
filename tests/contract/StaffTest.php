<?php

declare(strict_types=1);

namespace Contract;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * The staff's page of a service in a real browser: the parts of the client's page with the rights of the staff, what
 * was sold beside what the VM has, the commands and what they do, and a VM that is taken over. Pictures of all of it
 * land in target/pages.
 */
final class StaffTest extends PartsTestCase
{
    private const HOSTILE = '"><img src=x onerror="window.hit=1"> {{7*7}} \'; DROP';

    protected function setUp(): void
    {
        parent::setUp();
        $this->page->chrome->close();
        $this->page = new PartsBrowser(self::$site, self::$service, 'admin');
    }

    protected function tearDown(): void
    {
        self::$site->cluster()->control('faults', []);
        self::$site->host()->sql("update tbladmins set language = 'english'");
        parent::tearDown();
    }

    public static function looks(): array
    {
        return [
            'wide' => [1280, 'english', ''], 'a phone' => [360, 'german', ''],
            'dark' => [1280, 'chinese', 'dark'], 'from right to left' => [360, 'arabic', ''],
        ];
    }

    /** @dataProvider looks */
    public function testEveryPartCanBeReadByEverybody(int $width, string $language, string $skin): void
    {
        self::$site->host()->mustRun(['set', 'AdminSkin', $skin]);
        try {
            $this->speak($language);
            $flaws = [];
            foreach (self::PARTS as $part) {
                $this->page->chrome->resize($width, 900);
                $this->page->open($part);
                $flaws = array_merge($flaws, array_fill_keys($this->page->flaws(), $part));
                $this->page->picture("staff-$part-$width-$language", $width);
            }
            self::assertSame([], $flaws, "$language at $width");
        } finally {
            self::$site->host()->mustRun(['set', 'AdminSkin', '']);
        }
    }

    public function testWhatWasSoldStandsBesideWhatTheVmHas(): void
    {
        $vmid = (int) self::$site->vm(self::$service)['vmid'];
        $this->page->open('overview');
        $row = 'document.querySelector("[data-package] [data-row=cpu]")';
        $this->page->chrome->waitFor("$row && !$row.innerText.includes('–')");
        self::assertSame(0, $this->page->chrome->evaluate(
            'document.querySelectorAll("[data-package] tr.is-differs").length'
        ));
        $was = (int) self::$site->guest($vmid)['config']['cores'];
        self::$site->cluster()->meddle(['vmid' => $vmid, 'config' => ['cores' => (string) ($was + 5)]]);
        try {
            $this->page->open('overview');
            $this->page->chrome->waitFor("$row && $row.classList.contains('is-differs')");
            $text = (string) $this->page->chrome->evaluate("$row.innerText");
            self::assertStringContainsString((string) ($was + 5), $text);
            self::assertStringContainsString('Run **Set CPU RAM -> among the module commands', $text);
            self::assertSame([], $this->page->flaws());
            $this->page->picture('staff-differs', 1280);
        } finally {
            self::$site->cluster()->meddle(['vmid' => $vmid, 'config' => ['cores' => (string) $was]]);
        }
    }

    public function testEveryCommandSaysWhatItDoes(): void
    {
        $this->page->open('overview');
        $this->page->press('[data-legend] summary');
        $commands = '[...document.querySelectorAll("[data-legend] dt")].map(one => one.innerText.trim())';
        $legend = (array) $this->page->chrome->evaluate($commands);
        foreach (['**Reinstall', 'VMClone ->', '*Set Network ->', 'Set DNS records', 'Refresh'] as $command) {
            self::assertContains($command, $legend);
        }
        $empty = '[...document.querySelectorAll("[data-legend] dd")].filter(one => one.innerText.trim() === "").length';
        self::assertSame(0, $this->page->chrome->evaluate($empty));
        $text = $this->page->chrome->text();
        self::assertStringContainsString('only while it is stopped', $text);
        self::assertStringContainsString('All disks and snapshots are lost', $text);
        self::assertSame([], $this->page->flaws());
        $this->page->picture('staff-legend', 1280);
    }

    public function testAReverseNameIsEditedInPlace(): void
    {
        $this->page->open('network');
        $field = '[data-pane=network] input[id^=rdns-]';
        $this->page->chrome->fill($field, self::HOSTILE);
        $this->page->press('[data-do=rdns_save]');
        $this->page->chrome->waitFor('document.querySelector(".kvm-wrong:not([hidden])")');
        $this->page->chrome->fill($field, 'staff.example.com');
        $this->page->press('[data-do=rdns_save]');
        $this->page->chrome->waitFor('document.querySelector(".kvm-notice.is-good:not([hidden])")');
        $this->page->open('network');
        $value = 'document.querySelector(' . json_encode($field) . ').value';
        $this->page->chrome->waitFor("$value === 'staff.example.com'");
    }

    public function testASnapshotIsTakenAndRemoved(): void
    {
        $this->page->open('snapshots');
        $this->page->chrome->fill('[name=description]', self::HOSTILE);
        $this->page->press('[data-do=snapshot_create]');
        $this->page->waitForText('{{7*7}}');
        $this->settled();
        $this->page->press('[data-do=snapshot_remove]');
        $this->page->answer('yes');
        $this->page->waitForText('No snapshots yet.');
    }

    /** What only the staff may choose. */
    public function testTheStaffMayReject(): void
    {
        $this->page->open('firewall');
        $this->page->chrome->fill('[data-pane=firewall] [name=policy_in]', 'REJECT');
        $this->page->press('[data-do=firewall_policies]');
        // Nothing would let SSH in any more.
        $this->page->answer('yes');
        $vmid = (int) self::$site->vm(self::$service)['vmid'];
        $policy = static function () use ($vmid): string {
            return (string) (self::$site->guest($vmid)['firewall']['options']['policy_in'] ?? '');
        };
        for ($turn = 0; $turn < 100 && $policy() !== 'REJECT'; $turn++) {
            usleep(100000);
        }
        self::assertSame('REJECT', $policy());
        $this->page->open('firewall');
        $this->page->chrome->fill('[data-pane=firewall] [name=policy_in]', 'ACCEPT');
        $this->page->press('[data-do=firewall_policies]');
        $this->page->chrome->waitFor('document.querySelector(".kvm-notice.is-good:not([hidden])")');
    }

    /** What changes something stands in WHMCS's module log while its switch is on, and nothing while it is off. */
    public function testWhatIsChangedStandsInTheModuleLog(): void
    {
        $host = self::$site->host();
        $count = static function () use ($host): int {
            $rows = $host->sql("select count(*) as n from tblmodulelog where action like 'POST %/snapshot'");
            return (int) $rows[0]['n'];
        };
        $this->page->open('snapshots');
        $before = $count();
        $take = function (string $text): void {
            $this->page->chrome->fill('[name=description]', $text);
            $this->page->press('[data-do=snapshot_create]');
            $this->page->waitForText($text);
            $this->settled();
            $this->page->press('[data-do=snapshot_remove]');
            $this->page->answer('yes');
            $this->page->waitForText('No snapshots yet.');
            $this->settled();
        };
        $take('while it is on');
        self::assertSame($before + 1, $count());
        $row = $host->sql("select * from tblmodulelog where action like 'POST %/snapshot' order by id desc")[0];
        self::assertStringContainsString('snapname', $row['request']);
        self::assertStringContainsString('UPID', $row['response']);
        self::assertMatchesRegularExpression('/^HTTP 200, \d+\.\d\d s$/', $row['arrdata']);
        $reads = "select count(*) as n from tblmodulelog where action like 'GET %' and module = 'puqProxmoxKVM'";
        self::assertSame(0, (int) $host->sql($reads)[0]['n']);
        $host->sql("update tblconfiguration set value = '' where setting = 'ModuleDebugMode'");
        try {
            $take('while it is off');
            self::assertSame($before + 1, $count());
        } finally {
            $host->sql("update tblconfiguration set value = 'on' where setting = 'ModuleDebugMode'");
        }
    }

    /** What is typed into a part is none of WHMCS's own form, whose button it does not press either. */
    public function testThePartsAreNoPartOfWhmcssForm(): void
    {
        $this->page->open('firewall');
        $this->page->press('[data-do=rule_form]');
        $names = '[...new FormData(document.querySelector("#frmServices")).keys()]';
        $sent = (array) $this->page->chrome->evaluate($names);
        self::assertContains('puqkvm_vmid', $sent);
        $ours = ['direction', 'verdict', 'source', 'comment', 'note'];
        self::assertSame([], array_values(array_intersect($sent, $ours)));
        $this->page->chrome->evaluate('void document.querySelector("#frmServices").addEventListener("submit",'
            . ' function (event) { window.hit = "the form of WHMCS was sent"; event.preventDefault(); })');
        $this->page->chrome->fill('[data-pane=firewall] [name=source]', 'nonsense');
        $this->page->press('[data-do=firewall_rule_add]');
        $this->page->chrome->waitFor('document.querySelector(".kvm-wrong:not([hidden])")');
    }

    /** The product leaves the client out of it; the staff are told so, and may all the same. */
    public function testWhatTheClientDoesNotHaveIsSaidAndWorks(): void
    {
        $this->permit('charts', '0');
        try {
            $this->page->open('charts');
            $this->page->waitForText('The client does not have this part');
            self::assertSame([], $this->page->flaws());
            $this->page->open('snapshots');
            self::assertStringNotContainsString('The client does not have this part', $this->page->chrome->text());
        } finally {
            $this->permit('charts', '1');
        }
    }

    public function testACommandThatDestroysAsksForTheNameFirst(): void
    {
        $this->page->open('overview');
        $this->page->chrome->evaluate('void [...document.querySelectorAll("button, a, input")].find(one => '
            . '/vmRemove/.test([one.getAttribute("onclick"), one.value, one.getAttribute("href")].join())).click()');
        $this->page->chrome->waitFor('document.querySelector("dialog[open] input")');
        $yes = 'document.querySelector("dialog[open] [data-answer=yes]").disabled';
        self::assertTrue($this->page->chrome->evaluate($yes));
        $this->page->chrome->fill('dialog[open] input', 'something else');
        self::assertTrue($this->page->chrome->evaluate($yes));
        self::assertSame([], $this->page->flaws());
        $this->page->picture('staff-question', 1280);
        $this->page->answer('no');
        self::assertSame('running', self::$site->vm(self::$service)['status']);
    }

    public function testARefusedNumberAndATakenVmAreToldOnThePage(): void
    {
        $service = self::$site->ordered();
        $this->page->show($service);
        $this->page->open('overview');
        $this->save('9000');
        $this->page->waitForText('is a template');
        self::assertSame(1, $this->page->chrome->evaluate('document.querySelectorAll("[data-news].is-bad").length'));
        // It is told once.
        $this->page->open('overview');
        self::assertSame(0, $this->page->chrome->evaluate('document.querySelectorAll("[data-news]").length'));
        $vmid = (int) self::$site->vm(self::$service)['vmid'];
        $this->save((string) $vmid);
        $this->page->waitForText('carries the mark of another service');
    }

    public function testThePageStandsBesideASlowAndADeadCluster(): void
    {
        self::$site->cluster()->control('faults', [['match' => (object) [], 'do' => ['slow' => ['ms' => 1200]]]]);
        $this->page->open('overview');
        $this->page->waitForText('Running');
        self::$site->cluster()->control('faults', [['match' => (object) [], 'do' => 'refuse']]);
        foreach (['overview', 'snapshots', 'charts'] as $part) {
            $this->page->open($part);
            self::assertSame([], $this->page->flaws(), $part);
            $this->page->picture("staff-$part-dead", 1280);
        }
    }

    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    /** Saves WHMCS's page with this number in the field of the VM. */
    private function save(string $number): void
    {
        $this->page->chrome->fill('[name=puqkvm_vmid]', $number);
        $this->page->chrome->evaluate('void document.querySelector("#frmServices [name=save]").click()');
        $this->page->chrome->waitFor('document.body.innerText.includes("Changes Saved")');
    }

    private function speak(string $language): void
    {
        self::$site->host()->sql("update tbladmins set language = '$language'");
        $this->page->chrome->close();
        $this->page = new PartsBrowser(self::$site, self::$service, 'admin');
    }

    private function permit(string $key, string $value): void
    {
        $settings = json_decode(self::$site->host()->sql(
            'select settings from puq_proxmox_kvm_products where product_id = 1'
        )[0]['settings'], true);
        $settings[$key] = $value;
        self::$site->host()->sql("update puq_proxmox_kvm_products set settings = '"
            . str_replace("'", "''", (string) json_encode($settings)) . "' where product_id = 1");
    }
}
