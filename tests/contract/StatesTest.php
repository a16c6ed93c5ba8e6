<?php

declare(strict_types=1);

namespace Contract;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * What the client sees when something is wrong: each state has its own honest picture, and every part of the page
 * stands beside a slow cluster, a dead one, a lost connection and an ended session, and goes on by itself afterwards.
 */
final class StatesTest extends PartsTestCase
{
    protected function tearDown(): void
    {
        self::$site->cluster()->control('faults', []);
        parent::tearDown();
    }

    public function testASuspendedServiceSaysWhyAndWhereToPay(): void
    {
        $where = 'where id = ' . self::$service;
        self::assertSame('success', self::command(self::$service, 'Suspend'));
        self::$site->host()->sql("update tblhosting set suspendreason = 'Overdue <b>invoice</b> 77' $where");
        $this->page->open('overview');
        $this->picture('suspended', ['Suspended', 'This service is suspended', 'Overdue <b>invoice</b> 77']);
        $link = 'document.querySelector("[data-picture=suspended] a").getAttribute("href")';
        self::assertSame('clientarea.php?action=invoices', $this->page->chrome->evaluate($link));
        $this->assertNoButtonWithoutAReason();
        // It ends while the page is open.
        self::assertSame('success', self::command(self::$service, 'Unsuspend'));
        self::$site->until(self::$service, 'ready');
        $this->look();
        $this->page->chrome->waitFor('document.querySelector("[data-picture=suspended]").hidden');
    }

    /** @dataProvider ends */
    public function testAServiceThatIsOverSaysSo(string $status): void
    {
        $where = 'where id = ' . self::$service;
        self::$site->host()->sql("update tblhosting set domainstatus = '$status' $where");
        try {
            $this->page->open('overview');
            $this->picture('over', ['Ended', 'This service has ended', 'My invoices']);
            $this->assertNoButtonWithoutAReason();
        } finally {
            self::$site->host()->sql("update tblhosting set domainstatus = 'Active' $where");
        }
    }

    public static function ends(): array
    {
        return ['terminated' => ['Terminated'], 'cancelled' => ['Cancelled']];
    }

    public function testAVmThatIsGoneIsMissed(): void
    {
        $service = self::$site->delivered();
        self::$site->cluster()->meddle(['vmid' => (int) self::$site->vm($service)['vmid'], 'delete' => true]);
        $this->page->show($service);
        $this->page->open('overview');
        $this->page->waitForText('Missing');
        $this->picture('gone', ['Something went wrong']);
        $text = $this->page->chrome->text();
        self::assertStringNotContainsString('in a few minutes', $text, 'What is gone does not come back by waiting.');
        self::assertStringNotContainsString('keeps trying', $text);
        $this->assertNoButtonWithoutAReason();
    }

    public function testAFullStorageIsNamed(): void
    {
        $vmid = (int) self::$site->vm(self::$service)['vmid'];
        self::$site->cluster()->meddle(['vmid' => $vmid, 'qmpstatus' => 'io-error']);
        try {
            $this->page->open('overview');
            $this->page->waitForText('Storage error');
            $this->picture('storage-full', ['storage']);
        } finally {
            self::$site->cluster()->meddle(['vmid' => $vmid, 'qmpstatus' => 'running']);
        }
    }

    /** Waiting a moment, and waiting for a person: the one goes by, of the other somebody was told. */
    public function testAServiceThatWaitsSaysForWhom(): void
    {
        $service = self::$site->ordered();
        $where = "where service_id = $service";
        $wait = 'update puqProxmoxKVM_vm_info set waiting = \'template 9000 is locked\', waiting_since = ' . time();
        self::$site->host()->sql("$wait, fails = 0 $where");
        $this->page->show($service);
        $this->page->open('overview');
        $this->picture('waiting', ['tried again by itself']);
        self::$site->host()->sql("$wait, fails = 9 $where");
        $this->page->open('overview');
        $this->picture('waiting-for-support', ['takes longer than usual', 'Support has been told']);
        self::assertStringNotContainsString('9000', $this->page->chrome->text());
        $moving = 'document.querySelector(".kvm-progress .is-moving") === null';
        self::assertTrue($this->page->chrome->evaluate($moving), 'A bar that moves says that something is done.');
    }

