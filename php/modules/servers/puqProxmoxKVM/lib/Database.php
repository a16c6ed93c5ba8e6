<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

use Illuminate\Database\Connection;
use Illuminate\Database\QueryException;
use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * SQL text and bindings in, rows and counts out, over WHMCS's own connection.
 */
final class Database
{
    /** How often a statement is tried that another connection cut off: several machines, many orders at once. */
    private const ATTEMPTS = 8;

    /** How often one is tried that has already waited long. */
    private const FEW = 3;

    /** The longest pause before the second attempt, in microseconds; before each further one it may be as much longer. */
    private const PAUSE = 10000;

    public function driver(): string
    {
        return $this->connection()->getDriverName();
    }

    /**
     * @param list<scalar|null> $bindings
     * @return list<array<string, scalar|null>>
     */
    public function select(string $sql, array $bindings = []): array
    {
        $rows = [];
        foreach ($this->connection()->select($sql, $bindings) as $row) {
            $rows[] = (array) $row;
        }
        return $rows;
    }

    /**
     * @param list<scalar|null> $bindings
     * @return int Changed rows; MySQL does not count a row that already had the new values.
     * @throws DuplicateKey when a row with the same unique key exists
     */
    public function affect(string $sql, array $bindings = []): int
    {
        for ($attempt = 1; true; $attempt++) {
            try {
                return $this->connection()->affectingStatement($sql, $bindings);
            } catch (QueryException $error) {
                if ($this->isDuplicate($error)) {
                    throw new DuplicateKey('A row with the same unique key exists.', 0, $error);
                }
                $this->waitOrThrow($error, $attempt);
            }
        }
    }

    /**
     * All statements or none.
     *
     * @param list<array{sql: string, bindings?: list<scalar|null>, expect?: int|null}> $statements
     * @return array{outcome: 'committed', counts: list<int>}|array{outcome: 'undone'|'duplicate', at: int}
     */
    public function transact(array $statements): array
    {
        for ($attempt = 1; true; $attempt++) {
            $at = 0;
            try {
                $counts = $this->connection()->transaction(
                    static function (Connection $connection) use ($statements, &$at): array {
                        $counts = [];
                        foreach (array_values($statements) as $at => $statement) {
                            $bindings = $statement['bindings'] ?? [];
                            $count = $connection->affectingStatement($statement['sql'], $bindings);
                            if (isset($statement['expect']) && $count !== (int) $statement['expect']) {
                                throw new Undone($at);
                            }
                            $counts[] = $count;
                        }
                        return $counts;
                    }
                );
                return ['outcome' => 'committed', 'counts' => $counts];
            } catch (Undone $undone) {
                return ['outcome' => 'undone', 'at' => $undone->at()];
            } catch (QueryException $error) {
                if ($this->isDuplicate($error)) {
                    return ['outcome' => 'duplicate', 'at' => $at];
                }
                $this->waitOrThrow($error, $attempt);
            }
        }
    }

    private function connection(): Connection
    {
        return Capsule::connection();
    }

    /**
     * A unique key, told apart from the other things that SQLSTATE 23000 stands for (a missing value, a foreign key).
     */
    private function isDuplicate(QueryException $error): bool
    {
        $code = (int) ($error->errorInfo[1] ?? 0);
        $text = (string) ($error->errorInfo[2] ?? $error->getMessage());
        if ($this->driver() === 'sqlite') {
            // 19 is the plain code, 1555 and 2067 the extended ones for a primary key and a unique index.
            return $code === 1555 || $code === 2067
                || ($code === 19 && preg_match('/UNIQUE constraint|PRIMARY KEY|not unique/i', $text) === 1);
        }
        // 1586 is 1062 with the key's name in the text.
        return $code === 1062 || $code === 1586;
    }

    /**
     * Comes back when the statement may be tried again.
     *
     * @throws QueryException when it may not
     */
    private function waitOrThrow(QueryException $error, int $attempt): void
    {
        // Inside somebody's transaction the whole transaction is lost, so only its owner may repeat it.
        if ($this->connection()->transactionLevel() > 0 || $attempt >= $this->attempts($error)) {
            throw $error;
        }
        // By chance, or two that met once meet again.
        usleep(random_int(0, self::PAUSE * $attempt));
    }

    /** How often a statement that ended so is tried: more than once where it did nothing because of somebody else. */
    private function attempts(QueryException $error): int
    {
        $code = (int) ($error->errorInfo[1] ?? 0);
        if ($this->driver() === 'sqlite') {
            // Busy and locked: SQLite's own patience is over by then.
            return in_array($code, [5, 6], true) ? self::FEW : 1;
        }
        // A lock that was waited for in vain: 50 s each time, as servers are set.
        if ($code === 1205) {
            return self::FEW;
        }
        // A deadlock, and MariaDB's word for a row that changed under a transaction: both are told at once.
        return (string) ($error->errorInfo[0] ?? '') === '40001' || in_array($code, [1213, 1020], true)
            ? self::ATTEMPTS : 1;
    }
}
