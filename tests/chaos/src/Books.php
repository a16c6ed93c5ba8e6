<?php

declare(strict_types=1);

namespace Chaos;

use Standin\Database\Link;

/** The site's database, read and, where time has to pass, aged. */
final class Books
{
    private ?\PDO $link = null;

    /** @param string $dsn As the stand-in takes it: mysql://user:password@host/name?socket=path */
    public function __construct(private string $dsn)
    {
    }

    /** The server may have been killed since. */
    private function link(): \PDO
    {
        if ($this->link !== null) {
            try {
                // PHP warns beside the exception.
                @$this->link->query('select 1');
                return $this->link;
            } catch (\PDOException $gone) {
                $this->link = null;
            }
        }
        $this->link = Link::open($this->dsn);
        $this->link->setAttribute(\PDO::ATTR_DEFAULT_FETCH_MODE, \PDO::FETCH_ASSOC);
        return $this->link;
    }

    /** @return array<int, array<string, mixed>> */
    public function rows(string $query): array
    {
        return $this->link()->query($query)->fetchAll();
    }

    public function change(string $statement): void
    {
        $this->link()->exec($statement);
    }

    /** Every service's state. @return array<int, array<string, mixed>> by service */
    public function states(): array
    {
        $rows = $this->rows('select service_id, vm_status, flow, waiting, cause, wanted, vm_id, '
            . 'next_look_at is null as rests from puqProxmoxKVM_vm_info');
        return array_column($rows, null, 'service_id');
    }

    /** Writes all tables into a file, for somebody to look at. */
    public function save(string $file): void
    {
        $all = [];
        foreach ($this->link()->query('show tables')->fetchAll(\PDO::FETCH_COLUMN) as $table) {
            $all[$table] = $this->rows("select * from `$table`");
        }
        file_put_contents($file, json_encode(
            $all,
            JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE
        ));
    }

    public function drop(): void
    {
        $this->link()->exec('drop database `' . Link::parse($this->dsn)['database'] . '`');
    }
}
