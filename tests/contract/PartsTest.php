<?php

declare(strict_types=1);

namespace Contract;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * Every part of the client's page in a real browser, under a strict Content-Security-Policy: each control with right,
 * wrong and hostile input. Pictures of all of them land in target/pages.
 */
final class PartsTest extends PartsTestCase
{
    private const HOSTILE = '"><img src=x onerror="window.hit=1"> {{7*7}} \'; DROP';

    public static function looks(): array
    {
        return [
            'wide' => ['standin4', 1280, 'english'], 'a phone' => ['standin3', 360, 'german'],
            'dark' => ['dark', 1280, 'chinese'], 'from right to left' => ['standin9', 360, 'arabic'],
        ];
    }

    /** @dataProvider looks */
    public function testEveryPartCanBeReadByEverybody(string $theme, int $width, string $language): void
    {
        $flaws = [];
        foreach (self::PARTS as $part) {
            $this->page->chrome->resize($width, 900);
            $this->page->open($part, $theme, $language);
            $flaws = array_merge($flaws, array_fill_keys($this->page->flaws(), $part));
            $this->page->picture("client-$part-$theme-$width-$language", $width);
        }
        self::assertSame([], $flaws, "$theme at $width");
        // Addresses read from left to right everywhere.
        $this->page->open('network', $theme, $language);
        $loose = '[...document.querySelectorAll(".puq-kvm .kvm-code")].filter(one => one.innerText.trim() !== ""'
            . ' && getComputedStyle(one).direction !== "ltr").map(one => one.innerText)';
        self::assertSame([], $this->page->chrome->evaluate($loose));
    }

    public function testTheMenuOfWhmcsLeadsToTheParts(): void
    {
        $this->page->open('overview');
        foreach (['snapshots', 'firewall'] as $part) {
            $this->page->press(".sidebar a[href\$=\"#$part\"]");
            $this->page->chrome->waitFor("document.querySelector('[data-pane=$part]:not([hidden])')");
            $current = 'document.querySelector(".kvm-tabs [aria-current=page]").dataset.tab';
            self::assertSame($part, $this->page->chrome->evaluate($current));
        }
        $this->page->chrome->evaluate('history.back()');
        $this->page->chrome->waitFor("document.querySelector('[data-pane=snapshots]:not([hidden])')");
    }

    public function testSnapshotsAreTakenRolledBackAndRemoved(): void
    {
        $this->page->open('snapshots');
        $this->page->chrome->fill('[name=description]', self::HOSTILE);
        $this->page->press('[data-do=snapshot_create]');
        $this->page->waitForText('{{7*7}}');
        $this->page->waitForText('1 / 2');
        $this->page->chrome->fill('[name=description]', 'second');
        $this->page->press('[data-do=snapshot_create]');
        $this->page->waitForText('2 / 2');
        // The slots are full: the button rests, and the page says why.
        $this->page->waitForText('All slots are in use');
        self::assertTrue($this->page->chrome->evaluate('document.querySelector("[data-do=snapshot_create]").disabled'));
        $this->page->press('[data-do=snapshot_rollback]');
        $this->page->answer('no');
        $this->page->press('[data-do=snapshot_rollback]');
        $this->page->waitForText('Everything written since then is lost.');
        $this->page->answer('yes');
        $this->settled();
        foreach (['1 / 2', '0 / 2'] as $left) {
            $this->page->press('[data-do=snapshot_remove]');
            $this->page->answer('yes');
            $this->page->waitForText($left);
        }
        $this->page->waitForText('No snapshots yet.');
    }

    public function testBackupsAreMadeScheduledAndRestoredAfterAWord(): void
    {
        $this->page->open('backups');
        $this->page->chrome->fill('[name=note]', self::HOSTILE);
        $this->page->press('[data-do=backup_now]');
        $this->page->waitForText('1 / 2');
        $this->settled();
        $this->page->press('.kvm-day input[value="1"]');
        $this->page->press('[data-do=backup_schedule]');
        $this->page->waitForText('Next:');
        $this->page->press('[data-do=backup_restore]');
        $this->page->chrome->fill('dialog[open] input', 'restore');
        self::assertTrue($this->page->chrome->evaluate('document.querySelector("dialog [data-answer=yes]").disabled'));
        $this->page->answer('no');
        self::assertSame('ready', self::$site->state(self::$service));
        $this->page->press('[data-do=backup_restore]');
        $this->page->answer('yes', 'RESTORE');
        $this->page->chrome->waitFor('document.querySelector(".kvm-progress")');
        $this->page->picture('client-restoring', 1280);
        self::$site->until(self::$service, 'ready');
        $this->removeABackup();
    }

