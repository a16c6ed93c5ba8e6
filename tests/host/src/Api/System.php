<?php

declare(strict_types=1);

namespace Standin\Api;

use Standin\Api;
use Standin\Crypto;
use Standin\Journal;
use Standin\Permissions;
use Standin\Site;
use WHMCS\Database\Capsule;

/** API commands about the system: encryption, settings, activity log, tickets. */
final class System
{
    public static function encryptPassword(array $values): array
    {
        return ['result' => 'success', 'password' => Crypto::encrypt((string) ($values['password2'] ?? ''))];
    }

    public static function decryptPassword(array $values): array
    {
        return ['result' => 'success', 'password' => Crypto::decrypt((string) ($values['password2'] ?? ''))];
    }

    public static function logActivity(array $values): array
    {
        if (($values['description'] ?? '') === '') {
            return Api::error('Missing Description');
        }
        Journal::activity((string) $values['description'], (int) ($values['clientid'] ?? $values['userid'] ?? 0));
        return ['result' => 'success'];
    }

    public static function whmcsDetails(array $values): array
    {
        $version = ['version' => Site::option('whmcs') . '.1', 'canonicalversion' => Site::version()];
        return ['result' => 'success', 'whmcs' => $version];
    }

    /** Details of the staff member in whose name the call is made; without a name not of the signed-in one. */
    public static function getAdminDetails(array $values, string $adminUser): array
    {
        $admins = Capsule::table('tbladmins')->where('disabled', 0)->orderBy('id');
        $admin = $adminUser === '' ? $admins->first() : $admins->where('username', $adminUser)->first();
        if ($admin === null) {
            return Api::error('You must be authenticated as an admin user to perform this action');
        }
        return [
            'result' => 'success', 'adminid' => (int) $admin->id, 'name' => $admin->firstname . ' ' . $admin->lastname,
            'notes' => '', 'signature' => '', 'departments' => '',
            'allowedpermissions' => implode(',', Permissions::of((int) $admin->id)),
            'requesttime' => gmdate('Y-m-d H:i:s'), 'whmcs' => self::whmcsDetails([])['whmcs'],
        ];
    }

    /** What a user may do in a client's account; its owner may do all. */
    public static function getUserPermissions(array $values): array
    {
        $row = Capsule::table('tblusers_clients')->where('auth_user_id', (int) ($values['user_id'] ?? 0))
            ->where('client_id', (int) ($values['client_id'] ?? 0))->first();
        if ($row === null) {
            return Api::error('User not found for client');
        }
        $permissions = array_values(array_filter(explode(',', (string) $row->permissions)));
        return ['result' => 'success', 'permissions' => $permissions];
    }

    public static function openTicket(array $values): array
    {
        $department = (int) ($values['deptid'] ?? 0);
        if (Capsule::table('tblticketdepartments')->where('id', $department)->doesntExist()) {
            return Api::error('Department ID not found');
        }
        foreach (['subject' => 'Subject is required', 'message' => 'Message is required'] as $field => $error) {
            if (trim((string) ($values[$field] ?? '')) === '') {
                return Api::error($error);
            }
        }
        $number = (string) random_int(100000, 999999);
        $id = Capsule::table('tbltickets')->insertGetId([
            'tid' => $number, 'did' => $department, 'userid' => (int) ($values['clientid'] ?? 0),
            'name' => (string) ($values['name'] ?? ''), 'email' => (string) ($values['email'] ?? ''),
            'date' => gmdate('Y-m-d H:i:s'), 'title' => (string) $values['subject'],
            'message' => (string) $values['message'],
            'status' => 'Open', 'urgency' => (string) ($values['priority'] ?? 'Medium'),
            'service' => isset($values['serviceid']) ? 'S' . (int) $values['serviceid'] : '',
        ]);
        return ['result' => 'success', 'id' => $id, 'tid' => $number, 'c' => bin2hex(random_bytes(4))];
    }
}
