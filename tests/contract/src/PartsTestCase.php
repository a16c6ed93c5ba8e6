<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

/**
 * One delivered service, and a person at the parts of its page. In the end of each test nothing that was typed became a
 * part of the page, and its scripts had nothing to complain about.
 */
abstract class PartsTestCase extends SiteTestCase
{
    protected const PARTS = [
        'overview', 'snapshots', 'backups', 'reinstall', 'access', 'network', 'firewall', 'iso', 'charts',
    ];

    /** @var int */
    protected static $service;

    /** @var PartsBrowser|null */
    protected $page;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$service = self::$site->delivered();
    }

    protected function setUp(): void
    {
        if (!Chrome::isInstalled()) {
            self::markTestSkipped('No Chromium.');
        }
        $this->page = new PartsBrowser(self::$site, self::$service);
    }

    protected function tearDown(): void
    {
        if ($this->page !== null) {
            $hit = $this->page->chrome->evaluate('window.hit');
            $complaints = $this->page->chrome->complaints();
            $this->page->chrome->close();
            $this->page = null;
            self::assertNull($hit, 'What was typed became a part of the page.');
            self::assertSame([], $complaints);
        }
        parent::tearDown();
    }

    /** Waits until nothing goes on any more, so that the buttons can be used. */
    protected function settled(): void
    {
        $pane = 'document.querySelector("[data-pane]:not([hidden])")';
        $this->page->chrome->waitFor('!document.querySelector(".kvm-request .kvm-mark.is-warning")'
            . " && !$pane.querySelector('.btn-sm:disabled[data-do\$=remove]')");
    }
}
