<?php

declare(strict_types=1);

require_once dirname(__DIR__) . '/init.php';

if (PHP_SAPI !== 'cli') {
    http_response_code(403);
    exit;
}
Standin\Cron::run(in_array('--daily', $argv, true));
