<?php

declare(strict_types=1);

namespace WHMCS\View;

/** What the official themes ask for their fonts; this host has none, so a page is shown in those of the browser. */
final class Asset
{
    public static function fontCssInclude(string $file): string
    {
        return '';
    }
}
