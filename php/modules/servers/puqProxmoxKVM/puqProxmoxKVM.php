<?php

declare(strict_types=1);

use PuqProxmoxKvm\Module;
use PuqProxmoxKvm\ServicePage;

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
    return [
        'license' => [
            'FriendlyName' => 'License key',
            'Type' => 'text',
            'Size' => '40',
            'Default' => '',
            'Description' => 'Kept for your records; not required.',
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
    return Module::run('change_password', $params);
}

/**
 * @return array<string, string> Button label, then the suffix of the function behind it.
 */
function puqProxmoxKVM_AdminCustomButtonArray($params = []): array
{
    return [
        'Start' => 'adminStart',
        'Stop' => 'adminStop',
        'Redeploy' => 'adminRedeploy',
        'Retry now' => 'adminRetry',
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
function puqProxmoxKVM_adminRedeploy(array $params): string
{
    return Module::admin($params, ['op' => 'redeploy']);
}

/**
 * @param array<string, mixed> $params
 */
function puqProxmoxKVM_adminRetry(array $params): string
{
    return Module::admin($params, ['op' => 'retry']);
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
