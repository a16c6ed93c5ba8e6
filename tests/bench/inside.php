<?php

/**
 * Works inside a stand-in site, for measurements that need its process: inside.php ROOT VERB JSON, answers JSON.
 */

declare(strict_types=1);

[, $root, $verb, $json] = $argv;
$request = (array) json_decode($json, true);

require_once $root . '/init.php';
require_once $root . '/modules/addons/puq_proxmox_kvm/lib/autoload.php';
require_once __DIR__ . '/src/Inside.php';

echo json_encode((new Bench\Inside($root))->answer($verb, $request), JSON_THROW_ON_ERROR), "\n";
