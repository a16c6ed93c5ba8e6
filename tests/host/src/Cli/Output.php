<?php

declare(strict_types=1);

namespace Standin\Cli;

/** Prints results: JSON, or aligned `name: value` lines. */
final class Output
{
    /** @param mixed $value */
    public static function json($value): void
    {
        echo json_encode($value, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
    }

    /**
     * Rows as JSON, or one line each.
     *
     * @param array<int, array<string, mixed>|object> $rows
     */
    public static function rows(array $rows, bool $json): void
    {
        if ($json) {
            self::json($rows);
            return;
        }
        foreach ($rows as $row) {
            echo implode('  ', array_map(static function ($value): string {
                return is_scalar($value) || $value === null
                    ? str_replace("\n", ' ', (string) $value) : (string) json_encode($value);
            }, (array) $row)), "\n";
        }
    }
}
