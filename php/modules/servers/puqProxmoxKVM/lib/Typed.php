<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The text that a person typed, out of the form in which WHMCS keeps it.
 *
 * WHMCS encodes `& < > " '` of what comes through its forms, stores it so and hands it on so; what came through its
 * API, or what this module wrote, is stored as it was typed. Both forms are met in the same column. They are told apart
 * by what an encoder leaves behind: none of the five characters alone. So a text in which one of them stands alone is
 * as it was typed, and every other one is decoded, once.
 *
 * A typed text that looks as if it were encoded (`a&amp;b`) can therefore not be kept as it is: kept() encodes exactly
 * those, so that text(kept($x)) is $x for every $x.
 *
 * Each of the three sources is read in one place, and nowhere else: WHMCS's tables in {@see Tables} and
 * {@see Cipher}, the parameters of a module call in params(), a request in {@see Input}. From there on a text is as it
 * was typed, and is escaped once, where it is shown.
 */
final class Typed
{
    /** What an encoder makes of the five characters, in every spelling that PHP and WHMCS have had. */
    private const ENCODED = '/&(?:amp|lt|gt|quot|apos|#0*39|#0*34|#x0*27|#x0*22);/i';

    public static function text(string $stored): string
    {
        if (strpos($stored, '&') === false || preg_match(self::ENCODED, $stored) !== 1) {
            return $stored;
        }
        $rest = (string) preg_replace(self::ENCODED, '', $stored);
        if (strpbrk($rest, '&<>"\'') !== false) {
            return $stored;
        }
        return (string) preg_replace_callback(self::ENCODED, static function (array $match): string {
            switch (strtolower($match[0])) {
                case '&amp;':
                    return '&';
                case '&lt;':
                    return '<';
                case '&gt;':
                    return '>';
                case '&apos;':
                    return "'";
            }
            return preg_match('/39|27/', $match[0]) === 1 ? "'" : '"';
        }, $stored);
    }

    /** How a text of ours is stored where text() will read it. */
    public static function kept(string $typed): string
    {
        return self::text($typed) === $typed ? $typed : self::encoded($typed);
    }

    /** How WHMCS's own forms store a text: text() reads it, and WHMCS prints it as it is. */
    public static function encoded(string $typed): string
    {
        // Not htmlspecialchars(), which makes nothing of a text that is no UTF-8.
        return strtr($typed, ['&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "'" => '&#039;']);
    }

    /**
     * Names and values of a list; what is no text stays as it is.
     *
     * @param array<mixed> $values
     * @return array<mixed>
     */
    public static function all(array $values): array
    {
        $typed = [];
        foreach ($values as $name => $value) {
            if (is_array($value)) {
                $value = self::all($value);
            } elseif (is_string($value)) {
                $value = self::text($value);
            }
            $typed[is_string($name) ? self::text($name) : $name] = $value;
        }
        return $typed;
    }

    /**
     * The parameters of a module call, or the variables of a hook, without the objects that WHMCS adds to them.
     *
     * @param array<mixed> $params
     * @return array<mixed>
     */
    public static function params(array $params): array
    {
        return self::all(Native::plain($params));
    }

    /**
     * The same for what a client asks, with what the user may do who is signed in to the account.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    public static function clientParams(array $params): array
    {
        $typed = self::params($params);
        $typed['user_permissions'] = ClientUser::permissions((int) ($params['userid'] ?? 0));
        return $typed;
    }
}
