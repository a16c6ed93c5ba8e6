<?php

declare(strict_types=1);

namespace Standin;

use Standin\Database\Link;

/**
 * One installed site: its directory, its configuration file and the behaviour switches of the run.
 *
 * A switch is looked up in the environment (STANDIN_<NAME>) first, then in the site's configuration.php, then in
 * the defaults below, so that a php-fpm pool and a shell may differ on the same site.
 */
final class Site
{
    /** Behaviour switches and their defaults; the README explains each. */
    public const SWITCHES = [
        'whmcs' => '8.13',
        'ids' => 'int',
        'smarty' => '4',
        'strict' => '0',
        'sql_strict' => '0',
        'wait_timeout' => '0',
        'mail_delay_ms' => '0',
        'mail_fail' => '0',
        'stored' => 'encoded',
        'params' => 'win',
        'search' => '1',
    ];

    private static string $root = '';

    /** @var array<string, mixed> */
    private static array $configuration = [];

    /** Defines the WHMCS constants, connects the database, loads hooks. Runs once per process. */
    public static function boot(string $root): void
    {
        if (self::$root !== '') {
            return;
        }
        self::$root = rtrim($root, '/');
        self::$configuration = self::readConfiguration(self::$root . '/configuration.php');
        define('WHMCS', true);
        define('ROOTDIR', self::$root);
        Faults::watch();
        date_default_timezone_set('UTC');
        Link::connect((string) self::$configuration['dsn']);
        self::exportGlobals();
        ModuleClasses::register();
        if (PHP_SAPI !== 'cli') {
            Session::start();
            Http::receive($_SERVER['REQUEST_METHOD'] ?? 'GET', $_GET, $_POST);
            if (self::option('search') === '1') {
                Escapes::watch();
            }
        }
        if (!defined('STANDIN_INSTALLING')) {
            Hooks::loadFiles();
        }
    }

    /** Absolute path of the site directory, or of something in it. */
    public static function path(string $relative = ''): string
    {
        return $relative === '' ? self::$root : self::$root . '/' . $relative;
    }

    /** A value of configuration.php. */
    public static function configured(string $key, string $default = ''): string
    {
        return (string) (self::$configuration[$key] ?? $default);
    }

    /** A behaviour switch of the run, as text. */
    public static function option(string $name): string
    {
        $environment = getenv('STANDIN_' . strtoupper($name));
        if ($environment !== false && $environment !== '') {
            return $environment;
        }
        $switches = self::$configuration['standin'] ?? [];
        return (string) ($switches[$name] ?? self::SWITCHES[$name] ?? '');
    }

    /** Whether the imitated WHMCS is at least this version, e.g. '8.13'. */
    public static function atLeast(string $version): bool
    {
        return version_compare(self::option('whmcs'), $version, '>=');
    }

    /** The version text that modules see, e.g. '8.13.1-release.1'. */
    public static function version(): string
    {
        return self::option('whmcs') . '.1-release.1';
    }

    /** Name of the admin directory, e.g. 'admin'. */
    public static function adminDirectory(): string
    {
        return self::configured('customadminpath', 'admin');
    }

    /** Base URL of the site with a trailing slash. */
    public static function url(): string
    {
        return rtrim(Settings::get('SystemURL', 'http://127.0.0.1:8080'), '/') . '/';
    }

    /** Path part of the base URL, without a trailing slash: '' or '/billing'. */
    public static function webRoot(): string
    {
        return rtrim((string) parse_url(self::url(), PHP_URL_PATH), '/');
    }

    /** Loads the Smarty generation of the run. */
    public static function loadSmarty(): void
    {
        if (self::option('smarty') === '3') {
            require_once __DIR__ . '/smarty3.php';
        } else {
            require_once 'smarty4/Smarty.class.php';
        }
    }

    /** @return array<string, mixed> */
    private static function readConfiguration(string $file): array
    {
        if (!is_file($file)) {
            throw new \RuntimeException('No configuration.php in the site directory; run "standin install" first.');
        }
        return (static function (string $file): array {
            require $file;
            return get_defined_vars();
        })($file);
    }

    /** Old modules read these globals; WHMCS fills them at start. */
    private static function exportGlobals(): void
    {
        $GLOBALS['cc_encryption_hash'] = self::configured('cc_encryption_hash');
        $GLOBALS['customadminpath'] = self::adminDirectory();
        $GLOBALS['_LANG'] = Language::client();
        if (!defined('STANDIN_INSTALLING')) {
            $GLOBALS['CONFIG'] = Settings::all();
        }
    }
}
