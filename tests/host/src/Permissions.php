<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/**
 * The rights of staff. WHMCS keeps them by number; the numbers are not documented, the names are (GetAdminDetails, the
 * page Administrator Roles), so a module can only rely on the names.
 */
final class Permissions
{
    public const VIEW_SERVICES = "View Clients Products/Services";
    public const EDIT_SERVICES = "Edit Clients Products/Services";
    public const RUN_COMMANDS = 'Perform Server Operations';
    public const USE_ADDONS = 'Addon Modules';

    /** Every right the host knows; the number of one is its place here, from 1. */
    private const NAMES = [
        'Main Homepage', 'List Services', self::VIEW_SERVICES, self::EDIT_SERVICES, self::RUN_COMMANDS,
        self::USE_ADDONS, 'View Products/Services', 'Create New Products/Services', 'Edit Products/Services',
        'View Module Debug Log', 'Configure Servers', 'Configure Addon Modules', 'Configure General Settings',
    ];

    /** What the roles other than the full administrator's may do. */
    private const ROLES = [
        'Sales Operator' => ['Main Homepage', 'List Services', self::VIEW_SERVICES, self::USE_ADDONS],
        'Support Operator' => [
            'Main Homepage', 'List Services', self::VIEW_SERVICES, self::EDIT_SERVICES, self::RUN_COMMANDS,
        ],
        'Looking On' => ['Main Homepage', 'List Services', self::VIEW_SERVICES],
    ];

    /** Adds the roles; the first is the full administrator's. */
    public static function addRoles(): void
    {
        foreach (['Full Administrator' => self::NAMES] + self::ROLES as $role => $names) {
            $id = (int) Capsule::table('tbladminroles')->insertGetId(['name' => $role]);
            foreach ($names as $name) {
                $number = (int) array_search($name, self::NAMES, true) + 1;
                Capsule::table('tbladminperms')->insert(['roleid' => $id, 'permid' => $number]);
            }
        }
    }

    /** @return string[] what a staff member may do */
    public static function of(int $adminId): array
    {
        $role = (int) Capsule::table('tbladmins')->where('id', $adminId)->value('roleid');
        $numbers = Capsule::table('tbladminperms')->where('roleid', $role)->orderBy('permid')->pluck('permid')->all();
        return array_map(static fn ($number): string => self::NAMES[(int) $number - 1], $numbers);
    }

    /** Whether the signed-in staff member may do something. */
    public static function allow(string $name): bool
    {
        return in_array($name, self::of(Session::adminId()), true);
    }
}
