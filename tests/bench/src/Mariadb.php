<?php

declare(strict_types=1);

namespace Bench;

use Standin\Database\Link;
use Support\Problem;
use Support\Process;

/** A MariaDB of our own on a socket; nothing is kept when the power goes, so disks do not count. */
final class Mariadb
{
    private Process $process;

    /** @throws Problem when it does not start */
    public function __construct(private string $home)
    {
        mkdir($home, 0700, true);
        $user = (string) (posix_getpwuid(posix_geteuid())['name'] ?? 'root');
        [$status, $output, $errors] = Process::run([
            'mariadb-install-db', '--no-defaults', "--datadir=$home/data", '--skip-test-db', "--user=$user",
            '--auth-root-authentication-method=normal',
        ]);
        if ($status !== 0) {
            throw new Problem("MariaDB cannot be set up: $output $errors");
        }
        $this->process = new Process([
            'mariadbd', '--no-defaults', "--datadir=$home/data", "--socket=$home/socket", "--pid-file=$home/pid",
            '--skip-networking', "--user=$user", '--innodb-flush-log-at-trx-commit=0', '--innodb-flush-method=nosync',
            '--skip-innodb-doublewrite', '--sql-mode=NO_ENGINE_SUBSTITUTION', '--innodb-buffer-pool-size=256M',
            '--max-connections=300', '--performance-schema=OFF',
        ], [], "$home/log");
        for ($tries = 0; !$this->answers(); $tries++) {
            if ($tries > 600) {
                throw new Problem('MariaDB does not start: ' . file_get_contents("$home/log"));
            }
            usleep(100000);
        }
    }

    /** How the stand-in names a database of it. */
    public function dsn(string $database): string
    {
        return "mysql://root:@localhost/$database?socket={$this->home}/socket";
    }

    public function open(string $database): \PDO
    {
        return Link::open($this->dsn($database));
    }

    public function stop(): void
    {
        $this->process->stop();
    }

    private function answers(): bool
    {
        try {
            $this->open('mysql');
            return true;
        } catch (\PDOException $notYet) {
            return false;
        }
    }
}
