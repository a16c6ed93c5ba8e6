<?php

declare(strict_types=1);

namespace Contract;

use PHPUnit\Framework\TestCase;
use Standin\Testing\Browser;

/** One site for all tests of a class, and in the end: no fault in PHP, no secret in a log, no request out of rule. */
abstract class SiteTestCase extends TestCase
{
    protected static ModuleSite $site;

    public static function setUpBeforeClass(): void
    {
        self::$site = new ModuleSite();
    }

    public static function tearDownAfterClass(): void
    {
        self::$site->close();
    }

    protected function tearDown(): void
    {
        [, $faults] = self::$site->host()->run(['faults', '--json']);
        self::assertSame([], json_decode($faults, true), 'PHP had something to say.');
    }

    /**
     * Asks the JSON address of the client's page.
     *
     * @param array<string, string> $fields
     * @return array<string, mixed>
     */
    protected static function ask(Browser $browser, int $service, array $fields): array
    {
        $answer = $browser->post('clientarea.php?action=productdetails', $fields + [
            'id' => (string) $service, 'modop' => 'custom', 'a' => 'api',
        ]);
        return (array) json_decode($answer['body'], true) + ['status' => $answer['status']];
    }

    /** Runs a module command as staff do. */
    protected static function command(int $service, string $function): string
    {
        return trim(self::$site->host()->run(['module', (string) $service, $function])[1]);
    }

    /** Nothing that the whole class did may have left a trace it should not. */
    protected static function assertNothingBad(): void
    {
        [$status, $leaks] = self::$site->host()->run(['leaks', self::$site->journal()]);
        self::assertSame(0, $status, $leaks);
        self::assertSame([], self::$site->badRequests());
    }
}
