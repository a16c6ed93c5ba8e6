<?php

declare(strict_types=1);

namespace Standin\Tests;

use PHPUnit\Framework\TestCase;
use Standin\Testing\Browser;
use Standin\Testing\HostSite;

require_once dirname(__DIR__, 2) . '/src/autoload.php';

/** Gives each test a site of its own and removes it. */
abstract class HostTestCase extends TestCase
{
    protected HostSite $site;

    protected function setUp(): void
    {
        $this->site = new HostSite();
    }

    protected function tearDown(): void
    {
        $this->site->remove();
    }

    /** Sets how the sample module's core actions end; see its head comment. */
    protected function moduleEndsWith(string $outcome): void
    {
        $this->site->mustRun(['product', 'set-configoption', '1', '2', $outcome]);
    }

    protected function column(int $service, string $column): string
    {
        return (string) $this->site->sql("select $column as value from tblhosting where id = $service")[0]['value'];
    }

    /** A browser signed in as that client. */
    protected function browserOf(string $email): Browser
    {
        $browser = new Browser($this->site);
        $browser->signIn($email);
        return $browser;
    }
}
