<?php

declare(strict_types=1);

namespace Standin;

/** Ways to end a request without a page. */
final class Http
{
    /** Sends the browser elsewhere and ends the request. */
    public static function redirect(string $target): void
    {
        self::discardOutput();
        http_response_code(302);
        header('Location: ' . $target);
        if (PHP_SAPI === 'cli') {
            fwrite(STDERR, 'standin: redirected to ' . $target . "\n");
        }
        exit;
    }

    /** Answers with JSON and ends the request. @param mixed $value */
    public static function json($value): void
    {
        self::discardOutput();
        header('Content-Type: application/json');
        echo json_encode($value, JSON_UNESCAPED_SLASHES);
        exit;
    }

    /** Name of the entry file, e.g. 'clientarea'. */
    public static function script(): string
    {
        return basename((string) ($_SERVER['SCRIPT_NAME'] ?? 'index.php'), '.php');
    }

    public static function isPost(): bool
    {
        return ($_SERVER['REQUEST_METHOD'] ?? 'GET') === 'POST';
    }

    /** A text field of the request, '' where it is missing or no text. POST wins over GET. */
    public static function field(string $name): string
    {
        $value = $_POST[$name] ?? $_GET[$name] ?? '';
        return is_scalar($value) ? (string) $value : '';
    }

    private static function discardOutput(): void
    {
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
    }
}
