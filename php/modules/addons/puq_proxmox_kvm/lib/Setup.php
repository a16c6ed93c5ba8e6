<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Journal;
use PuqProxmoxKvm\Native;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Activation, upgrade and deactivation of the addon, in the shape WHMCS wants back.
 */
final class Setup
{
    /**
     * @param mixed ...$arguments
     * @return array{status: string, description: string}
     */
    public static function run(string $function, ...$arguments): array
    {
        if (!class_exists(Native::class)) {
            return self::refusal('The server module puqProxmoxKVM is missing: upload modules/servers/puqProxmoxKVM.');
        }
        try {
            $answer = (array) Native::call($function, ...$arguments);
        } catch (\Throwable $fault) {
            return self::refusal(Native::sentence($fault));
        }
        return [
            'status' => (string) ($answer['status'] ?? 'error'),
            'description' => (string) ($answer['description'] ?? ''),
        ];
    }

    /** @return array{status: string, description: string} */
    private static function refusal(string $why): array
    {
        // WHMCS shows nothing of a failed upgrade, so it is in the activity log too.
        if (class_exists(Journal::class)) {
            Journal::note('Proxmox KVM: ' . $why);
        }
        return ['status' => 'error', 'description' => $why];
    }
}
