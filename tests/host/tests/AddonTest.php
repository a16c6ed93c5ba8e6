<?php

declare(strict_types=1);

namespace Standin\Tests;

use Standin\Testing\Browser;
use Standin\Testing\HostSite;

require_once __DIR__ . '/support/HostTestCase.php';

/** The addon life cycle. */
final class AddonTest extends HostTestCase
{
    public function testActivationMadeTheTableAndStoredDefaults(): void
    {
        self::assertSame([], $this->site->sql('select * from mod_sample'));
        $rows = array_column($this->site->sql('select setting, value from tbladdonmodules'), 'value', 'setting');
        self::assertSame(['red', 'on', '1.0', '1'], [
            $rows['colour'], $rows['loud'], $rows['version'], $rows['access'],
        ]);
    }

    public function testAHigherVersionUpgradesOnceAtTheNextAccess(): void
    {
        file_put_contents($this->site->root() . '/modules/addons/sample_addon/version.txt', '1.1');
        $this->site->mustRun(['addon', 'sample_addon', '--get']);
        $this->site->mustRun(['addon', 'sample_addon', '--get']);
        self::assertSame([['note' => 'upgraded from 1.0']], $this->site->sql('select note from mod_sample'));
    }

    public function testDeactivationForgetsSettingsAndHooks(): void
    {
        $this->site->mustRun(['deactivate', 'sample_addon']);
        self::assertSame([], $this->site->sql('select * from tbladdonmodules'));
        self::assertSame(2, $this->site->run(['addon', 'sample_addon'])[0]);
        $this->site->mustRun(['activate', 'sample_addon', '--set', 'colour=green']);
        $row = $this->site->sql("select value from tbladdonmodules where setting = 'colour'")[0];
        self::assertSame('green', $row['value']);
    }

    public function testItsOwnCronFindsTheSiteByItsPath(): void
    {
        $file = $this->site->root() . '/modules/addons/sample_addon/cron.php';
        self::assertSame([0, "2 clients\n", ''], HostSite::execute([PHP_BINARY, $file]));
    }

    public function testASiteMayHaveAnotherAdminDirectory(): void
    {
        $site = new HostSite(['--admin-dir', 'backoffice']);
        $site->serve();
        $staff = new Browser($site);
        $staff->signInStaff('admin', 'backoffice');
        $page = $staff->get('backoffice/addonmodules.php?module=sample_addon');
        self::assertStringContainsString('Sample title', $page['body']);
        self::assertFileDoesNotExist($site->root() . '/admin/index.php');
        $site->remove();
    }

    public function testInstallingAgainKeepsDataKeyAndDatabase(): void
    {
        $before = (string) file_get_contents($this->site->root() . '/configuration.php');
        $this->site->mustRun(['install', '--modules', dirname(__DIR__) . '/fixtures/modules']);
        self::assertSame($before, file_get_contents($this->site->root() . '/configuration.php'));
        self::assertCount(2, $this->site->sql('select id from tblclients'));
    }

    public function testItsClientPageNeedsALogin(): void
    {
        $this->site->serve();
        self::assertSame(302, (new Browser($this->site))->get('index.php?m=sample_addon')['status']);
        $page = $this->browserOf('client1@example.com')->get('index.php?m=sample_addon')['body'];
        self::assertStringContainsString('<p id="addon-page">from the addon</p>', $page);
    }
}
