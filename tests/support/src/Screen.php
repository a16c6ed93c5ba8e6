<?php

declare(strict_types=1);

namespace Support;

/** What the demo prints. */
final class Screen
{
    private bool $colours;

    public function __construct()
    {
        $this->colours = stream_isatty(STDOUT) && getenv('NO_COLOR') === false;
    }

    public function step(string $text): void
    {
        echo "\n", $this->bold('== ' . $text), "\n";
    }

    public function line(string $text = ''): void
    {
        echo $text, "\n";
    }

    /** @param array<string, mixed> $values */
    public function table(array $values): void
    {
        $width = max(array_map('strlen', array_map('strval', array_keys($values))) ?: [0]);
        foreach ($values as $name => $value) {
            $text = is_scalar($value) ? (string) $value : (string) json_encode($value, JSON_UNESCAPED_SLASHES);
            echo '  ', str_pad((string) $name, $width), '  ', str_replace("\n", ' ', $text), "\n";
        }
    }

    public function good(string $text): void
    {
        echo $this->colours ? "\033[32m$text\033[0m" : $text, "\n";
    }

    /** To be read by people who look for what went wrong. */
    public function bad(string $text): void
    {
        fwrite(STDERR, ($this->colours ? "\033[31m$text\033[0m" : $text) . "\n");
    }

    private function bold(string $text): string
    {
        return $this->colours ? "\033[1m$text\033[0m" : $text;
    }
}
