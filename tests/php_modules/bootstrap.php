<?php

declare(strict_types=1);

if (!defined('WHMCS')) {
    require_once 'Illuminate/Database/autoload.php';
    require_once __DIR__ . '/whmcs.php';
    require_once __DIR__ . '/fake/native.php';
    $modules = dirname(__DIR__, 2) . '/php/modules';
    // WHMCS's configuration.php names the folder of compiled templates; here it is one that goes with the run.
    $GLOBALS['templates_compiledir'] = sys_get_temp_dir() . '/puq-kvm-templates-' . getmypid();
    register_shutdown_function(static function (): void {
        array_map('unlink', glob($GLOBALS['templates_compiledir'] . '/*') ?: []);
        @rmdir($GLOBALS['templates_compiledir']);
    });
    require_once $modules . '/servers/puqProxmoxKVM/puqProxmoxKVM.php';
    require_once $modules . '/servers/puqProxmoxKVM/hooks.php';
    require_once $modules . '/addons/puq_proxmox_kvm/puq_proxmox_kvm.php';
    require_once $modules . '/addons/puq_proxmox_kvm/hooks.php';
}
