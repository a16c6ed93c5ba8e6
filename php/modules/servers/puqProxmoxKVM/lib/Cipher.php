<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * WHMCS's own encryption of stored passwords. The installation's key stays with WHMCS: this class only asks for it
 * to be used, and nothing of it reaches the extension.
 */
final class Cipher
{
    public static function encrypt(string $plain): string
    {
        if ($plain === '') {
            return '';
        }
        $answer = localAPI('EncryptPassword', ['password2' => $plain]);
        if (($answer['result'] ?? '') === 'success' && (string) ($answer['password'] ?? '') !== '') {
            return (string) $answer['password'];
        }
        if (function_exists('encrypt')) {
            return (string) \encrypt($plain);
        }
        throw new \RuntimeException('WHMCS could not encrypt a password.');
    }

    public static function decrypt(string $stored): string
    {
        if ($stored === '') {
            return '';
        }
        // The global function first: localAPI costs a full API call for every row of a list.
        if (function_exists('decrypt')) {
            return (string) \decrypt($stored);
        }
        $answer = localAPI('DecryptPassword', ['password2' => $stored]);
        return (string) ($answer['password'] ?? '');
    }
}
