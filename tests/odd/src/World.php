<?php

declare(strict_types=1);

namespace Odd;

use WHMCS\Database\Capsule;

/** Everything that a refused request must leave as it was: our tables, WHMCS's, and the cluster. */
final class World
{
    /** Tables that tell what happened, and one that only says who is at work this moment. */
    private const TOLD = [
        'tblactivitylog', 'tblmodulelog', 'tblmodulequeue', 'puq_proxmox_kvm_leases', 'puq_proxmox_kvm_limits',
        'sqlite_sequence', 'standin_sessions',
    ];

    /** Bytes of it that were read. */
    private int $read = 0;

    /** @var string[] */
    private array $tables;
    private bool $isSqlite;

    public function __construct(
        /** The simulator's journal. */
        private string $journal
    ) {
        $this->isSqlite = Capsule::connection()->getDriverName() === 'sqlite';
        $this->tables = array_values(array_diff($this->names(), self::TOLD));
        $this->writes();
    }

    /** A number that grows with each row this process changes. */
    public function changes(): int
    {
        $pdo = Capsule::connection()->getPdo();
        if ($this->isSqlite) {
            return (int) $pdo->query('select total_changes()')->fetchColumn();
        }
        $sum = 0;
        foreach ($pdo->query("show session status like 'Handler\\_%'")->fetchAll(\PDO::FETCH_NUM) as [$name, $number]) {
            $sum += in_array($name, ['Handler_write', 'Handler_update', 'Handler_delete'], true) ? (int) $number : 0;
        }
        return $sum;
    }

    /** @return array<string, string> table => what is in it, as a hash */
    public function contents(): array
    {
        $hashes = [];
        foreach ($this->tables as $table) {
            $hashes[$table] = md5(serialize(Capsule::table($table)->get()->all()));
        }
        return $hashes;
    }

    /** @return string[] requests that changed something on the cluster since the last look */
    public function writes(): array
    {
        clearstatcache(true, $this->journal);
        $file = fopen($this->journal, 'r');
        if ($file === false) {
            return [];
        }
        fseek($file, $this->read);
        $text = (string) stream_get_contents($file);
        $this->read += strlen($text);
        fclose($file);
        $writes = [];
        foreach (explode("\n", trim($text)) as $line) {
            $entry = (array) json_decode($line, true);
            $isChange = !in_array($entry['method'] ?? 'GET', ['GET', 'HEAD'], true);
            // Signing in by password changes nothing.
            if ($isChange && $entry['path'] !== '/access/ticket') {
                $writes[] = $entry['method'] . ' ' . $entry['path'];
            }
        }
        return $writes;
    }

    /** @return string[] */
    private function names(): array
    {
        $query = $this->isSqlite ? "select name from sqlite_master where type = 'table'" : 'show tables';
        return Capsule::connection()->getPdo()->query($query)->fetchAll(\PDO::FETCH_COLUMN);
    }
}
