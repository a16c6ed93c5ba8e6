<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What came of a form that was sent: where to go after success, or the errors together with what was typed.
 */
final class Outcome
{
    public bool $ok;

    /** Key of the notice on the next page, or a sentence for this one. */
    public string $text;

    /** @var array<string, string> Page to show after success, and its parameters; empty: this page again. */
    public array $next;

    /** @var array<string, string> Field, then what is wrong with it. */
    public array $errors;

    /** @var array<string, mixed> What was typed. */
    public array $input;

    /** @param array<string, string> $next */
    public static function done(string $notice, array $next): self
    {
        $outcome = new self();
        $outcome->ok = true;
        $outcome->text = $notice;
        $outcome->next = $next;
        $outcome->errors = [];
        $outcome->input = [];
        return $outcome;
    }

    /** An answer to read; the page stays where it is. */
    public static function told(string $text): self
    {
        return self::done($text, []);
    }

    /**
     * What came of it, for the page itself to show.
     *
     * @param array<string, mixed> $data
     */
    public static function shown(array $data): self
    {
        $outcome = self::done('', []);
        $outcome->input = $data;
        return $outcome;
    }

    /**
     * @param array<string, mixed> $answer Of the extension.
     * @param array<string, mixed> $input
     */
    public static function refused(array $answer, array $input): self
    {
        $outcome = new self();
        $outcome->ok = false;
        $outcome->text = (string) ($answer['error'] ?? '');
        $outcome->next = [];
        $outcome->errors = array_map('strval', (array) ($answer['errors'] ?? []));
        $outcome->input = $input;
        return $outcome;
    }

    /**
     * @param array<string, mixed> $answer
     * @param array<string, string> $next
     * @param array<string, mixed> $input
     */
    public static function of(array $answer, string $notice, array $next, array $input): self
    {
        return ($answer['ok'] ?? false) ? self::done($notice, $next) : self::refused($answer, $input);
    }
}
