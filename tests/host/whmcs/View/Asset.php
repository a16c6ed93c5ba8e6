<?php

declare(strict_types=1);

namespace WHMCS\View;

use WHMCS\Utility\Environment\WebHelper;

/** What the official themes ask for about assets. */
class Asset
{
    /** The link tag of a style sheet of fonts. */
    public static function fontCssInclude($file): string
    {
        $address = WebHelper::getBaseUrl() . '/assets/fonts/css/' . $file;
        return '<link rel="stylesheet" href="' . htmlspecialchars($address, ENT_QUOTES) . '">';
    }
}
