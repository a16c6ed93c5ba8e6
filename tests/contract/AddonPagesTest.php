<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * Every page of the addon in a real browser: each control with right, wrong and hostile input. Pictures of all of them
 * land in target/pages.
 */
final class AddonPagesTest extends SiteTestCase
{
    private const HOSTILE = '"><img src=x onerror="window.hit=1"> {{7*7}} \'; DROP';

    /** @var int */
    private static $service;

    /** @var int One that is over. */
    private static $over;

    /** @var Staff|null */
    private $staff;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        if (!Chrome::isInstalled()) {
            return;
        }
        self::$service = self::$site->delivered();
        self::$over = self::$site->delivered();
        self::command(self::$over, 'TerminateAccount');
        self::$site->until(self::$over, 'remove');
        self::$site->addPool(['type' => 'IPv6', 'gateway' => 'fe80::1', 'mask' => '62', 'dns1' => '2001:db8::53',
            'address_start' => '2001:db8:77::10', 'address_stop' => '2001:db8:77::ffff']);
        self::$site->staff()->post('admin/addonmodules.php?module=puq_proxmox_kvm&page=zone', [
            'type' => 'zonefile', 'zone' => 'example.com', 'path' => self::$site->host()->root() . '/example.zone',
        ]);
    }

    protected function tearDown(): void
    {
        if ($this->staff !== null) {
            $hit = $this->staff->chrome->evaluate('window.hit');
            $complaints = $this->staff->chrome->complaints();
            $this->staff->chrome->close();
            $this->staff = null;
            self::assertNull($hit, 'What was typed became a part of the page.');
            self::assertSame([], $complaints);
        }
        parent::tearDown();
    }

    private function staff(string $language = 'english'): Staff
    {
        if (!Chrome::isInstalled()) {
            self::markTestSkipped('No Chromium.');
        }
        return $this->staff = new Staff(self::$site, $language);
    }

    /** @return array<string, string> name => address */
    private static function pages(): array
    {
        return [
            'home' => 'home', 'pools' => 'pools', 'pool' => 'pool&id=1', 'pool-new' => 'pool',
            'addresses' => 'addresses&past=1', 'zones' => 'zones', 'zone' => 'zone', 'vms' => 'vms',
            'vm' => 'vm&service_id=' . self::$service, 'record' => 'record&service_id=' . self::$service,
            'record-over' => 'record&service_id=' . self::$over, 'settings' => 'settings', 'cron' => 'cron',
            'doctor' => 'doctor&server_id=1', 'help' => 'help',
        ];
    }

    public static function looks(): array
    {
        return [
            'wide' => ['english', 1280], 'a phone' => ['german', 360], 'from right to left' => ['arabic', 1280],
            'a phone from right to left' => ['arabic', 360], 'chinese' => ['chinese', 1280],
            'german' => ['german', 1280],
        ];
    }

    /** @dataProvider looks */
    public function testEveryPageCanBeReadByEverybody(string $language, int $width): void
    {
        $staff = $this->staff($language);
        $flaws = [];
        foreach (self::pages() as $name => $page) {
            $staff->chrome->resize($width, 900);
            $staff->open($page);
            $found = array_merge($staff->misplaced(), array_diff($staff->flaws(), ['wider than the window']));
            foreach ($found as $flaw) {
                $flaws[] = "$name: $flaw";
            }
            $staff->picture("addon-$name-$width-$language", $width);
        }
        self::assertSame([], $flaws, "$language at $width");
    }

    public function testAPoolIsTypedWithItsReverseZoneBeingSaid(): void
    {
        $staff = $this->staff();
        $staff->open('pools');
        $staff->follow('.kvm-page-head a.btn-primary');
        $fields = ['gateway' => '198.51.100.1', 'mask' => '24', 'address_start' => '198.51.100.10',
            'address_stop' => '198.51.100.19'];
        foreach ($fields as $name => $value) {
            $staff->chrome->fill("[name=$name]", $value);
        }
        $staff->waitForText('add the DNS zone 100.51.198.in-addr.arpa');
        // What makes no sense says nothing, what is hostile is text.
        $staff->chrome->fill('[name=address_start]', self::HOSTILE);
        $staff->chrome->waitFor('document.querySelector("[data-live]").textContent === ""');
        $staff->send('[name=address_start]');
        $staff->waitForText('Must be an IPv4 address');
        $typed = $staff->chrome->evaluate('document.querySelector("[name=address_start]").value');
        self::assertSame(self::HOSTILE, $typed);
        self::assertSame([], $staff->misplaced());
        $staff->picture('addon-pool-wrong-1280-english', 1280);
        $staff->chrome->fill('[name=address_start]', '198.51.100.10');
        $staff->send('[name=address_start]');
        $staff->waitForText('Saved.');
        $staff->waitForText('100.51.198.in-addr.arpa');
        // A zone for it, and the list has nothing to say any more.
        $staff->open('zone');
        $staff->chrome->fill('[name=type]', 'zonefile');
        $staff->chrome->fill('[name=zone]', '100.51.198.in-addr.arpa');
        $staff->chrome->fill('[name=path]', self::$site->host()->root() . '/reverse.zone');
        $staff->send('[name=zone]');
        $staff->open('pools&search=198.51.100.12');
        self::assertStringNotContainsString('goes nowhere', $staff->chrome->text());
        self::assertSame(1, $staff->chrome->evaluate('document.querySelectorAll("#kvm-list tbody tr").length'));
        foreach ([self::HOSTILE, '10.9.9.9'] as $nothing) {
            $staff->chrome->fill('[name=search]', $nothing);
            $staff->send('[name=search]');
            $staff->waitForText('Nothing found.');
        }
        // An empty one goes after a question.
        $staff->open('pools&search=198.51.100.12');
        $staff->press('.btn-danger');
        $staff->chrome->click('dialog[open] button:first-child');
        $staff->press('.btn-danger');
        $staff->chrome->click('dialog[open] button:last-child');
        $staff->waitForText('Deleted.');
    }

    public function testWhoHasAnAddressAndWhoHadItIsFound(): void
    {
        $staff = $this->staff();
        $address = (string) self::$site->host()->sql('select text from puq_proxmox_kvm_addresses where service_id = '
            . self::$service)[0]['text'];
        $staff->open('pools');
        $staff->follow('#kvm-list a[href*="page=addresses"]');
        $staff->waitForText($address);
        self::assertStringContainsString('still in use', $staff->chrome->text());
        $staff->press('#kvm-box');
        $staff->send('[name=search]');
        $links = 'document.querySelectorAll(".kvm-table a[href*=clientsservices]").length';
        self::assertGreaterThanOrEqual(2, $staff->chrome->evaluate($links));
        $staff->chrome->fill('[name=search]', $address . '/32');
        $staff->send('[name=search]');
        $staff->waitForText('#' . self::$service);
        $staff->chrome->fill('[name=search]', '#' . self::$over);
        $staff->send('[name=search]');
        $staff->waitForText('#' . self::$over);
        $staff->chrome->fill('[name=search]', self::HOSTILE);
        $staff->send('[name=search]');
        $staff->waitForText('Must be an IP address');
        self::assertSame([], $staff->misplaced());
    }

    public function testAZoneIsRefusedTestedAndDeleted(): void
    {
        $staff = $this->staff();
        $staff->open('zone');
        $staff->chrome->fill('[name=type]', 'zonefile');
        $staff->chrome->fill('[name=zone]', self::HOSTILE);
        $staff->chrome->fill('[name=path]', 'not absolute');
        $staff->send('[name=zone]');
        $staff->waitForText('The zone is not saved.');
        $staff->waitForText('Must be the absolute path');
        self::assertSame([], $staff->misplaced());
        $staff->picture('addon-zone-wrong-1280-english', 1280);
        $staff->chrome->fill('[name=zone]', 'kvm.example.org');
        $staff->chrome->fill('[name=path]', '/nowhere/kvm.example.org');
        $staff->send('[name=zone]');
        $staff->waitForText('kvm.example.org');
        $row = 'document.evaluate("//tr[contains(., \'kvm.example.org\')]", document, null, 9, null).singleNodeValue';
        $staff->chrome->evaluate("void ($row.id = 'own')");
        $staff->follow('#own button.btn-default');
        $staff->waitForText('/nowhere/kvm.example.org');
        $staff->open('zones');
        $staff->chrome->evaluate("void ($row.id = 'own')");
        $staff->press('#own .btn-danger');
        $staff->chrome->click('dialog[open] button:last-child');
        $staff->waitForText('Deleted.');
        self::assertStringNotContainsString('kvm.example.org', $staff->chrome->text());
    }

    public function testSettingsAndCronTakeOnlyWhatTheyMayBe(): void
    {
        $staff = $this->staff();
        $fields = ['settings' => '[name="settings[address_history]"]', 'cron' => '[name=lock_timeout]'];
        foreach ($fields as $page => $field) {
            $staff->open($page);
            $before = $staff->chrome->evaluate("document.querySelector('$field').value");
            foreach (['-1', '99999999999', self::HOSTILE] as $wrong) {
                $staff->chrome->evaluate("document.querySelector('$field').type = 'text'");
                $staff->chrome->fill($field, $wrong);
                $staff->send($field);
                $staff->waitForText('Must be a whole number');
            }
            self::assertSame([], $staff->misplaced());
            $staff->picture("addon-$page-wrong-1280-english", 1280);
            $staff->chrome->evaluate("document.querySelector('$field').type = 'text'");
            $staff->chrome->fill($field, '400');
            $staff->send($field);
            $staff->waitForText('Saved.');
            $staff->open($page);
            self::assertSame('400', $staff->chrome->evaluate("document.querySelector('$field').value"));
            $staff->chrome->fill($field, (string) $before);
            $staff->send($field);
        }
    }

    public function testARecordIsCorrectedAndDeletedOnlyWhereTheServiceIsOver(): void
    {
        $staff = $this->staff();
        $staff->open('record&service_id=' . self::$service);
        self::assertSame(0, $staff->chrome->evaluate('document.querySelectorAll("[name=op]").length'));
        $staff->chrome->fill('[name="fields[vm_name]"]', self::HOSTILE);
        $staff->send('[name="fields[vm_name]"]');
        $staff->chrome->waitFor('document.querySelector(".kvm-wrong, .kvm-notice.is-bad")');
        self::assertSame('ready', self::$site->state(self::$service));
        $staff->open('record&service_id=999999');
        $staff->open('record&service_id=' . urlencode(self::HOSTILE));
        $staff->open('record&service_id=' . self::$over);
        $staff->press('[data-ask] .btn-danger');
        $staff->chrome->click('dialog[open] button:first-child');
        self::assertSame('remove', self::$site->state(self::$over));
        $staff->press('[data-ask] .btn-danger');
        $staff->chrome->click('dialog[open] button:last-child');
        $staff->chrome->waitFor('location.href.includes("page=vms")');
        self::assertSame('none', self::$site->state(self::$over));
        self::$over = self::$site->delivered();
        self::command(self::$over, 'TerminateAccount');
        self::$site->until(self::$over, 'remove');
    }

    public function testTheDashboardTheListAndTheDoctorLeadOn(): void
    {
        $staff = $this->staff();
        $staff->open('home');
        $staff->follow('a.kvm-card');
        $staff->open('vms');
        $staff->chrome->fill('[name=search]', self::HOSTILE);
        $staff->send('[name=search]');
        $staff->waitForText('Nothing found.');
        $staff->open('vms&search=' . urlencode('#' . self::$service));
        $staff->follow('a[href*="page=vm&"]');
        $staff->press('[data-open=kvm-reset]');
        $staff->chrome->waitFor('document.querySelector("#kvm-reset[open]")');
        self::assertSame([], array_diff($staff->flaws(), ['wider than the window']));
        $staff->picture('addon-reset-1280-english', 1280);
        $staff->press('#kvm-reset [data-close]');
        $staff->open('doctor');
        $staff->chrome->fill('[name=server_id]', '1');
        $staff->send('[name=server_id]');
        $staff->waitForText('product');
        $staff->open('doctor&server_id=' . urlencode(self::HOSTILE));
        $staff->open('help');
        $staff->press('.kvm-manual nav a[href="#kvm-help-options"]');
        $staff->waitForText('CPU Cores');
    }

    public function testTheDoctorOnTheCommandLineEndsForMonitoring(): void
    {
        [$status, $text] = self::$site->cron(['--doctor']);
        self::assertContains($status, [0, 1, 2], $text);
        self::assertStringStartsWith(['OK - ', 'WARNING - ', 'CRITICAL - '][$status], $text);
        self::assertStringContainsString('Server ', $text);
        [$again, $json] = self::$site->cron(['--doctor', '--json']);
        $read = json_decode($json, true);
        self::assertSame([$status, $status], [$again, $read['status']], $json);
        self::assertSame(64, self::$site->cron(['--doctor', '--nonsense'])[0]);
        // Tables that are not there are an error that is told, not one that is thrown.
        $host = self::$site->host();
        $host->sql('alter table puq_proxmox_kvm_settings rename to aside');
        try {
            [$status, $text] = self::$site->cron(['--doctor']);
            self::assertSame(2, $status, $text);
            self::assertStringStartsWith('CRITICAL - ', $text);
            [$status, $json] = self::$site->cron(['--doctor', '--json']);
            self::assertSame([2, 'CRITICAL'], [$status, json_decode($json, true)['word'] ?? $json]);
        } finally {
            $host->sql('alter table aside rename to puq_proxmox_kvm_settings');
        }
        self::assertStringNotContainsString(self::$site->secret(), $text . $json);
    }
}
