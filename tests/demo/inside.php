<?php

/**
 * Works inside a stand-in site, where the command line of the stand-in has no word for it: inside.php ROOT VERB JSON
 */

declare(strict_types=1);

[, $root, $verb, $json] = $argv;
$request = (array) json_decode($json, true);

require_once $root . '/init.php';
require_once $root . '/modules/addons/puq_proxmox_kvm/lib/autoload.php';

switch ($verb) {
    case 'addon':
        // What the addon's pages do with what was typed into them.
        echo json_encode(PuqProxmoxKvm\Native::ask('addon_api', $request), JSON_UNESCAPED_SLASHES), "\n";
        exit(0);
    case 'orders':
        $services = [];
        for ($placed = 0; $placed < $request['number']; $placed++) {
            $order = Standin\Order::place((int) $request['client'], (int) $request['product'], [], '', true);
            if ($order['result'] !== 'success') {
                fwrite(STDERR, $order['result'] . "\n");
                exit(1);
            }
            $services[] = $order['service'];
        }
        echo json_encode($services), "\n";
        exit(0);
}
exit(64);
