<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The merge fields of this module's mails. The extension sends them along with its own mails; a mail that WHMCS or
 * staff send gets them here.
 */
final class MailFields
{
    public const NAMES = [
        'vm_id' => 'Proxmox VM ID',
        'server_hostname' => 'Proxmox server host name',
    ];

    /**
     * @param array<string, mixed> $vars Of the hook EmailPreSend: messagename, relid, mergefields.
     * @return array<string, string>
     */
    public static function values(array $vars): array
    {
        // The module's templates are known by their names; two spellings, since the reference has one of them wrong.
        if (preg_match('/^puqProxmox(KVM|VKM) /', (string) ($vars['messagename'] ?? '')) !== 1) {
            return [];
        }
        if ((string) ($vars['mergefields']['vm_id'] ?? '') !== '') {
            return [];
        }
        $rows = (new Tables(new Database()))->select(
            'SELECT v.vm_id, s.hostname FROM tblhosting h LEFT JOIN tblservers s ON s.id = h.server'
            . ' LEFT JOIN puqProxmoxKVM_vm_info v ON v.service_id = h.id WHERE h.id = ?',
            [(int) ($vars['relid'] ?? 0)]
        );
        if ($rows === []) {
            return [];
        }
        return [
            'vm_id' => (string) ($rows[0]['vm_id'] ?? ''),
            // The mail is HTML, and WHMCS puts the value into it as it is.
            'server_hostname' => View::escape($rows[0]['hostname'] ?? ''),
        ];
    }
}
