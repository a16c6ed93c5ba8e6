<?php

declare(strict_types=1);

namespace Chaos;

use Standin\Database\Link;
use Support\Problem;
use Support\Process;

/**
 * The database server, and what goes wrong with it: it is killed and comes back, at times read-only; its clock is
 * wrong; connections break. The site signs in as a user who may not write to a read-only server.
 */
final class Store
{
    public const AN_HOUR = 'the clock of the database is an hour ahead';

    /** What goes wrong, and the least and most milliseconds it lasts. */
    private const TROUBLES = [
        'the database is killed' => [300, 2500], 'the database is killed and comes back read-only' => [300, 1500],
        'the database is read-only' => [300, 3000], 'connections to the database break' => [0, 0],
        'the clock of the database is 4 min ahead' => [1500, 5000],
        'the clock of the database is 4 min behind' => [1500, 5000],
        self::AN_HOUR => [1500, 4000],
    ];

    private const CLOCKS = [
        'the clock of the database is 4 min ahead' => 240, 'the clock of the database is 4 min behind' => -240,
        self::AN_HOUR => 3600,
    ];

    /** How long a server that was killed may take to come back, in seconds. */
    private const PATIENCE = 60;

    /** Where the server's socket and the file with its number lie. */
    private string $home;

    /** Whether it was told to run. */
    private bool $runs = true;

    /** Whether it shall be read-only when it is back. */
    private bool $readOnly = false;

    /** What brings it back. */
    private ?Process $start = null;

    /** @var array<string, bool> What is the matter at present. */
    private array $present = [];

    /** When something was the matter last. */
    private float $troubled = 0.0;

    public function __construct(
        /** As the stand-in takes it, with root's rights. */
        private string $dsn
    ) {
        $this->home = dirname(Link::parse($dsn)['unix_socket']);
        if (!is_file("$this->home/pid")) {
            throw new Problem('The database server is killed and started again here: it must be one of its own, as '
                . 'make chaos starts it.');
        }
        $root = $this->root();
        // What was committed must survive a kill; a server whose commits do not is another matter.
        $root->exec('set global innodb_flush_log_at_trx_commit = 2');
        $root->exec("create user if not exists shop@localhost identified by 'shop'");
        $root->exec('grant all on `chaos\_%`.* to shop@localhost');
    }

    /** The same database for the site. */
    public function shop(): string
    {
        return str_replace('//root:@', '//shop:shop@', $this->dsn);
    }

    /**
     * Draws what goes wrong: milliseconds, what, and whether it begins or ends. The random numbers are mt_rand's.
     *
     * @return array<int, array{0: int, 1: string, 2: bool}>
     */
    public static function draw(int $length): array
    {
        $drawn = [];
        $names = array_keys(self::TROUBLES);
        for ($count = mt_rand(1, 3); $count > 0; $count--) {
            $name = $names[mt_rand(0, count($names) - 1)];
            [$least, $most] = self::TROUBLES[$name];
            $from = mt_rand(500, $length - 5500);
            $drawn[$name] = [[$from, $name, true], [$from + mt_rand($least, $most), $name, false]];
        }
        return array_merge([], ...array_values($drawn));
    }

    /** Begins or ends something. */
    public function turn(string $name, bool $begins): void
    {
        if (!$this->isUp()) {
            // One thing at a time: it is gone already.
            return;
        }
        $this->present[$name] = $begins;
        $this->troubled = microtime(true);
        if (isset(self::CLOCKS[$name])) {
            // Every connection of the site's begins so; its clock stands still then, as long as the connection lasts.
            $words = sprintf('SET timestamp = UNIX_TIMESTAMP(SYSDATE()) + (%d)', self::CLOCKS[$name]);
            $this->root()->exec('set global init_connect = ' . ($begins ? "'$words'" : "''"));
            return;
        }
        switch ($name) {
            case 'the database is read-only':
                $this->root()->exec('set global read_only = ' . ($begins ? 1 : 0));
                return;
            case 'connections to the database break':
                $this->hangUp();
                return;
            default:
                $this->readOnly = strpos($name, 'read-only') !== false;
                $begins ? $this->kill() : $this->bring();
        }
    }

    /** Whether anything is the matter, or was since then. */
    public function isTroubled(float $since): bool
    {
        return !$this->isUp() || array_filter($this->present) !== [] || $this->troubled >= $since;
    }

    /** Whether it is there to be asked. */
    public function isUp(): bool
    {
        if (!$this->runs) {
            return false;
        }
        if ($this->start === null) {
            return true;
        }
        try {
            $root = $this->root();
        } catch (\PDOException $notYet) {
            return false;
        }
        $this->start = null;
        $this->troubled = microtime(true);
        if ($this->readOnly) {
            $this->present['the database is read-only'] = true;
        }
        $root->exec('set global innodb_flush_log_at_trx_commit = 2');
        return true;
    }

    /** Ends everything. */
    public function clear(): void
    {
        if (!$this->runs) {
            $this->bring();
        }
        for ($end = microtime(true) + self::PATIENCE; !$this->isUp(); usleep(50000)) {
            if (microtime(true) > $end) {
                throw new Problem('The database server does not come back.');
            }
        }
        $root = $this->root();
        $root->exec("set global init_connect = ''");
        $root->exec('set global read_only = 0');
        if (array_filter($this->present) !== []) {
            $this->troubled = microtime(true);
        }
        $this->present = [];
    }

    private function kill(): void
    {
        $this->runs = false;
        posix_kill((int) file_get_contents("$this->home/pid"), SIGKILL);
    }

    private function bring(): void
    {
        $this->runs = true;
        @unlink("$this->home/socket");
        $script = 'source "$0" && scratch=$1 && shift && run_mariadb "$@"';
        $this->start = new Process(array_merge(
            ['bash', '-c', $script, dirname(__DIR__, 2) . '/run/mariadb.sh', dirname($this->home)],
            $this->readOnly ? ['--read-only'] : []
        ), [], "$this->home/log");
    }

    /** Breaks every connection of the site's. */
    private function hangUp(): void
    {
        $root = $this->root();
        $query = "select id from information_schema.processlist where user = 'shop'";
        foreach ($root->query($query)->fetchAll(\PDO::FETCH_COLUMN) as $connection) {
            try {
                $root->exec("kill $connection");
            } catch (\PDOException $gone) {
                continue;
            }
        }
    }

    private function root(): \PDO
    {
        return Link::open($this->dsn, false);
    }
}
