<?php

declare(strict_types=1);

require_once dirname(__DIR__) . '/init.php';

(new Standin\Admin\Desk())->respond();
