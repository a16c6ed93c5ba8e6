<?php

declare(strict_types=1);

use PuqProxmoxKvm\ClientParts;
use PuqProxmoxKvm\Journal;
use PuqProxmoxKvm\MailFields;
use PuqProxmoxKvm\Native;
use PuqProxmoxKvm\OrderForm;
use PuqProxmoxKvm\ProductForm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/autoload.php';

// WHMCS loads this file on nearly every page: each hook first finds out cheaply if it is meant, and none may end
// the page with a fault.

add_hook('AdminProductConfigFields', 1, static function (array $vars): array {
    try {
        return ProductForm::show((int) ($vars['pid'] ?? 0));
    } catch (\Throwable $fault) {
        Native::sentence($fault);
        return [];
    }
});

add_hook('AdminProductConfigFieldsSave', 1, static function (array $vars): void {
    try {
        ProductForm::save((int) ($vars['pid'] ?? 0));
    } catch (\Throwable $fault) {
        Journal::note('Proxmox KVM, product ' . (int) ($vars['pid'] ?? 0) . ': ' . Native::sentence($fault));
    }
});

add_hook('ClientAreaFooterOutput', 1, static function (array $vars): string {
    try {
        return OrderForm::script($vars);
    } catch (\Throwable $fault) {
        Native::sentence($fault);
        return '';
    }
});

add_hook('ClientAreaPrimarySidebar', 1, static function ($sidebar): void {
    try {
        ClientParts::menu($sidebar);
    } catch (\Throwable $fault) {
        Native::sentence($fault);
    }
});

add_hook('EmailTplMergeFields', 1, static function (array $vars): array {
    return ($vars['type'] ?? '') === 'product' ? MailFields::NAMES : [];
});

add_hook('EmailPreSend', 1, static function (array $vars): array {
    try {
        return MailFields::values($vars);
    } catch (\Throwable $fault) {
        Native::sentence($fault);
        return [];
    }
});
