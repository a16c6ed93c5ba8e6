<?php

declare(strict_types=1);

namespace Contract;

use Support\Process;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * A database that takes nothing any more, and a disk that is full: the cron ends as documented, scripts get their JSON,
 * nobody sees SQL, and afterwards everything goes on.
 */
final class AwayTest extends DeliveredTestCase
{
    /** What cron.php may end with, by its own head. */
    private const STATUS = [0, 1, 64, 69, 70, 75, 78];

    private const SQL = '/SQLSTATE|insert into|update `|select \*|Stack trace|#0 /i';

    public static function setUpBeforeClass(): void
    {
        if ((string) getenv('STANDIN_MYSQL_DSN') !== '') {
            self::markTestSkipped('SQLite is made read-only by triggers.');
        }
        parent::setUpBeforeClass();
    }

    public static function tearDownAfterClass(): void
    {
        if (self::$site !== null) {
            parent::tearDownAfterClass();
        }
    }

    public function testADatabaseThatIsReadOnly(): void
    {
        $client = self::$site->client('client1@example.com');
        $staff = self::$site->staff();
        $placed = self::$site->ordered();
        $tables = array_column(self::$site->host()->sql(
            "select name from sqlite_master where type = 'table' and (name like 'puq%' or name like 'tbl%log%')"
        ), 'name');
        foreach ($tables as $table) {
            foreach (['INSERT', 'UPDATE', 'DELETE'] as $verb) {
                $name = strtolower("away_{$verb}_$table");
                self::$site->host()->sql("CREATE TRIGGER $name BEFORE $verb ON $table BEGIN"
                    . " SELECT RAISE(ABORT, 'attempt to write a readonly database'); END");
            }
        }
        self::assertNotSame([], $tables);
        [$status, $output, $errors] = self::$site->cron(['--force']);
        self::assertContains($status, self::STATUS, $output . $errors);
        self::assertNotSame(0, $status);
        self::assertSame(0, preg_match(self::SQL, $output . $errors), $output . $errors);
        foreach (['stop', 'snapshot_create', 'backup_now', 'rdns_save', 'reinstall', 'status'] as $op) {
            $answer = self::ask($client, self::$service, ['op' => $op, 'confirm' => 'REINSTALL']);
            self::assertSame(200, $answer['status'], $op);
            self::assertArrayHasKey('ok', $answer, $op);
            self::assertSame(0, preg_match(self::SQL, (string) json_encode($answer)), $op);
        }
        $page = $staff->get('admin/addonmodules.php?module=puq_proxmox_kvm&page=vms');
        self::assertSame(200, $page['status']);
        self::assertSame(0, preg_match(self::SQL, $page['body']));
        $this->back();
        self::$site->until($placed, 'ready');
    }

    protected function tearDown(): void
    {
        $this->back();
        parent::tearDown();
    }

    /** The database can be written again. */
    private function back(): void
    {
        $known = "select name from sqlite_master where type = 'trigger' and name like 'away%'";
        foreach (array_column(self::$site->host()->sql($known), 'name') as $name) {
            self::$site->host()->sql("DROP TRIGGER $name");
        }
    }

    public function testAFullDiskForWhatIsPrinted(): void
    {
        $words = self::shell([], [
            '-d', 'display_errors=1', '-d', 'error_reporting=-1', '-d', 'max_execution_time=30',
            '-d', 'disable_functions=set_time_limit,ini_set',
        ]);
        [$status, $output] = Process::run(['sh', '-c', "exec $words 2>/dev/full"]);
        self::assertSame(69, $status, $output);
        self::assertSame('', trim($output));
    }

    public function testWhatIsPrintedHasNoRoomAndTheRunGoesOn(): void
    {
        $words = self::shell(['--force']);
        // A disk that is full, and a reader that goes away at once.
        foreach (["exec $words >/dev/full 2>&1", "{ $words; echo \"status $?\" >&2; } | true"] as $line) {
            $id = self::$site->ordered();
            [$status, , $errors] = Process::run(['sh', '-c', $line]);
            self::assertSame(0, $status, $errors);
            self::assertStringNotContainsString('status 2', $errors);
            $row = self::$site->host()->sql("select * from puqProxmoxKVM_vm_info where service_id = $id")[0];
            self::assertNotSame('creation', $row['vm_status'], "$line: {$row['waiting']}");
            self::$site->until($id, 'ready');
        }
    }

    public function testADiskThatIsFull(): void
    {
        $placed = self::$site->ordered();
        // A file may not grow at all: what a full disk says to whoever writes.
        $words = self::shell(['--force']);
        [$status, $output, $errors] = Process::run(['sh', '-c', "trap '' XFSZ; ulimit -f 0; exec $words"]);
        self::assertContains($status, self::STATUS, $output . $errors);
        self::assertNotSame(0, $status);
        self::assertSame(0, preg_match(self::SQL, $output . $errors), $output . $errors);
        self::$site->until($placed, 'ready');
        self::assertNotNull(self::$site->vm($placed));
    }

    /** The cron's command line for a shell. @param string[] $arguments @param string[] $php */
    private static function shell(array $arguments, array $php = []): string
    {
        return implode(' ', array_map('escapeshellarg', self::$site->cronCommand($arguments, $php)));
    }
}
