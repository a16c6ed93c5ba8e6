<?php

declare(strict_types=1);

namespace Standin;

/**
 * Looks through everything the site answers for texts that were HTML-encoded once too often, which a reader sees as
 * `R&amp;D`. Each is a fault on record.
 *
 * It sits in an output buffer that nobody can take away, as some hosts have one: answers that empty all buffers before
 * they write come through it too.
 */
final class Escapes
{
    private const ENTITY = '(?:amp|lt|gt|quot|apos|nbsp|euro|pound|#0*3[49]|#x0*2[27]);';

    /** Watches the output of this request. */
    public static function watch(): void
    {
        ob_start([self::class, 'pass'], 0, 0);
    }

    /** The buffer's callback: lets everything through as it is. */
    public static function pass(string $output): string
    {
        foreach (self::find($output, self::isModuleData()) as $excerpt) {
            Faults::note('escaped twice', (string) ($_SERVER['REQUEST_URI'] ?? '') . ': ' . $excerpt);
        }
        return $output;
    }

    /**
     * What is encoded once too often in an answer, each with what stands around it.
     *
     * @param bool $data the answer is a module's JSON, whose texts are shown as they are: no entity belongs there
     * @return string[]
     */
    public static function find(string $output, bool $data): array
    {
        $start = $data ? '(?:&|\\\\u0026)' : '(?:&amp;|\\\\u0026)';
        preg_match_all('/.{0,60}' . $start . self::ENTITY . '.{0,20}/i', $output, $found);
        return $found[0];
    }

    private static function isModuleData(): bool
    {
        return !Http::isOwnData() && preg_grep('#^Content-Type:\s*application/json#i', headers_list()) !== [];
    }
}
