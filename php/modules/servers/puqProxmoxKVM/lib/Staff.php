<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What WHMCS lets the member of staff do who is signed in.
 */
final class Staff
{
    /** What WHMCS asks for before it runs a module's command. */
    public const COMMANDS = 'Perform Server Operations';

    private static bool $commanded = false;

    /** This request came as a command of the module: WHMCS has checked the right to it. */
    public static function comeByCommand(): void
    {
        self::$commanded = true;
    }

    public static function isCommanded(): bool
    {
        return self::$commanded;
    }

    /** @return list<string>|null Null where WHMCS did not say. */
    public static function rights(): ?array
    {
        $id = (int) ($_SESSION['adminid'] ?? 0);
        if ($id <= 0) {
            return null;
        }
        try {
            // By name: without one WHMCS may answer for another member of staff.
            $rows = (new Database())->select('SELECT username FROM tbladmins WHERE id = ?', [$id]);
            $answer = (array) localAPI('GetAdminDetails', [], (string) ($rows[0]['username'] ?? ''));
        } catch (\Throwable $fault) {
            return null;
        }
        if ((int) ($answer['adminid'] ?? 0) !== $id || !is_string($answer['allowedpermissions'] ?? null)) {
            return null;
        }
        return array_map('trim', explode(',', Typed::text($answer['allowedpermissions'])));
    }

    /** @return bool|null Null where WHMCS did not say. */
    public static function may(string $right): ?bool
    {
        $rights = self::rights();
        return $rights === null ? null : in_array($right, $rights, true);
    }

    /**
     * Whether the addon's pages open for whoever is signed in. Where WHMCS's tables are not as they are known to be,
     * yes: WHMCS itself refuses then.
     */
    public static function opensAddon(): bool
    {
        try {
            $tables = new Tables(new Database());
            $id = (int) ($_SESSION['adminid'] ?? 0);
            $staff = $tables->select('SELECT roleid FROM tbladmins WHERE id = ?', [$id]);
            $roles = $tables->select(
                "SELECT value FROM tbladdonmodules WHERE module = 'puq_proxmox_kvm' AND setting = 'access'"
            );
        } catch (\Throwable $fault) {
            return self::may('Addon Modules') !== false;
        }
        $role = (string) ($staff[0]['roleid'] ?? '');
        $listed = array_map('trim', explode(',', (string) ($roles[0]['value'] ?? '')));
        return $role !== '' && in_array($role, $listed, true) && self::may('Addon Modules') !== false;
    }
}
