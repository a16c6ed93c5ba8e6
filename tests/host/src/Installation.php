<?php

declare(strict_types=1);

namespace Standin;

use Standin\Database\Link;

/** Makes a directory into a WHMCS root with entry files, modules and a database. */
final class Installation
{
    private const DIRECTORIES = [
        'templates_c', 'sessions', 'attachments', 'includes/hooks', 'modules/servers', 'modules/addons',
    ];

    /** Entry files of the clients' area and, in a directory that the site may name, of the staff's. */
    private const CLIENT_PAGES = ['cart', 'clientarea', 'dologin', 'index', 'logout', 'upgrade', 'viewemail'];
    private const STAFF_PAGES = [
        'addonmodules', 'clientsservices', 'configaddonmods', 'configproducts', 'configservers', 'dologin', 'index',
        'login', 'logout', 'mailbox', 'modulequeue', 'systemactivitylog', 'systemcron', 'systememailtpl',
        'systemmodulelog',
    ];

    private string $root;

    public function __construct(string $directory)
    {
        if (!is_dir($directory)) {
            mkdir($directory, 0775, true);
        }
        $this->root = (string) realpath($directory);
    }

    public function root(): string
    {
        return $this->root;
    }

    /**
     * Writes the configuration and the entry files. Installing again keeps the encryption key, and what is given as ''
     * stays as it was.
     *
     * @param array<string, string> $switches behaviour switches of the site
     */
    public function write(string $dsn, string $adminDirectory, array $switches): void
    {
        $old = $this->configured();
        $dsn = $dsn !== '' ? $dsn : ($old['dsn'] ?? 'sqlite');
        $admin = $adminDirectory !== '' ? $adminDirectory : ($old['customadminpath'] ?? 'admin');
        if ($dsn !== 'sqlite') {
            Link::parse($dsn);
        }
        $this->writeConfiguration([
            'license' => 'stand-in',
            'dsn' => $dsn,
            'cc_encryption_hash' => $old['cc_encryption_hash'] ?? bin2hex(random_bytes(32)),
            'templates_compiledir' => 'templates_c',
            'mysql_charset' => 'utf8mb4',
            'customadminpath' => $admin,
            'standin' => $switches + ($old['standin'] ?? []),
        ]);
        foreach (self::DIRECTORIES as $directory) {
            if (!is_dir($this->root . '/' . $directory)) {
                mkdir($this->root . '/' . $directory, 0777, true);
            }
            chmod($this->root . '/' . $directory, 0777);
        }
        // Shell and web server may be different users; both record faults.
        touch($this->root . '/faults.jsonl');
        chmod($this->root . '/faults.jsonl', 0666);
        self::copyTree(dirname(__DIR__) . '/site', $this->root);
        self::writePages($this->root, self::CLIENT_PAGES, '__DIR__', Client\Area::class);
        self::writePages("$this->root/$admin", self::STAFF_PAGES, 'dirname(__DIR__)', Admin\Desk::class);
        foreach (View::SKINS as $skin) {
            // All skins are the same templates with doubled classes; a skin adds only its generation's styles.
            self::copyTree(dirname(__DIR__) . '/templates/common', $this->root . '/templates/' . $skin);
            self::copyTree(dirname(__DIR__) . '/templates/' . $skin, $this->root . '/templates/' . $skin);
        }
        $library = (string) (getenv('STANDIN_JQUERY') ?: dirname(__DIR__, 3) . '/target/jquery-1.12.4.min.js');
        foreach (is_file($library) ? View::SKINS : [] as $skin) {
            copy($library, $this->root . '/templates/' . $skin . '/js/jquery.min.js');
        }
        if ($admin !== 'admin' && is_dir($this->root . '/admin')) {
            self::removeTree($this->root . '/admin');
        }
        $init = "<?php\n\ndefine('STANDIN_ROOT', __DIR__);\nrequire_once "
            . var_export(dirname(__DIR__) . '/init.php', true) . ";\n";
        file_put_contents($this->root . '/init.php', $init);
    }

