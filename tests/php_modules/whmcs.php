<?php

/**
 * The little of WHMCS that the modules' own tests need: a database with the tables they read, hooks, logs and tokens.
 * The whole of it is the stand-in host; this is for tests of single classes.
 */

declare(strict_types=1);

namespace WHMCS\Database {

    class Capsule extends \Illuminate\Database\Capsule\Manager
    {
    }
}

namespace PuqTest {

    use WHMCS\Database\Capsule;

    final class Whmcs
    {
        /** @var array<string, list<callable>> */
        public static $hooks = [];

        /** @var list<string> */
        public static $activity = [];

        /** @var bool Whether the database, and so the log, cannot be written. */
        public static $away = false;

        /** @var list<array{string, array<string, mixed>}> */
        public static $api = [];

        /** @var list<list<mixed>> */
        public static $moduleLog = [];

        /** @var list<string>|null What WHMCS says that the signed-in staff may do; null: it does not say. */
        public static $rights;

        /** @var bool Whether the next check_token finds the right token. */
        public static $tokenIsRight = true;

        public static function reset(): void
        {
            self::$activity = [];
            self::$away = false;
            self::$api = [];
            self::$moduleLog = [];
            self::$tokenIsRight = true;
            self::$rights = ['Perform Server Operations', 'Addon Modules'];
            $_SESSION = [];
            $_GET = [];
            $_POST = [];
            $_REQUEST = [];
            $_SERVER['REQUEST_METHOD'] = 'GET';
            \PuqFake\Calls::$all = [];
            \PuqFake\Calls::$answers = [];
            $capsule = new Capsule();
            $capsule->addConnection(['driver' => 'sqlite', 'database' => ':memory:', 'prefix' => '']);
            $capsule->setAsGlobal();
            $connection = Capsule::connection();
            foreach (explode(';', (string) file_get_contents(__DIR__ . '/whmcs.sql')) as $statement) {
                if (trim($statement) !== '') {
                    $connection->statement($statement);
                }
            }
        }

        /**
         * What a hook's functions answer.
         *
         * @param array<string, mixed> $vars
         * @return list<mixed>
         */
        public static function run(string $hook, array $vars = []): array
        {
            return array_map(static fn (callable $function) => $function($vars), self::$hooks[$hook] ?? []);
        }
    }
}

namespace {

    use PuqTest\Whmcs;

    define('WHMCS', true);

    function add_hook(string $point, int $priority, callable $function): void
    {
        Whmcs::$hooks[$point][] = $function;
    }

    function logActivity(string $text, int $client = 0): void
    {
        if (Whmcs::$away) {
            throw new \PDOException('SQLSTATE[HY000]: insert into `tblactivitylog` values (geheim)');
        }
        Whmcs::$activity[] = $text;
    }

    function logModuleCall(...$arguments): void
    {
        Whmcs::$moduleLog[] = $arguments;
    }

    function localAPI(string $command, array $values = [], string $admin = ''): array
    {
        if ($command === 'GetAdminDetails') {
            $rights = Whmcs::$rights;
            return $rights === null ? ['result' => 'error', 'message' => 'Authentication Failed'] : [
                'result' => 'success',
                'adminid' => $admin === '' ? 1 : (int) ($_SESSION['adminid'] ?? 0),
                'allowedpermissions' => implode(',', $rights),
            ];
        }
        Whmcs::$api[] = [$command, $values];
        if ($command === 'EncryptPassword') {
            return ['result' => 'success', 'password' => encrypt($values['password2'])];
        }
        if ($command === 'SendEmail' && $values['messagename'] === 'missing') {
            return ['result' => 'error', 'message' => 'Email Template Not Found'];
        }
        return ['result' => 'success'];
    }

    function encrypt(string $plain): string
    {
        return 'sealed:' . base64_encode($plain);
    }

    function decrypt(string $stored): string
    {
        return (string) base64_decode(substr($stored, 7));
    }

    function generate_token(string $type = 'form'): string
    {
        return 'the-token';
    }

    function check_token(string $scope = ''): void
    {
        if (!Whmcs::$tokenIsRight) {
            throw new \DomainException('Invalid token');
        }
    }
}