    public function testRulesAreAddedMovedAndRemoved(): void
    {
        $this->page->open('firewall');
        $this->page->press('[data-do=rule_form]');
        $this->page->chrome->fill('[name=source]', '300.1.1.1');
        $this->page->chrome->fill('[name=dest_port]', '70000');
        $this->page->press('[data-do=firewall_rule_add]');
        $this->page->waitForText('Must be an IP address or a network such as 192.0.2.0/24.');
        $this->page->waitForText('Must be a port from 1 to 65535');
        self::assertSame([], $this->page->flaws());
        $this->page->chrome->fill('[name=source]', '');
        $this->page->chrome->fill('[name=dest_port]', '8080');
        $this->page->chrome->fill('.kvm-rule-form [name=comment]', self::HOSTILE);
        $this->page->press('[data-do=firewall_rule_add]');
        $this->rules(1);
        $this->page->press('[data-preset=Web]');
        $this->rules(3);
        $first = 'document.querySelector("[data-row=rule]").innerText';
        $this->page->press('[data-row=rule]:last-of-type [data-do=up]');
        $this->page->chrome->waitFor('document.querySelectorAll("[data-row=rule]")[1].innerText.includes("7*7")');
        // By hand and by keyboard the same.
        $this->page->chrome->evaluate('void (function (rows) { rows[1].dispatchEvent(new DragEvent("dragstart",'
            . ' {bubbles: true})); rows[0].dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true})); })'
            . '(document.querySelectorAll("[data-row=rule]"))');
        $this->page->chrome->waitFor("$first.includes('7*7')");
        // Nothing else lets SSH in: the page asks before, and says so after.
        $this->page->chrome->fill('[name=policy_in]', 'DROP');
        $this->page->press('[data-do=firewall_policies]');
        $this->page->waitForText('After this SSH (port 22) does not reach the VM.');
        $this->page->answer('yes');
        $this->page->waitForText('Nothing lets SSH (port 22) in');
        $this->page->press('[data-preset=SSH]');
        $this->rules(4);
        $this->page->chrome->waitFor('!document.body.innerText.includes("Nothing lets SSH")');
        $this->page->picture('client-firewall-rules', 1280);
        self::assertSame([], $this->page->flaws());
        for ($left = 3; $left >= 0; $left--) {
            $this->page->press('[data-do=firewall_rule_remove]');
            $this->page->answer('yes');
            $this->rules($left);
        }
    }

    public function testAnImageIsMountedAndUnmounted(): void
    {
        $this->page->open('iso');
        $this->page->press('[data-do=iso_mount]');
        $this->page->chrome->waitFor('document.querySelector("[data-do=iso_unmount]").getClientRects().length');
        $this->settled();
        $this->page->picture('client-iso-mounted', 1280);
        $this->page->press('[data-do=iso_unmount]');
        $this->page->waitForText('The drive is empty.');
    }

    public function testAReverseNameIsEditedInPlace(): void
    {
        $file = self::$site->host()->root() . '/reverse.zone';
        file_put_contents($file, "\$TTL 300\n@ IN SOA ns.example.com. admin.example.com. 1 300 300 300 300\n"
            . "@ IN NS ns.example.com.\n");
        self::$site->staff()->post('admin/addonmodules.php?module=puq_proxmox_kvm&page=zone', [
            'type' => 'zonefile', 'zone' => '2.0.192.in-addr.arpa', 'path' => $file,
        ]);
        $hour = time() - time() % 3600;
        self::$site->host()->sql('delete from puqProxmoxKVM_statistics');
        self::$site->host()->sql('insert into puqProxmoxKVM_statistics (service_id, hour, netin, netout, counter_in,'
            . " counter_out, sampled_at, estimated) values (" . self::$service . ", $hour, 3221225472, 1073741824, 0,"
            . " 0, $hour, 0)");
        $this->page->open('network');
        $this->page->waitForText('3 GiB');
        self::assertSame(1, $this->page->chrome->evaluate('document.querySelectorAll("[data-row=day]").length'));
        self::assertStringContainsString('192.0.2.10', $this->page->chrome->text());
        $input = '[data-pane=network] input';
        $this->page->chrome->fill($input, 'no host name ' . self::HOSTILE);
        $this->page->press('[data-do=rdns_save]');
        $this->page->waitForText('Must be a full host name such as mail.example.com');
        self::assertSame([], $this->page->flaws());
        $this->page->picture('client-rdns-wrong', 1280);
        $this->page->chrome->fill($input, 'mail.example.com');
        $this->page->press('[data-do=rdns_save]');
        $this->page->chrome->waitFor('document.querySelector(".kvm-notice.is-good:not([hidden])")');
        self::assertSame('mail.example.com', $this->page->chrome->evaluate("document.querySelector('$input').value"));
        $written = (string) preg_replace('/\s+/', ' ', (string) file_get_contents($file));
        self::assertStringContainsString('PTR mail.example.com.', $written);
    }

