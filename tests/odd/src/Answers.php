<?php

declare(strict_types=1);

namespace Odd;

/** What an answer may look like: yes, or no with a sentence. */
final class Answers
{
    /** Characters that are enough for any sentence that quotes what it refuses. */
    private const LONGEST = 700;

    /** Words of programs, not of people. */
    private const INSIDE = [
        'SQLSTATE', 'panicked', 'Illuminate', '.rs:', '.php', 'Stack trace', 'Something unexpected', 'has no function',
        'HostError', 'Undefined', 'gave no answer', 'stdClass',
    ];

    /** @param string[] $secrets What no answer may hold. */
    public function __construct(private array $secrets)
    {
    }

    /** @param mixed $answer @return string what is wrong with it; '' for nothing */
    public function wrong($answer): string
    {
        if (is_string($answer)) {
            return $answer === 'success' ? '' : $this->wrongSentence($answer);
        }
        if (!is_array($answer) || !is_bool($answer['ok'] ?? null)) {
            return 'it does not say whether it went well: ' . self::shown($answer);
        }
        foreach ($this->secrets as $secret) {
            if (strpos(self::flat($answer), $secret) !== false) {
                return 'it holds a secret';
            }
        }
        if ($answer['ok']) {
            return '';
        }
        $sentences = array_values((array) ($answer['errors'] ?? []));
        if (isset($answer['error']) || $sentences === []) {
            $sentences[] = $answer['error'] ?? null;
        }
        foreach ($sentences as $sentence) {
            $wrong = is_string($sentence) ? $this->wrongSentence($sentence) : 'it is refused without a sentence';
            if ($wrong !== '') {
                return $wrong;
            }
        }
        return '';
    }

    /** Whether it is a yes. @param mixed $answer */
    public function isYes($answer): bool
    {
        return $answer === 'success' || (is_array($answer) && ($answer['ok'] ?? false) === true);
    }

    /** What is wrong with a sentence that refuses. */
    public function wrongSentence(string $text): string
    {
        if (trim($text) === '') {
            return 'it is refused without a sentence';
        }
        if (preg_match('//u', $text) !== 1 || preg_match('/[\x00-\x1f\x7f]/', $text) === 1) {
            return 'the sentence holds bytes that no screen should get: ' . self::shown($text);
        }
        if (mb_strlen($text) > self::LONGEST) {
            return 'the sentence is ' . mb_strlen($text) . ' characters long: ' . self::shown($text);
        }
        // What a sentence quotes was sent.
        $own = (string) preg_replace('/"[^"]*"/', '""', $text);
        foreach (self::INSIDE as $word) {
            if (strpos($own, $word) !== false) {
                return 'the sentence speaks of the inside: ' . self::shown($text);
            }
        }
        foreach ($this->secrets as $secret) {
            if (strpos($text, $secret) !== false) {
                return 'the sentence holds a secret';
            }
        }
        return '';
    }

    /** A value for a person to read, short. @param mixed $value */
    public static function shown($value): string
    {
        $text = is_string($value) ? $value : (string) json_encode(
            $value,
            JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES
        );
        $text = strlen($text) > 160 ? substr($text, 0, 160) . '… (' . strlen($text) . ' bytes)' : $text;
        return addcslashes($text, "\0..\37\177..\377");
    }

    /** @param mixed $value */
    private static function flat($value): string
    {
        return (string) json_encode(
            $value,
            JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES
        );
    }
}
