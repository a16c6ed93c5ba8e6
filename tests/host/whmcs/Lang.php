<?php

declare(strict_types=1);

/** Strings of the client area. */
// phpcs:ignore PSR1.Classes.ClassDeclaration.MissingNamespace -- WHMCS has this class without a namespace
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
