<?php

declare(strict_types=1);

namespace Standin;

/** The request, and ways to end it without a page. */
final class Http
{
    /** @var array<string, mixed> what the browser sent, before it was encoded */
    private static array $query = [];

    /** @var array<string, mixed> */
    private static array $form = [];
    private static bool $ownData = false;

    /**
     * Takes a request in. The host's own pages read what the browser sent from here; modules find it HTML-encoded in
     * the superglobals, as WHMCS leaves it to them.
     *
     * @param array<string, mixed> $query
     * @param array<string, mixed> $form
     */
    public static function receive(string $method, array $query, array $form): void
    {
        [self::$query, self::$form] = [$query, $form];
        $_SERVER['REQUEST_METHOD'] = $method;
        [$_GET, $_POST] = [Stored::encode($query), Stored::encode($form)];
        $_REQUEST = $_POST + $_GET;
    }

    /** The fields of the form that was sent, as they were typed. @return array<string, mixed> */
    public static function form(): array
    {
        return self::$form;
    }

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

    /** Whether the answer is JSON of the host itself. */
    public static function isOwnData(): bool
    {
        return self::$ownData;
    }

    /** Answers with JSON and ends the request. @param mixed $value */
    public static function json($value): void
    {
        self::discardOutput();
        self::$ownData = true;
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
        $value = self::$form[$name] ?? self::$query[$name] ?? '';
        return is_scalar($value) ? (string) $value : '';
    }

    private static function discardOutput(): void
    {
        while (ob_get_level() > 0 && @ob_end_clean()) {
            continue;
        }
    }
}
