<?php

/**
 * The bulk of the odd values, in one process inside a stand-in site: inside.php ROOT JSON
 */

declare(strict_types=1);

[, $root, $json] = $argv;
$order = (array) json_decode($json, true);

require_once $root . '/init.php';
require_once $root . '/modules/addons/puq_proxmox_kvm/lib/autoload.php';
require_once __DIR__ . '/src/autoload.php';

exit((new Odd\Inside($order))->run());
