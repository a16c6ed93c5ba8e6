<?php

declare(strict_types=1);

namespace Standin\Database;

/**
 * SQLite whose transactions take the write lock at once.
 *
 * A plain BEGIN takes it at the first write, and then fails immediately when another process wrote meanwhile,
 * whatever the busy timeout says. MySQL waits there, so modules are not written to expect it.
 */
final class PatientSqlite extends \PDO
{
    private bool $open = false;

    #[\ReturnTypeWillChange]
    public function beginTransaction()
    {
        $this->exec('BEGIN IMMEDIATE');
        $this->open = true;
        return true;
    }

    #[\ReturnTypeWillChange]
    public function commit()
    {
        $this->exec('COMMIT');
        $this->open = false;
        return true;
    }

    #[\ReturnTypeWillChange]
    public function rollBack()
    {
        $this->exec('ROLLBACK');
        $this->open = false;
        return true;
    }

    #[\ReturnTypeWillChange]
    public function inTransaction()
    {
        return $this->open;
    }
}
