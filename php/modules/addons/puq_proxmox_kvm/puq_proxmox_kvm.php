<?php

declare(strict_types=1);

use PuqProxmoxKvm\Addon\Router;
use PuqProxmoxKvm\Addon\Setup;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';

/**
 * @return array<string, mixed>
 */
function puq_proxmox_kvm_config(): array
{
    return [
        'name' => 'PUQ Proxmox KVM',
        'description' => 'IP pools, DNS zones, virtual machines, cron and settings of the Proxmox KVM server module.',
        'version' => '0.1.0',
        'author' => 'PUQ',
        'language' => 'english',
        'fields' => [],
    ];
}

/**
 * @return array{status: string, description: string}
 */
function puq_proxmox_kvm_activate(): array
{
    return Setup::run('addon_activate');
}

/**
 * @return array{status: string, description: string}
 */
function puq_proxmox_kvm_deactivate(): array
{
    return Setup::run('addon_deactivate');
}

/**
 * @param array<string, mixed> $vars
 */
function puq_proxmox_kvm_upgrade(array $vars): void
{
    Setup::run('addon_upgrade', (string) ($vars['version'] ?? ''));
}

/**
 * @param array<string, mixed> $vars
 */
function puq_proxmox_kvm_output(array $vars): void
{
    if (!class_exists('PuqProxmoxKvm\\Native')) {
        echo '<div class="alert alert-danger">The server module puqProxmoxKVM is missing: upload'
            . ' modules/servers/puqProxmoxKVM too.</div>';
        return;
    }
    echo Router::run($vars);
}

/**
 * @param array<string, mixed> $vars
 */
function puq_proxmox_kvm_sidebar(array $vars): string
{
    return class_exists('PuqProxmoxKvm\\Native') ? Router::sidebar($vars) : '';
}
