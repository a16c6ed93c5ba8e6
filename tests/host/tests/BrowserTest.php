<?php

declare(strict_types=1);

namespace Standin\Tests;

use Standin\Testing\Chrome;

require_once __DIR__ . '/support/HostTestCase.php';

/** What the skins' script does, in a real browser. */
final class BrowserTest extends HostTestCase
{
    /** @var Chrome */
    private $chrome;

    protected function setUp(): void
    {
        if (!Chrome::isInstalled()) {
            self::markTestSkipped('No Chromium.');
        }
        parent::setUp();
        $this->site->order();
        $this->site->serve();
        $this->chrome = new Chrome();
    }

    protected function tearDown(): void
    {
        if ($this->chrome !== null) {
            $this->chrome->close();
            parent::tearDown();
        }
    }

    /** @dataProvider themes */
    public function testLinksToFunctionsArePostedWithTheToken(string $theme): void
    {
        $this->chrome->signIn($this->site->url(''), 'client1@example.com');
        $this->chrome->open($this->site->url('clientarea.php?action=productdetails&id=1&systpl=' . $theme));
        $this->chrome->click('a[href*="a=charts"]');
        $this->chrome->waitFor('document.querySelector(".sample-charts")');
        self::assertSame($theme, $this->chrome->evaluate('document.querySelector(".sample-charts").dataset.theme'));
        self::assertSame([], $this->chrome->complaints());
    }

    public static function themes(): array
    {
        return [['standin3'], ['standin4']];
    }

    public function testTheSidebarOpensThePasswordTab(): void
    {
        $this->chrome->signIn($this->site->url(''), 'client1@example.com');
        $this->chrome->open($this->site->url('clientarea.php?action=productdetails&id=1'));
        $shown = 'getComputedStyle(document.getElementById("tabChangepw")).display';
        self::assertSame('none', $this->chrome->evaluate($shown));
        $this->chrome->click('a[href$="#tabChangepw"]');
        $this->chrome->waitFor($shown . ' === "block"');
        $this->chrome->click('a[href$="#tabOverview"]');
        $this->chrome->waitFor($shown . ' === "none"');
        self::assertSame([], $this->chrome->complaints());
    }

    public function testTheConnectionTestOfTheServerForm(): void
    {
        $this->chrome->signInStaff($this->site->url(''), 'admin');
        $this->chrome->open($this->site->url('admin/configservers.php?action=manage&id=1'));
        $this->chrome->click('#testConnection');
        $this->chrome->waitFor('document.getElementById("testResult").textContent === "Connection successful."');
        $this->chrome->fill('input[name=password]', 'wrong');
        $this->chrome->click('#testConnection');
        $this->chrome->waitFor('/Authentication failed/.test(document.getElementById("testResult").textContent)');
        self::assertSame([], $this->chrome->complaints());
    }
}
