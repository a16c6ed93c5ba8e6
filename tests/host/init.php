<?php

/**
 * Boots the stand-in WHMCS for one site directory. The site's own init.php defines STANDIN_ROOT and requires this
 * file; everything that requires the site's init.php (entry pages, crons/cron.php, a module's own cron) gets the
 * database, the hooks and the global functions, exactly as it would from WHMCS.
 */

declare(strict_types=1);

require_once __DIR__ . '/src/autoload.php';
require_once __DIR__ . '/src/functions.php';

Standin\Site::boot(STANDIN_ROOT);
