<?php

declare(strict_types=1);

namespace Standin\Database;

use Illuminate\Database\Connection;
use Illuminate\Database\SQLiteConnection;
use Standin\Site;
use WHMCS\Database\Capsule;

/** Connects real Illuminate to the site's database: `sqlite` or `mysql://user:password@host:port/name?socket=/path`. */
final class Link
{
    /** Opens the site's connection and makes it Capsule's and Eloquent's default. */
    public static function connect(string $dsn): void
    {
        Connection::resolverFor('sqlite', static function ($pdo, $database, $prefix, $config): Connection {
            return new SQLiteConnection(self::openSqlite((string) $database), $database, $prefix, $config);
        });
        $capsule = new Capsule();
        $capsule->addConnection(self::describe($dsn));
        $capsule->setAsGlobal();
        $capsule->bootEloquent();
    }

    /** Creates the database on the server that a mysql:// DSN names, if it is missing. */
    public static function create(string $dsn): void
    {
        $name = str_replace('`', '', self::parse($dsn)['database']);
        self::open($dsn, false)
            ->exec("CREATE DATABASE IF NOT EXISTS `$name` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
    }

    /**
     * A plain connection to the server that a mysql:// DSN names.
     *
     * @param bool $isThere whether its database exists, and is chosen
     */
    public static function open(string $dsn, bool $isThere = true): \PDO
    {
        $parts = self::parse($dsn);
        $where = $parts['unix_socket'] !== '' ? "unix_socket={$parts['unix_socket']}"
            : "host={$parts['host']};port={$parts['port']}";
        $where .= ';charset=utf8mb4' . ($isThere ? ";dbname={$parts['database']}" : '');
        return new \PDO("mysql:$where", $parts['username'], $parts['password'], [
            \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
        ]);
    }

    /**
     * The parts of a mysql:// DSN under Illuminate's names.
     *
     * @return array<string, string>
     */
    public static function parse(string $dsn): array
    {
        $url = parse_url($dsn);
        if (!is_array($url) || ($url['scheme'] ?? '') !== 'mysql') {
            throw new \InvalidArgumentException('The database is "sqlite" or mysql://user:password@host:port/name.');
        }
        parse_str($url['query'] ?? '', $query);
        return [
            'host' => $url['host'] ?? '127.0.0.1',
            'port' => (string) ($url['port'] ?? 3306),
            'username' => rawurldecode($url['user'] ?? 'root'),
            'password' => rawurldecode($url['pass'] ?? ''),
            'database' => ltrim($url['path'] ?? '', '/'),
            'unix_socket' => (string) ($query['socket'] ?? ''),
        ];
    }

    /** @return array<string, mixed> */
    private static function describe(string $dsn): array
    {
        if ($dsn === 'sqlite') {
            return ['driver' => 'sqlite', 'database' => Site::path('storage.sqlite'), 'prefix' => ''];
        }
        // WHMCS sessions run without strict mode: too long text is cut, a bad enum becomes ''.
        $modes = Site::option('sql_strict') === '1' ? 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION' : '';
        $start = "SET SESSION sql_mode='" . $modes . "', time_zone='+00:00'";
        if ((int) Site::option('wait_timeout') > 0) {
            $start .= ', wait_timeout=' . (int) Site::option('wait_timeout');
        }
        return array_filter(self::parse($dsn), 'strlen') + [
            'driver' => 'mysql',
            'charset' => 'utf8mb4',
            'collation' => 'utf8mb4_unicode_ci',
            'prefix' => '',
            'options' => [\PDO::MYSQL_ATTR_INIT_COMMAND => $start],
        ];
    }

    private static function openSqlite(string $file): \PDO
    {
        $pdo = new PatientSqlite('sqlite:' . $file, null, null, [
            \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
            \PDO::ATTR_TIMEOUT => 20,
        ]);
        $pdo->exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF');
        return $pdo;
    }
}
