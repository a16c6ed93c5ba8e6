<?php

declare(strict_types=1);

/** Strings of the admin area. */
class AdminLang
{
    public static function trans($key, array $parameters = []): string
    {
        return Standin\Language::translate((string) $key, $parameters);
    }

    public static function getName(): string
    {
        return Standin\Language::ofAdmin();
    }
}
