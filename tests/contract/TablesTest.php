<?php

declare(strict_types=1);

namespace Contract;

require_once dirname(__DIR__) . '/support/autoload.php';

/** The tables: those of an earlier version are brought up to date, and a tick finds what is due by indexes. */
final class TablesTest extends SiteTestCase
{
    /** What the index is called that the search for free addresses needs. */
    private const INDEX = 'by_scope_family_state_address';

    /** Services at rest; enough that reading all of them is never the cheaper way. */
    private const SERVICES = 3000;

    /** @return array<string, array{0: string}> */
    public function ways(): array
    {
        return [
            'the version changed' => ['upgrade'], 'activated anew' => ['activate'], 'the cron comes first' => ['cron'],
            'several crons come first' => ['crons'],
        ];
    }

    /** @dataProvider ways */
    public function testTablesOfAnEarlierVersionAreBroughtUpToDate(string $way): void
    {
        $host = self::$site->host();
        self::makeOlder();
        self::assertNotContains(self::INDEX, self::indexes());
        if ($way === 'activate') {
            $host->mustRun(['deactivate', 'puq_proxmox_kvm']);
            $host->mustRun(['activate', 'puq_proxmox_kvm']);
        } elseif ($way === 'crons') {
            self::cronsAtOnce(4);
        } elseif ($way === 'cron') {
            [$status, $output, $errors] = self::$site->cron([]);
            self::assertSame(0, $status, $output . $errors);
        } else {
            $host->sql("update tbladdonmodules set value = '0.0.1' where module = 'puq_proxmox_kvm'"
                . " and setting = 'version'");
            $page = self::$site->staff()->get('admin/addonmodules.php?module=puq_proxmox_kvm&page=cron');
            self::assertStringContainsString('kvm-limits', $page['body']);
        }
        self::assertContains(self::INDEX, self::indexes());
        $limits = $host->sql('select * from puq_proxmox_kvm_limits');
        self::assertSame(['full-clone:bench/9000', '12', null], [
            $limits[0]['name'], (string) $limits[0]['value'], $limits[0]['narrowed_at'],
        ], 'what was learnt is kept');
        // Longer than it might have been before.
        $name = 'migrate:' . str_repeat('c', 200);
        $host->sql("insert into puq_proxmox_kvm_limits (name, value, fastest_ms, updated_at, said)"
            . " values ('$name', 4, 0, 0, '<b>got timeout</b>')");
        $stored = array_column($host->sql('select name from puq_proxmox_kvm_limits order by value'), 'name');
        self::assertSame($name, $stored[0]);
        $host->sql('delete from puq_proxmox_kvm_limits');
        [$status, $output, $errors] = self::$site->cron([]);
        self::assertSame(0, $status, $output . $errors);
    }

    public function testWhyAGateNarrowedIsShownAndEscaped(): void
    {
        $host = self::$site->host();
        $columns = 'name, value, fastest_ms, updated_at, narrowed_at, narrowed_from, slow_ms, usual_ms, said';
        $rows = [
            "'migrate:main-0123456789abcdef/pve1', 4, 20500, 0, 1790000000, 9, 0, 0,"
                . " 'migrate VM 101: <b>got timeout</b>'",
            "'full-clone:main-0123456789abcdef/9000', 16, 30000, 0, 1790000000, 22, 42500, 30000, null",
        ];
        foreach ($rows as $row) {
            $host->sql("insert into puq_proxmox_kvm_limits ($columns) values ($row)");
        }
        $body = self::$site->staff()->get('admin/addonmodules.php?module=puq_proxmox_kvm&page=cron')['body'];
        $body = (string) preg_replace('/\s+/', ' ', $body);
        self::assertStringContainsString('From 9. Proxmox said: migrate VM 101: &lt;b&gt;got timeout&lt;/b&gt;', $body);
        self::assertStringContainsString('From 22: 42.5 s instead of 30.0 s', $body);
        self::assertStringContainsString('Migrations', $body);
        self::assertStringNotContainsString('<b>got timeout', $body);
        $host->sql('delete from puq_proxmox_kvm_limits');
    }

    public function testATickFindsWhatIsDueByIndexes(): void
    {
        $root = self::$site->host()->root();
        $request = ['services' => self::SERVICES];
        $extension = (string) getenv('TEST_EXTENSION');
        $answer = \Support\Inside::ask($root, $extension, Inside::class, 'plans_of_a_tick', $request);
        self::assertGreaterThan(10, $answer['asked']);
        self::assertSame([], $answer['scans']);
        // The check itself: one that reads everything is noticed.
        self::assertNotSame([], $answer['noticed']);
    }

    /** @depends testATickFindsWhatIsDueByIndexes */
    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    /** Each of them ends as a cron does that found everything in order. */
    private static function cronsAtOnce(int $machines): void
    {
        $command = self::$site->cronCommand(['--no-lock', '--force']);
        $running = [];
        for ($machine = 0; $machine < $machines; $machine++) {
            $pipes = [];
            $running[] = [proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes), $pipes[1]];
        }
        foreach ($running as [$process, $output]) {
            $text = (string) stream_get_contents($output);
            self::assertSame(0, proc_close($process), $text);
            self::assertStringContainsString('Cron End', $text);
        }
    }

    private static function onServer(): bool
    {
        return (string) getenv('STANDIN_MYSQL_DSN') !== '';
    }

    /** As a version before this one left them: one index less, fewer columns and a shorter text. */
    private static function makeOlder(): void
    {
        $host = self::$site->host();
        if (self::onServer()) {
            $host->sql('alter table puq_proxmox_kvm_addresses drop index ' . self::INDEX);
            $text = ' character set ascii collate ascii_bin not null';
        } else {
            $host->sql('drop index puq_proxmox_kvm_addresses_' . self::INDEX);
            $text = ' not null';
        }
        $host->sql('drop table puq_proxmox_kvm_limits');
        $host->sql("create table puq_proxmox_kvm_limits (name varchar(160)$text, value bigint not null default 0,"
            . ' updated_at bigint not null default 0, primary key (name))');
        $host->sql("insert into puq_proxmox_kvm_limits values ('full-clone:bench/9000', 12, 1)");
        $host->sql("update puq_proxmox_kvm_settings set value = 'another' where name = 'tables_shape'");
    }

    /** @return string[] of the addresses' table, as the database server names them */
    private static function indexes(): array
    {
        $rows = self::$site->host()->sql(self::onServer()
            ? "select distinct index_name as name from information_schema.statistics"
                . " where table_schema = database() and table_name = 'puq_proxmox_kvm_addresses'"
            : "select name from sqlite_master where type = 'index' and tbl_name = 'puq_proxmox_kvm_addresses'");
        return array_map(static function (string $name): string {
            return str_replace('puq_proxmox_kvm_addresses_', '', $name);
        }, array_column($rows, 'name'));
    }
}
