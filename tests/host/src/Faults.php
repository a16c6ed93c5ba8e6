<?php

declare(strict_types=1);

namespace Standin;

/**
 * Records every PHP warning, notice, deprecation, uncaught exception and fatal error of the process in
 * <site>/faults.jsonl. With the switch `strict` on, a process that met one ends with status 70 or HTTP 500.
 *
 * A file and not a table: a fault inside a rolled-back transaction, or after the database session timed out, must
 * still be on record.
 */
final class Faults
{
    private const FATAL = [E_ERROR, E_PARSE, E_CORE_ERROR, E_COMPILE_ERROR, E_USER_ERROR, E_RECOVERABLE_ERROR];
    public const EXIT_STATUS = 70;

    private static int $count = 0;

    /** Whether a fault is being written down. */
    private static bool $recording = false;

    /** Starts recording for this process. */
    public static function watch(): void
    {
        error_reporting(E_ALL);
        ini_set('display_errors', '0');
        set_error_handler([self::class, 'handle']);
        register_shutdown_function([self::class, 'finish']);
    }

    /** PHP's error handler; silenced (`@`) errors are no faults. */
    public static function handle(int $level, string $message, string $file = '', int $line = 0): bool
    {
        if ((error_reporting() & $level) === 0 || self::isTolerated($level, $file)) {
            return true;
        }
        self::record(self::name($level), $message, $file, $line);
        return true;
    }

    /** Records a throwable that left a module, which modules must never let happen. */
    public static function uncaught(\Throwable $error, string $where): void
    {
        self::record(
            'uncaught in ' . $where,
            get_class($error) . ': ' . $error->getMessage(),
            $error->getFile(),
            $error->getLine()
        );
    }

    /** Records something that is wrong with what was answered. */
    public static function note(string $kind, string $message): void
    {
        self::record($kind, $message, Http::script(), 0);
    }

    /** Number of faults of this process. */
    public static function count(): int
    {
        return self::$count;
    }

    /** @return array<int, array<string, mixed>> the faults on record for the site, oldest first */
    public static function all(): array
    {
        $file = Site::path('faults.jsonl');
        $lines = is_file($file) ? (array) file($file, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) : [];
        return array_map(static fn (string $line): array => (array) json_decode($line, true), $lines);
    }

    /** Forgets the faults on record. */
    public static function clear(): void
    {
        file_put_contents(Site::path('faults.jsonl'), '');
    }

    /** Shutdown function: records a fatal error and, in strict mode, makes the process fail. */
    public static function finish(): void
    {
        $last = error_get_last();
        if ($last !== null && in_array($last['type'], self::FATAL, true)) {
            self::record('fatal', $last['message'], $last['file'], $last['line']);
        }
        if (self::$count === 0 || Site::option('strict') !== '1') {
            return;
        }
        if (PHP_SAPI === 'cli') {
            fwrite(STDERR, 'standin: ' . self::$count . " PHP fault(s), see faults.jsonl of the site\n");
            exit(self::EXIT_STATUS);
        }
        if (!headers_sent()) {
            http_response_code(500);
        }
    }

    private static function record(string $kind, string $message, string $file, int $line): void
    {
        self::$count++;
        if (self::$recording) {
            // The disk is full, say: a fault while one is written down would wait for its own lock for ever.
            return;
        }
        // A JSON handler ends its buffers and exits: later than here the status could not be changed any more.
        if (PHP_SAPI !== 'cli' && Site::option('strict') === '1' && !headers_sent()) {
            http_response_code(500);
        }
        $entry = [
            'at' => gmdate('Y-m-d H:i:s'),
            'kind' => $kind,
            'message' => $message,
            'file' => str_replace(Site::path() . '/', '', $file),
            'line' => $line,
        ];
        $json = json_encode(
            $entry,
            JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE
        );
        self::$recording = true;
        @file_put_contents(Site::path('faults.jsonl'), $json . "\n", FILE_APPEND | LOCK_EX);
        self::$recording = false;
    }

    /** Smarty 3.1 on PHP 8.2 uses dynamic properties; that is the library's matter, not a module's. */
    /** Smarty 3.1 is older than this PHP: its own code and what it makes of templates use what is deprecated now. */
    private static function isTolerated(int $level, string $file): bool
    {
        $isOld = strpos($file, '/smarty3/') !== false
            || (Site::option('smarty') === '3' && strpos($file, '/templates_c/') !== false);
        return $isOld && ($level === E_DEPRECATED || $level === E_USER_DEPRECATED);
    }

    private static function name(int $level): string
    {
        $names = [
            E_WARNING => 'warning', E_NOTICE => 'notice', E_DEPRECATED => 'deprecated', E_USER_WARNING => 'warning',
            E_USER_NOTICE => 'notice', E_USER_DEPRECATED => 'deprecated', E_USER_ERROR => 'error',
        ];
        return $names[$level] ?? 'error ' . $level;
    }
}
