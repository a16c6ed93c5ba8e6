<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The request, as the person in front of the browser typed it: WHMCS has encoded it before a module sees it. Only this
 * class reads PHP's request variables.
 *
 * A value is taken as the page expects it: a browser may send a list where a text is meant, or no number for an id.
 */
final class Input
{
    /** Digits that fit into a number on every platform. */
    private const DIGITS = 18;

    public static function isPost(): bool
    {
        return ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST';
    }

    /** Whether a script of ours asks: no other page can make a browser send this header. */
    public static function isScript(): bool
    {
        return ($_SERVER['HTTP_X_REQUESTED_WITH'] ?? '') === 'XMLHttpRequest';
    }

    /** @return array<mixed> The fields of a form. */
    public static function posted(): array
    {
        return Typed::params($_POST);
    }

    /** @return array<mixed> The parameters of the address. */
    public static function query(): array
    {
        return Typed::params($_GET);
    }

    /** @return array<mixed> Both, a form's fields before the address. */
    public static function any(): array
    {
        return Typed::params($_POST + $_GET + $_REQUEST);
    }

    /** @param array<mixed> $values */
    public static function text(array $values, string $name, string $default = ''): string
    {
        $value = $values[$name] ?? $default;
        return is_scalar($value) ? (string) $value : '';
    }

    /**
     * An id or another count; 0 for what is none.
     *
     * @param array<mixed> $values
     */
    public static function number(array $values, string $name): int
    {
        $text = trim(self::text($values, $name));
        return ctype_digit($text) && strlen($text) <= self::DIGITS ? (int) $text : 0;
    }

    /**
     * The values that a form of single values can show again.
     *
     * @param array<mixed> $values
     * @return array<mixed>
     */
    public static function single(array $values): array
    {
        return array_filter($values, 'is_scalar');
    }
}
