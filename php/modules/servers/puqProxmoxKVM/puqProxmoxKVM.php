<?php

declare(strict_types=1);

use PuqProxmoxKvm\Module;
use PuqProxmoxKvm\ProductForm;
use PuqProxmoxKvm\ServicePage;
use PuqProxmoxKvm\Traffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';

/**
 * @return array<string, scalar>
 */
function puqProxmoxKVM_MetaData(): array
{
    return [
        'DisplayName' => 'PUQ Proxmox KVM',
        'APIVersion' => '1.1',
        'RequiresServer' => true,
        'DefaultNonSSLPort' => '8006',
        'DefaultSSLPort' => '8006',
        'ListAccountsUniqueIdentifierDisplayName' => 'Domain',
        'ListAccountsUniqueIdentifierField' => 'domain',
    ];
}

/**
 * Only the first of WHMCS's own 24 settings: everything else of a product is a row of this module, edited through
 * the product panel (hooks.php). The order of these keys may never change.
 *
 * @param array<string, mixed> $params
 * @return array<string, array<string, scalar>>
 */
function puqProxmoxKVM_ConfigOptions($params = []): array
{
    try {
        $place = ProductForm::place();
    } catch (\Throwable $fault) {
        // WHMCS asks for the names of the settings on other pages, too.
        $place = '';
    }
    return [
        'license' => [
            'FriendlyName' => 'License key',
            'Type' => 'text',
            'Size' => '40',
            'Default' => '',
            'Description' => 'Kept for your records; not required.' . ($place === '' ? '' : '<br>' . $place),
        ],
    ];
}

/**
 * @param array<string, mixed> $params Server keys only.
 * @return array{success: bool, error: string}
 */
function puqProxmoxKVM_TestConnection(array $params): array
{
    return Module::testConnection($params);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_CreateAccount(array $params): string
{
    return Module::run('create_account', $params);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_SuspendAccount(array $params): string
{
    return Module::run('suspend_account', $params);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_UnsuspendAccount(array $params): string
{
    return Module::run('unsuspend_account', $params);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_TerminateAccount(array $params): string
{
    return Module::run('terminate_account', $params);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_ChangePackage(array $params): string
{
    return Module::run('change_package', $params);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_ChangePassword(array $params): string
{
    return Module::changePassword($params);
}

/**
 * The labels are the reference product's: `*` may run while the VM runs, `**` only while it is stopped, `->` belongs to
 * the pipeline. Which of them may run now is the extension's to say.
 *
 * @param array<string, mixed> $params
 * @return array<string, string> Button label, then the suffix of the function behind it.
 */
function puqProxmoxKVM_AdminCustomButtonArray($params = []): array
{
    return [
        'Start' => 'adminStart',
        'Stop' => 'adminStop',
        '**Reinstall' => 'adminReinstall',
        'VMSetDedicatedIp ->' => 'vmSetDedicatedIp',
        'VMClone ->' => 'vmClone',
        '**Set CPU RAM ->' => 'setCpuRam',
        '*Set System Disk Size ->' => 'setSystemDiskSize',
        '*Set System Disk Bandwidth ->' => 'setSystemDiskBandwidth',
        '*Set Created Additional Disk ->' => 'setCreatedAdditionalDisk',
        '*Set Additional Disk Size ->' => 'setAdditionalDiskSize',
        '*Set Additional Disk Bandwidth ->' => 'setAdditionalDiskBandwidth',
        '*Set Network ->' => 'setNetwork',
        '*Set Firewall ->' => 'setFirewall',
        '**SetCloudinit' => 'setCloudinit',
        '**VMRemove' => 'vmRemove',
        'Set DNS records' => 'adminSetDnsRecords',
        'Redeploy' => 'adminRedeploy',
        'Retry now' => 'adminRetry',
        'Refresh' => 'adminRefresh',
    ];
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_adminStart(array $params): string
{
    return Module::admin($params, ['op' => 'start']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_adminStop(array $params): string
{
    return Module::admin($params, ['op' => 'stop']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_adminReinstall(array $params): string
{
    return Module::admin($params, ['op' => 'reinstall']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_vmSetDedicatedIp(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'vm_set_dedicated_ip']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_vmClone(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'vm_clone']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_setCpuRam(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'set_cpu_ram']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_setSystemDiskSize(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'set_system_disk_size']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_setSystemDiskBandwidth(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'set_system_disk_bandwidth']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_setCreatedAdditionalDisk(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'set_created_additional_disk']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_setAdditionalDiskSize(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'set_additional_disk_size']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_setAdditionalDiskBandwidth(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'set_additional_disk_bandwidth']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_setNetwork(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'set_network']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_setFirewall(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'set_firewall']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_setCloudinit(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'set_cloudinit']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_vmRemove(array $params): string
{
    return Module::admin($params, ['op' => 'step', 'step' => 'vm_remove'] + Module::confirmed());
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_adminSetDnsRecords(array $params): string
{
    return Module::admin($params, ['op' => 'set_dns_records']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_adminRedeploy(array $params): string
{
    return Module::admin($params, ['op' => 'redeploy'] + Module::confirmed());
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_adminRetry(array $params): string
{
    return Module::admin($params, ['op' => 'retry']);
}

/**
 * The panel's scripts ask by this command, too: then it answers JSON and ends the request.
 *
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_adminRefresh(array $params): string
{
    return ServicePage::command($params);
}

/**
 * @param array<string, mixed> $params
 * @return array<string, string> Label, then HTML.
 */
function puqProxmoxKVM_AdminServicesTabFields(array $params): array
{
    return ServicePage::admin($params);
}

/**
 * WHMCS calls it with every save of the service page and shows nothing of what comes of it.
 *
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_AdminServicesTabFieldsSave(array $params): void
{
    ServicePage::save($params);
}

/**
 * @param array<string, mixed> $params Of a server, or none on a product's pricing page.
 */
function puqProxmoxKVM_MetricProvider($params = []): Traffic
{
    return new Traffic(is_array($params) ? $params : []);
}

/**
 * Once a day for each server: the services' traffic and disks, as WHMCS's own columns have them.
 *
 * @param array<string, mixed> $params Server keys only.
 */
function puqProxmoxKVM_UsageUpdate(array $params): void
{
    Module::updateUsage($params);
}

/**
 * @param array<string, mixed> $params Server keys only.
 * @return array{success: bool, error?: string, accounts?: list<array<string, string>>}
 */
function puqProxmoxKVM_ListAccounts(array $params): array
{
    return Module::listAccounts($params);
}

/**
 * @param array<string, mixed> $params
 * @return array<string, mixed>
 */
function puqProxmoxKVM_ClientArea(array $params): array
{
    return ServicePage::client($params);
}

/**
 * The one function that the scripts of the client's page call; it shows no button.
 *
 * @return array<string, string>
 */
function puqProxmoxKVM_ClientAreaAllowedFunctions($params = []): array
{
    return ['API' => 'api'];
}

/**
 * Answers JSON and ends the request.
 *
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_api(array $params): void
{
    ServicePage::api($params);
}
