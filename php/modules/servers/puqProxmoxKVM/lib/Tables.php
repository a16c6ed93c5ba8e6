<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Reads WHMCS's own tables; the texts in them become what a person typed. The module's own tables hold texts as they
 * are and are read through {@see Database}.
 */
final class Tables
{
    private Database $database;

    public function __construct(Database $database)
    {
        $this->database = $database;
    }

    /**
     * @param list<scalar|null> $bindings
     * @return list<array<string, scalar|null>>
     */
    public function select(string $sql, array $bindings = []): array
    {
        return array_map([Typed::class, 'all'], $this->database->select($sql, $bindings));
    }

    /** Whether a product is one of this module. */
    public function isOurs(int $product): bool
    {
        $rows = $this->select('SELECT servertype FROM tblproducts WHERE id = ?', [$product]);
        return ($rows[0]['servertype'] ?? '') === 'puqProxmoxKVM';
    }
}
