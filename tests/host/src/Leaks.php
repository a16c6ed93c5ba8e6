<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/**
 * Searches the site for known secrets in places where none may be: logs, queue, mails, notes, and plainly stored
 * module tables. The secrets are the site's own (server passwords, service passwords) plus one a line in the file
 * that STANDIN_SECRETS names.
 */
final class Leaks
{
    /** Columns where text may stand, per table; a service password in a mail is what mails are for. */
    private const PLACES = [
        'tblmodulelog' => ['request', 'response', 'arrdata'],
        'tblactivitylog' => ['description'],
        'tblmodulequeue' => ['last_attempt_error'],
        'tblhosting' => ['notes', 'suspendreason', 'domain', 'username'],
        'tblproducts' => ['configoption2', 'configoption3', 'description'],
        'tbltickets' => ['title', 'message'],
        'tblemails' => ['subject', 'message'],
        'tblservers' => ['accesshash', 'assignedips', 'name'],
        'tblconfiguration' => ['value'],
    ];

    /**
     * Everything found.
     *
     * @param string[] $files further files to search, e.g. captured pages
     * @return array<int, array<string, string>> place, row, secret (its first four characters)
     */
    public static function find(array $files = []): array
    {
        $secrets = self::secrets();
        $found = [];
        foreach (self::PLACES as $table => $columns) {
            foreach (Capsule::table($table)->get(array_merge(['id'], $columns))->all() as $row) {
                foreach ($columns as $column) {
                    $found = array_merge($found, self::search(
                        $table . '.' . $column,
                        '#' . $row->id,
                        (string) $row->$column,
                        $table === 'tblemails' ? array_diff($secrets, self::servicePasswords()) : $secrets
                    ));
                }
            }
        }
        foreach (array_merge([Site::path('faults.jsonl')], $files) as $file) {
            if (is_file($file)) {
                $found = array_merge(
                    $found,
                    self::search(basename($file), '', (string) file_get_contents($file), $secrets)
                );
            }
        }
        return $found;
    }

    /** @return string[] secrets of six and more characters; shorter ones would be found by accident */
    public static function secrets(): array
    {
        $secrets = self::servicePasswords();
        foreach (Capsule::table('tblservers')->pluck('password')->all() as $password) {
            $secrets[] = Crypto::decrypt((string) $password);
        }
        $file = (string) getenv('STANDIN_SECRETS');
        if ($file !== '' && is_file($file)) {
            $secrets = array_merge($secrets, (array) file($file, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES));
        }
        return array_values(array_unique(array_filter($secrets, static function (string $secret): bool {
            return strlen($secret) >= 6;
        })));
    }

    /** @return string[] */
    private static function servicePasswords(): array
    {
        return array_map(
            [Crypto::class, 'decrypt'],
            array_map('strval', Capsule::table('tblhosting')->pluck('password')->all())
        );
    }

    /**
     * @param string[] $secrets
     * @return array<int, array<string, string>>
     */
    private static function search(string $place, string $row, string $text, array $secrets): array
    {
        $found = [];
        foreach ($secrets as $secret) {
            $forms = [$secret, rawurlencode($secret), htmlspecialchars($secret, ENT_QUOTES), base64_encode($secret)];
            foreach (array_unique($forms) as $form) {
                if (strpos($text, $form) !== false) {
                    $found[] = ['place' => $place, 'row' => $row, 'secret' => substr($secret, 0, 4) . '…'];
                    break;
                }
            }
        }
        return $found;
    }
}
