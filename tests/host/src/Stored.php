<?php

declare(strict_types=1);

namespace Standin;

/**
 * The form in which a text stands in the core tables. WHMCS stores what people type into its forms HTML-encoded and
 * hands it to modules as it is stored. That is seen in public modules and nowhere documented, so the switch `stored`
 * makes sites of both kinds: `encoded` and `raw`.
 */
final class Stored
{
    private const ENTITIES = ['&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "'" => '&#039;'];

    /** The stored form of a text that somebody typed. */
    public static function text(string $typed): string
    {
        return self::isEncoded() ? self::encode($typed) : $typed;
    }

    /** What somebody typed, out of its stored form. */
    public static function typed(string $stored): string
    {
        return self::isEncoded() ? htmlspecialchars_decode($stored, ENT_QUOTES) : $stored;
    }

    /** The stored form of every text in an array of columns; anything else stays. */
    public static function columns(array $typed): array
    {
        return array_map(static fn ($value) => is_string($value) ? self::text($value) : $value, $typed);
    }

    /** HTML-encodes a text, or every text in an array of any depth. @param mixed $value @return mixed */
    public static function encode($value)
    {
        if (is_array($value)) {
            return array_map([self::class, 'encode'], $value);
        }
        // By bytes: what is no UTF-8 goes through as it came.
        return is_string($value) ? strtr($value, self::ENTITIES) : $value;
    }

    private static function isEncoded(): bool
    {
        return Site::option('stored') === 'encoded';
    }
}
