<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

use PuqProxmoxKvm\Effect\Asker;
use PuqProxmoxKvm\Effect\Catalogue;
use PuqProxmoxKvm\Effect\Journal;
use PuqProxmoxKvm\Effect\Mail;
use PuqProxmoxKvm\Effect\Products;
use PuqProxmoxKvm\Effect\Records;
use PuqProxmoxKvm\Effect\Secrets;
use PuqProxmoxKvm\Effect\Tickets;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What the extension may ask of WHMCS. The extension calls these methods by name.
 */
final class Host
{
    private Database $database;
    private Tables $tables;
    private Services $services;

    /** @var array<string, callable(array<string, mixed>): array<mixed>>|null */
    private ?array $effects = null;

    public function __construct()
    {
        $this->database = new Database();
        $this->tables = new Tables($this->database);
        $this->services = new Services($this->tables);
    }

    /**
     * @return array{driver: string, timezone: string, whmcs: string, php: string, machine: string, root: string,
     *     now: int, module_log: bool}
     */
    public function describe(): array
    {
        $clock = $this->database->driver() === 'sqlite' ? "CAST(strftime('%s', 'now') AS INTEGER)" : 'UNIX_TIMESTAMP()';
        $now = $this->database->select("SELECT $clock AS now");
        $rows = $this->tables->select(
            "SELECT setting, value FROM tblconfiguration WHERE setting IN ('Version', 'ModuleDebugMode')"
        );
        $settings = array_column($rows, 'value', 'setting');
        return [
            'driver' => $this->database->driver(),
            'timezone' => date_default_timezone_get(),
            'whmcs' => (string) ($settings['Version'] ?? ''),
            'php' => PHP_VERSION,
            'machine' => (string) gethostname(),
            'root' => defined('ROOTDIR') ? (string) ROOTDIR : '',
            'now' => (int) ($now[0]['now'] ?? time()),
            'module_log' => ($settings['ModuleDebugMode'] ?? '') === 'on',
        ];
    }

    /**
     * @param list<scalar|null> $bindings
     * @return list<array<string, scalar|null>>
     */
    public function select(string $sql, array $bindings): array
    {
        return $this->database->select($sql, $bindings);
    }

    /**
     * @param list<scalar|null> $bindings
     * @throws DuplicateKey
     */
    public function affect(string $sql, array $bindings): int
    {
        return $this->database->affect($sql, $bindings);
    }

    /**
     * @param list<array{sql: string, bindings?: list<scalar|null>, expect?: int|null}> $statements
     * @return array{outcome: 'committed', counts: list<int>}|array{outcome: 'undone'|'duplicate', at: int}
     */
    public function transact(array $statements): array
    {
        return $this->database->transact($statements);
    }

    /**
     * @param list<int|string> $ids Service ids; unknown ones are left out of the answer.
     * @return list<array<string, mixed>>
     */
    public function services(array $ids): array
    {
        return $this->services->find($ids);
    }

    /**
     * @param array<string, mixed> $args
     * @return array<mixed>
     */
    public function effect(string $name, array $args): array
    {
        if ($this->effects === null) {
            $mail = new Mail($this->database, $this->tables);
            $records = new Records($this->database, $this->tables, $this->services);
            $products = new Products($this->tables, $this->services);
            $catalogue = new Catalogue($this->tables);
            $journal = new Journal();
            $secrets = new Secrets();
            $tickets = new Tickets();
            $asker = new Asker();
            $this->effects = $mail->effects() + $records->effects() + $products->effects() + $catalogue->effects()
                + $journal->effects() + $secrets->effects() + $tickets->effects()
                + $asker->effects();
        }
        if (!isset($this->effects[$name])) {
            throw new \InvalidArgumentException('The WHMCS side knows no effect "' . $name . '".');
        }
        return ($this->effects[$name])($args);
    }

    /** Puts text out at once: whoever watches the cron sees each line when it happens. */
    public function write(string $text): void
    {
        echo $text;
        // Some hosts have a buffer that nobody may flush: there the text waits for its end.
        if (((int) (ob_get_status()['flags'] ?? 0) & PHP_OUTPUT_HANDLER_FLUSHABLE) !== 0) {
            ob_flush();
        }
        flush();
    }
}
