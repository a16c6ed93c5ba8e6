<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

require_once dirname(__DIR__) . '/support/autoload.php';

/** The pages in a real browser: their scripts run, say nothing bad, and do what they show. */
final class BrowserTest extends DeliveredTestCase
{
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
            $this->chrome->close();
            $this->chrome = null;
            parent::tearDown();
        }
    }

    /** @dataProvider themes */
    public function testTheClientWatchesTheVmStopAndStart(string $theme, int $width): void
    {
        $this->chrome->resize($width, 900);
        $this->chrome->signIn($this->url(''), 'client1@example.com');
        $page = 'clientarea.php?action=productdetails&systpl=' . $theme . '&id=' . self::$service;
        $this->chrome->open($this->url($page));
        $this->waitForText('Running');
        $this->press('Stop');
        // Stopping asks back; the last button of the question is the answer yes.
        $this->chrome->click('dialog[open] button:last-child');
        $this->waitForText('Stopped');
        self::assertSame('stopped', self::$site->vm(self::$service)['status']);
        $this->press('Start');
        $this->waitForText('Running');
        self::assertSame('running', self::$site->vm(self::$service)['status']);
        $overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        self::assertLessThanOrEqual(0, $this->chrome->evaluate($overflow), 'The page is wider than the window.');
        self::assertSame([], $this->chrome->complaints());
    }

    public static function themes(): array
    {
        return [
            'Bootstrap 4' => ['standin4', 1280], 'Bootstrap 3' => ['standin3', 1280], 'a phone' => ['standin4', 390],
        ];
    }

    public function testStaffPagesRunTheirScripts(): void
    {
        $this->chrome->signInStaff($this->url(''), 'admin');
        $this->chrome->open($this->url('admin/clientsservices.php?id=' . self::$service));
        $this->waitForText('Running');
        $this->chrome->open($this->url('admin/configproducts.php?action=edit&id=1&tab=3'));
        $this->waitForText('CPU');
        $vm = 'vm&service_id=' . self::$service;
        foreach (['home', 'pools', 'pool', 'vms', $vm, 'settings', 'cron', 'doctor'] as $page) {
            $this->chrome->open($this->url('admin/addonmodules.php?module=puq_proxmox_kvm&page=' . $page));
            self::assertNotSame('', trim($this->chrome->text()));
        }
        self::assertSame([], $this->chrome->complaints());
    }

    private function url(string $path): string
    {
        return self::$site->host()->url($path);
    }

    private function waitForText(string $text): void
    {
        $this->chrome->waitFor('document.body.innerText.includes(' . json_encode($text) . ')');
    }

    /** Presses a button by its words. */
    private function press(string $words): void
    {
        $find = '[...document.querySelectorAll("button")].find(b => b.innerText.trim() === ' . json_encode($words)
            . ' && !b.disabled && b.offsetParent)';
        $this->chrome->waitFor($find);
        $this->chrome->evaluate("void $find.click()");
    }
}
