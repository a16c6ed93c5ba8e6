<?php

declare(strict_types=1);

namespace WHMCS\Utility\Environment;

use Standin\Site;

/** Facts about the web address of the site. */
class WebHelper
{
    /** Path of the site without a trailing slash. */
    public static function getBaseUrl(): string
    {
        return Site::webRoot();
    }
}
