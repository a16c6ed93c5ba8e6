<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What the owner of a client's account lets the user do who is signed in to it.
 */
final class ClientUser
{
    /**
     * The permissions in WHMCS's own words, such as `products` and `manageproducts`.
     *
     * @return list<string>|null Null where all is permitted, or WHMCS does not say: then only WHMCS itself refuses.
     */
    public static function permissions(int $client): ?array
    {
        try {
            $permissions = self::isOfEight() ? self::ofUser($client) : self::ofContact($client);
        } catch (\Throwable $fault) {
            return null;
        }
        return $permissions === [] ? null : $permissions;
    }

    /** WHMCS has users since version 8, and had contacts that sign in before. */
    private static function isOfEight(): bool
    {
        return class_exists('WHMCS\\Authentication\\CurrentUser');
    }

    /** @return list<string>|null */
    private static function ofUser(int $client): ?array
    {
        $current = new \WHMCS\Authentication\CurrentUser();
        $user = $current->user();
        if ($user === null || $current->isMasqueradingAdmin()) {
            return null;
        }
        $id = (int) $user->id;
        $rows = (new Tables(new Database()))->select(
            'SELECT owner FROM tblusers_clients WHERE auth_user_id = ? AND client_id = ?',
            [$id, $client]
        );
        if ((int) ($rows[0]['owner'] ?? 0) === 1) {
            return null;
        }
        $answer = (array) localAPI('GetUserPermissions', ['user_id' => $id, 'client_id' => $client]);
        if (($answer['result'] ?? '') !== 'success') {
            return null;
        }
        return self::words($answer['permissions'] ?? null);
    }

    /** @return list<string>|null */
    private static function ofContact(int $client): ?array
    {
        $contact = (int) ($_SESSION['cid'] ?? 0);
        if ($contact <= 0) {
            return null;
        }
        $rows = (new Tables(new Database()))->select(
            'SELECT permissions FROM tblcontacts WHERE id = ? AND userid = ?',
            [$contact, $client]
        );
        return self::words($rows[0]['permissions'] ?? null);
    }

    /**
     * @param mixed $told a list, a list within a map, or words with commas between
     * @return list<string>
     */
    private static function words($told): array
    {
        $words = [];
        $told = [$told];
        array_walk_recursive($told, static function ($word) use (&$words): void {
            foreach (explode(',', is_scalar($word) ? (string) $word : '') as $one) {
                $words[] = strtolower(trim($one));
            }
        });
        return array_values(array_filter($words, static fn (string $word): bool => $word !== ''));
    }
}