    public function testChartsAreDrawnReadAsATableAndTakenAway(): void
    {
        $this->page->open('charts');
        $this->page->chrome->waitFor('document.querySelectorAll("[data-pane=charts] canvas").length === 4');
        foreach (['day', 'year', 'hour'] as $frame) {
            $this->page->press("[data-frame=$frame]");
            $this->page->chrome->waitFor("document.querySelector('[data-frame=$frame]').ariaPressed === 'true'");
        }
        $this->page->press('[data-do=table]');
        $this->page->chrome->waitFor('document.querySelectorAll("[data-pane=charts] tbody tr").length > 5');
        self::assertSame([], $this->page->flaws());
        $this->page->chrome->evaluate('void (HTMLAnchorElement.prototype.click = function () {'
            . ' window.file = this.download; fetch; window.href = this.href; })');
        $this->page->press('[data-do=csv]');
        $this->page->chrome->waitFor('window.file');
        self::assertStringEndsWith('-hour.csv', $this->page->chrome->evaluate('window.file'));
    }

    public function testThePasswordIsShownOnce(): void
    {
        $this->page->open('access');
        $this->page->press('[data-do=reset_password]');
        $this->page->waitForText('The VM is shut down for this and started again.');
        $this->page->answer('yes');
        $this->page->chrome->waitFor('document.querySelector("[data-password]").innerText.length > 8');
        $shown = $this->page->chrome->evaluate('document.querySelector("[data-password]").innerText');
        self::$site->until(self::$service, 'ready');
        $row = self::$site->host()->json(['service', (string) self::$service])['service'];
        self::assertSame($row['password'], $shown);
        $this->page->open('access');
        self::assertStringNotContainsString($shown, $this->page->chrome->text());
    }

    public function testASystemIsInstalledAnewAfterAWord(): void
    {
        $this->page->open('reinstall');
        $this->page->chrome->fill('[name=ssh_keys]', "ssh-rsa nonsense\n" . self::HOSTILE);
        $this->page->press('[data-do=reinstall]');
        $this->page->answer('yes', 'REINSTALL');
        $this->page->waitForText('Line 1 is no SSH public key');
        self::assertSame('ready', self::$site->state(self::$service));
        $this->page->chrome->fill('[name=ssh_keys]', '');
        $this->page->press('.kvm-choice:last-child input');
        $this->page->press('[data-do=reinstall]');
        $this->page->waitForText('All data on the disks is deleted.');
        $this->page->picture('client-reinstall-question', 1280);
        $this->page->answer('yes', 'REINSTALL');
        $this->page->chrome->waitFor('document.querySelector(".kvm-progress")');
        self::$site->until(self::$service, 'ready');
    }

    public function testKeysComeWithANewPassword(): void
    {
        $this->page->open('access');
        $this->page->chrome->fill('[name=access_keys]', "ssh-rsa nonsense\n" . self::HOSTILE);
        $this->page->press('[data-do=reset_password]');
        $this->page->waitForText('The SSH keys you entered are added.');
        $this->page->answer('yes');
        $this->page->waitForText('Line 1 is no SSH public key');
        self::assertSame('ready', self::$site->state(self::$service));
        $key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0LFZt0cS2bTg3mP4TzvTzv5nU2xGJ1v6oQp5cq0m2R me@laptop';
        $this->page->chrome->fill('[name=access_keys]', $key);
        $this->page->press('[data-do=reset_password]');
        $this->page->answer('yes');
        $this->page->chrome->waitFor('document.querySelector("[data-password]").innerText.length > 8');
        $this->page->picture('client-access-keys', 1280);
        self::$site->until(self::$service, 'ready');
        $written = (string) (self::$site->vm(self::$service)['config']['sshkeys'] ?? '');
        self::assertSame($key, trim(rawurldecode($written)));
        $this->page->open('access');
        $shown = '(document.querySelector("[name=access_keys]") || {}).value';
        $this->page->chrome->waitFor("$shown === " . json_encode($key));
    }

