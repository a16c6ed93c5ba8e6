<?php

/**
 * Works inside a stand-in site, where its command line has no word for it: inside.php ROOT CLASS VERB JSON
 * The class, of one of the test programs beside this one, answers the verb; what it answers is printed as JSON.
 */

declare(strict_types=1);

[, $root, $class, $verb, $json] = $argv;

require_once $root . '/init.php';
require_once $root . '/modules/addons/puq_proxmox_kvm/lib/autoload.php';
require_once __DIR__ . '/autoload.php';

$answer = (new $class())->answer($verb, (array) json_decode($json, true));
echo json_encode($answer, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR), "\n";
