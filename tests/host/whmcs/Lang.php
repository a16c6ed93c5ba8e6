<?php

declare(strict_types=1);

/** Strings of the client area. */
class Lang
{
    public static function trans($key, array $parameters = []): string
    {
        return Standin\Language::translate((string) $key, $parameters);
    }

    public static function getName(): string
    {
        return Standin\Language::ofClient();
    }
}