    public function testAFailedRestoreHasTwoWaysOut(): void
    {
        $where = 'where service_id = ' . self::$service;
        self::$site->host()->sql("update puqProxmoxKVM_vm_info set vm_status = 'error_restore', rev = rev + 1 $where");
        $this->page->open('overview');
        $this->page->waitForText('The backup could not be restored.');
        $this->page->picture('client-restore-failed', 1280);
        foreach (['backups', 'reinstall'] as $way) {
            $this->page->press(".kvm-trouble a[href=\"#$way\"]");
            $this->page->chrome->waitFor("document.querySelector('[data-pane=$way]:not([hidden])')");
        }
        self::$site->host()->sql("update puqProxmoxKVM_vm_info set vm_status = 'ready', rev = rev + 1 $where");
    }

    /** From the click on until the page knows what came of it nothing else can be clicked, and the page says why. */
    public function testAfterAClickNothingCanBeClickedUntilItsEndIsKnown(): void
    {
        $this->page->open('snapshots');
        // Every answer waits until it is let through.
        $this->page->chrome->evaluate('void (function (real) { window.held = []; window.let = function () {'
            . ' window.held.splice(0).forEach(function (go) { go(); }); };'
            . ' window.fetch = function () { var asked = real.apply(window, arguments);'
            . ' return new Promise(function (go) { window.held.push(go); }).then(function () { return asked; }); };'
            . ' })(window.fetch)');
        $this->page->chrome->fill('[name=description]', 'held');
        $this->page->press('[data-do=snapshot_create]');
        $off = '[...document.querySelectorAll(".kvm-power .btn, [data-do=snapshot_create]")]'
            . '.filter(one => one.getClientRects().length).every(one => one.disabled)';
        $this->page->chrome->waitFor($off);
        $why = '[...document.querySelectorAll(".kvm-why")].filter(one => one.getClientRects().length'
            . ' && one.innerText.trim() !== "").length';
        $this->page->chrome->waitFor("$why >= 2");
        // The click is answered, and what came of it is not known yet.
        $this->page->chrome->evaluate('void window.let()');
        $this->page->chrome->waitFor('window.held.length > 0');
        self::assertTrue($this->page->chrome->evaluate($off));
        $this->page->chrome->evaluate('void setInterval(window.let, 20)');
        $this->page->chrome->waitFor('!document.querySelector(".kvm-power [data-op=stop]").disabled');
        $this->page->open('snapshots');
        $this->settled();
        $this->page->press('[data-do=snapshot_remove]');
        $this->page->answer('yes');
        $this->page->waitForText('No snapshots yet.');
    }

    public function testEveryPartIsThereBesideASlowCluster(): void
    {
        self::$site->cluster()->control('faults', [['match' => (object) [], 'do' => ['slow' => ['ms' => 1200]]]]);
        foreach (self::PARTS as $part) {
            $this->page->open($part);
            $this->page->picture("client-slow-$part", 1280);
            self::assertSame([], $this->alarms(), $part);
        }
    }