    /** With a product that has the schedule switched on. */
    public function testSnapshotsAreMadeEachWeek(): void
    {
        $this->sell('snapshot_schedule', '1');
        try {
            $this->page->open('snapshots');
            $this->page->press('.kvm-day input[value="0"]');
            $this->page->press('.kvm-day input[value="6"]');
            $this->page->chrome->fill('[name=time]', '03:30');
            $this->page->press('[data-do=snapshot_schedule]');
            $this->page->waitForText('Next:');
            $this->page->picture('client-snapshots-weekly', 1280);
            self::assertSame([], $this->page->flaws());
            $this->page->open('snapshots');
            $days = '[...document.querySelectorAll(".kvm-day input:checked")].map(one => one.value).sort().join()';
            $this->page->chrome->waitFor("$days === '0,6'");
            self::assertSame('03:30', $this->page->chrome->evaluate('document.querySelector("[name=time]").value'));
            // None: no more of them.
            $this->page->press('.kvm-day input[value="0"]');
            $this->page->press('.kvm-day input[value="6"]');
            $this->page->press('[data-do=snapshot_schedule]');
            $this->page->chrome->waitFor('!document.body.innerText.includes("Next:")');
        } finally {
            $this->sell('snapshot_schedule', '0');
        }
    }

    public function testWhatRunsSaysHowFarItIsAndWhatWasDoneSaysByWhom(): void
    {
        $this->page->open('backups');
        $this->page->press('[data-do=backup_now]');
        $pace = '(document.querySelector(".kvm-pace") || {}).innerText';
        $this->page->chrome->waitFor("/^\\d+ %.*running for/.test($pace)");
        $bar = 'document.querySelector(".kvm-progress [role=progressbar]").ariaValueNow';
        self::assertGreaterThanOrEqual(0, (int) $this->page->chrome->evaluate($bar));
        $this->page->picture('client-backing-up', 1280);
        self::assertSame([], $this->page->flaws());
        $this->page->chrome->waitFor('!document.querySelector(".kvm-progress")');
        $this->page->open('overview');
        $first = 'document.querySelector("[data-recent] .kvm-request").innerText';
        $this->page->chrome->waitFor("$first.includes('Make a backup') && $first.includes('by you')");
        $this->removeABackup();
    }

    public function testTheMonthHasALimitWhereWhmcsSetsOne(): void
    {
        $where = 'where id = ' . self::$service;
        self::$site->host()->sql("update tblhosting set bwlimit = 2048 $where");
        $this->page->open('network');
        $this->page->waitForText('Limit per month');
        $this->page->waitForText('2 GiB');
        self::assertSame([], $this->page->flaws());
        self::$site->host()->sql("update tblhosting set bwlimit = 0 $where");
        $this->page->open('network');
        self::assertStringNotContainsString('Limit per month', $this->page->chrome->text());
    }

    public function testMomentsBelowAChartStandApart(): void
    {
        $this->page->chrome->beforeEachPage('(function (draw) { window.told = [];'
            . ' CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {'
            . ' if (/^\\d\\d:\\d\\d/.test(text)) { var wide = this.measureText(text).width;'
            . ' window.told.push([text, x - wide / 2, x + wide / 2, y, this.canvas]); }'
            . ' return draw.apply(this, arguments); }; })(CanvasRenderingContext2D.prototype.fillText)');
        $this->page->chrome->resize(1280, 900);
        $this->page->open('charts');
        $this->page->chrome->waitFor('window.told.length > 6');
        $close = 'window.told.filter((one, place) => { const next = window.told[place + 1];'
            . ' return next && next[4] === one[4] && next[3] === one[3] && next[1] > one[1] && next[1] < one[2] + 4;'
            . ' }).map(one => one[0])';
        self::assertSame([], $this->page->chrome->evaluate($close));
    }

    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    /** Sells another value of a setting from now on. */
    private function sell(string $key, string $value): void
    {
        $host = self::$site->host();
        $row = $host->sql('select product_id, settings from puq_proxmox_kvm_products')[0];
        $settings = [$key => $value] + (array) json_decode((string) $row['settings'], true);
        $text = str_replace("'", "''", (string) json_encode($settings));
        $host->sql("update puq_proxmox_kvm_products set settings = '$text' where product_id = " . $row['product_id']);
    }

    /** One click, while the page looks again and again: it waits its turn. The schedule may have made one more. */
    private function removeABackup(): void
    {
        $slots = 'document.querySelector("[data-pane=backups] .kvm-slots").innerText';
        $this->page->open('backups');
        $this->page->chrome->waitFor($slots);
        $used = (int) $this->page->chrome->evaluate($slots);
        $this->page->press('[data-do=backup_remove]');
        $this->page->answer('yes');
        $this->page->waitForText(($used - 1) . ' / 2');
    }

    private function rules(int $number): void
    {
        $this->page->chrome->waitFor("document.querySelectorAll('[data-row=rule]').length === $number");
    }
}