    /** Copies themes from elsewhere, each a directory of its own, beside the host's. */
    public function copyThemes(string $source): void
    {
        self::copyTree($source, $this->root . '/templates');
    }

    /** Copies servers/ and addons/ into the site. Copies, because a module cuts the site's root out of its __DIR__. */
    public function copyModules(string $source): void
    {
        foreach (['servers', 'addons'] as $type) {
            if (is_dir($source . '/' . $type)) {
                self::copyTree($source . '/' . $type, $this->root . '/modules/' . $type);
            }
        }
    }

    /** Creates database and tables and the settings without which nothing runs. */
    public function prepareDatabase(bool $fresh, string $url, string $theme): void
    {
        define('STANDIN_INSTALLING', true);
        $_SESSION = [];
        $dsn = (string) $this->configured()['dsn'];
        if ($dsn === 'sqlite') {
            touch($this->root . '/storage.sqlite');
            chmod($this->root . '/storage.sqlite', 0666);
        } else {
            Link::create($dsn);
        }
        Site::boot($this->root);
        Schema::create($fresh);
        $defaults = [
            'SystemURL' => 'http://127.0.0.1:8080/', 'CompanyName' => 'Example Hosting',
            'Domain' => 'https://example.com',
            'Email' => 'support@example.com', 'Signature' => "---\nExample Hosting\nhttps://example.com",
            'Language' => 'english',
            'Charset' => 'utf-8', 'Template' => 'standin4', 'ModuleDebugMode' => 'on', 'ActiveAddonModules' => '',
            'AddonModulesHooks' => '', 'ModuleHooks' => '', 'DateFormat' => 'DD/MM/YYYY', 'Version' => Site::version(),
        ];
        foreach (array_diff_key($defaults, Settings::all()) as $name => $value) {
            Settings::set($name, $value);
        }
        if ($url !== '') {
            Settings::set('SystemURL', rtrim($url, '/') . '/');
        }
        if ($theme !== '') {
            Settings::set('Template', $theme);
        }
    }

    /** @param array<string, mixed> $values */
    private function writeConfiguration(array $values): void
    {
        $code = "<?php\n\n";
        foreach ($values as $name => $value) {
            $code .= '$' . $name . ' = ' . var_export($value, true) . ";\n";
        }
        file_put_contents($this->root . '/configuration.php', $code);
    }

    /** @return array<string, mixed> the variables of configuration.php, none before the first installation */
    private function configured(): array
    {
        $file = $this->root . '/configuration.php';
        return !is_file($file) ? [] : (static function (string $file): array {
            require $file;
            return array_diff_key(get_defined_vars(), ['file' => true]);
        })($file);
    }

    /**
     * @param string[] $names
     * @param string $root Where the site's root is, as an expression in such a file.
     * @param class-string $responder
     */
    private static function writePages(string $directory, array $names, string $root, string $responder): void
    {
        if (!is_dir($directory)) {
            mkdir($directory, 0775, true);
        }
        $code = "<?php\n\nrequire_once $root . '/init.php';\n\n(new $responder())->respond();\n";
        foreach ($names as $name) {
            file_put_contents("$directory/$name.php", $code);
        }
    }

    private static function copyTree(string $from, string $to): void
    {
        if (!is_dir($to)) {
            mkdir($to, 0775, true);
        }
        foreach (array_diff((array) scandir($from), ['.', '..']) as $name) {
            $source = $from . '/' . $name;
            if (is_dir($source)) {
                self::copyTree($source, $to . '/' . $name);
            } else {
                copy($source, $to . '/' . $name);
            }
        }
    }

    private static function removeTree(string $directory): void
    {
        foreach (array_diff((array) scandir($directory), ['.', '..']) as $name) {
            $path = $directory . '/' . $name;
            is_dir($path) ? self::removeTree($path) : unlink($path);
        }
        rmdir($directory);
    }
}