    public function testEveryPartSaysThatTheClusterIsDeadAndGoesOnAfterwards(): void
    {
        $dead = [];
        self::$site->cluster()->control('faults', [
            ['match' => (object) [], 'do' => ['status' => ['code' => 595, 'reason' => 'connection establishment']]],
        ]);
        foreach (self::PARTS as $part) {
            $this->page->open($part);
            self::assertSame([], $this->page->flaws(), $part);
            $this->page->picture("client-dead-$part", 1280);
            $alarms = $this->alarms();
            $pane = (string) $this->page->chrome->evaluate(self::PANE . '.innerText');
            self::assertNotSame('', trim($pane) . implode('', $alarms), "$part is empty.");
            self::assertDoesNotMatchRegularExpression('/undefined|NaN|\[object|connection establishment|595/', $pane);
            if (strpos(implode('', $alarms), 'Try again') !== false) {
                $dead[] = $part;
            }
        }
        self::assertContains('charts', $dead);
        self::assertContains('firewall', $dead);
        self::$site->cluster()->control('faults', []);
        // The last part that failed, on the page that is still open, and those before.
        foreach ($dead as $part) {
            $this->page->open($part);
            $again = self::PANE . '.querySelector(".kvm-notice:not([hidden]) button")';
            $this->page->chrome->waitFor("!$again || void $again.click()");
        }
    }

    public function testALostConnectionIsToldAndFoundAgain(): void
    {
        foreach (self::PARTS as $part) {
            $this->page->open($part);
            $this->page->chrome->evaluate('void (window.real = window.fetch, window.fetch = () =>'
                . ' Promise.reject(new TypeError("Failed to fetch")))');
            for ($looks = 0; $looks < 3; $looks++) {
                $this->look();
            }
            $this->page->waitForText('Connection lost.');
            $this->page->chrome->waitFor('document.querySelector(".kvm-pill.is-stale")');
            if ($part === 'overview') {
                self::assertSame([], $this->page->flaws());
                $this->page->picture('client-connection-lost', 1280);
            }
            $this->page->chrome->evaluate('void (window.fetch = window.real)');
            $this->look();
            $this->page->chrome->waitFor('!document.body.innerText.includes("Connection lost.")');
            $this->page->chrome->waitFor('document.querySelector(".kvm-pill.is-running")');
        }
    }

    public function testWhoWasSignedOutIsToldOnEveryPart(): void
    {
        foreach (self::PARTS as $part) {
            $this->page->open($part);
            $this->page->chrome->evaluate('fetch("logout.php").then(() => 1)');
            $this->look();
            $this->page->waitForText('You were signed out.');
            self::assertFalse($this->page->chrome->evaluate('Boolean(document.querySelector(".kvm-pill.is-running"))'));
            self::assertTrue($this->page->chrome->evaluate('document.querySelector("[data-op=stop]").disabled'));
            $this->page->picture("client-signed-out-$part", 1280);
            $this->page->chrome->signIn(self::$site->host()->url(''), 'client1@example.com');
        }
    }

    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    private const PANE = 'document.querySelector("[data-pane]:not([hidden])")';

    /** The page looks as soon as it is shown again. */
    private function look(): void
    {
        $this->page->chrome->evaluate('void document.dispatchEvent(new Event("visibilitychange"))');
        usleep(150000);
    }

    /** @param string[] $texts */
    private function picture(string $name, array $texts): void
    {
        foreach ($texts as $text) {
            $this->page->waitForText($text);
        }
        self::assertSame([], $this->page->flaws(), $name);
        $this->page->picture("client-state-$name", 1280);
    }

    /** @return string[] what the open part complains about, aloud */
    private function alarms(): array
    {
        $visible = 'one => one.getClientRects().length && one.innerText.trim() !== ""';
        return (array) $this->page->chrome->evaluate('[...' . self::PANE . '.querySelectorAll("[role=alert]")]'
            . ".filter($visible).map(one => one.innerText)");
    }

    private function assertNoButtonWithoutAReason(): void
    {
        $off = 'document.querySelectorAll(".kvm-power button:disabled:not([hidden])").length';
        $why = '[...document.querySelectorAll(".kvm-power .kvm-why")].map(one => one.innerText.trim()).join("")';
        if ($this->page->chrome->evaluate($off) > 0) {
            self::assertNotSame('', $this->page->chrome->evaluate($why), 'Buttons are off, and nobody says why.');
        }
    }
}
