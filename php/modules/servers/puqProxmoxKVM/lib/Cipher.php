<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * WHMCS's own encryption of stored passwords. The installation's key stays with WHMCS: this class only asks for it
 * to be used, and nothing of it reaches the extension. What comes out is the password that a person typed, whatever
 * form of it was encrypted; only here is anything decrypted.
 */
final class Cipher
{
    /** A secret of this module's own. */
    public static function encrypt(string $plain): string
    {
        return self::seal($plain, Typed::kept($plain));
    }

    /** A password for a column of WHMCS, which prints it into mails and pages. */
    public static function encryptForWhmcs(string $plain): string
    {
        return self::seal($plain, Typed::encoded($plain));
    }

    public static function decrypt(string $stored): string
    {
        if ($stored === '') {
            return '';
        }
        // The global function first: localAPI costs a full API call for every row of a list.
        if (function_exists('decrypt')) {
            return Typed::text((string) \decrypt($stored));
        }
        $answer = localAPI('DecryptPassword', ['password2' => $stored]);
        return Typed::text((string) ($answer['password'] ?? ''));
    }

    private static function seal(string $plain, string $kept): string
    {
        if ($plain === '') {
            return '';
        }
        $answer = localAPI('EncryptPassword', ['password2' => $kept]);
        $sealed = ($answer['result'] ?? '') === 'success' ? (string) ($answer['password'] ?? '') : '';
        // It is not documented whether WHMCS changes the values of such a call on their way.
        if ($sealed !== '' && self::decrypt($sealed) === $plain) {
            return $sealed;
        }
        if (function_exists('encrypt')) {
            return (string) \encrypt($kept);
        }
        throw new \RuntimeException('WHMCS could not encrypt a password.');
    }
}
