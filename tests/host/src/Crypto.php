<?php

declare(strict_types=1);

namespace Standin;

/** Two-way encryption of stored passwords; the text differs each time, as in WHMCS. */
final class Crypto
{
    private const CIPHER = 'aes-256-gcm';

    /** Encrypts text; '' stays ''. */
    public static function encrypt(string $plain): string
    {
        if ($plain === '') {
            return '';
        }
        $nonce = random_bytes(12);
        $tag = '';
        $sealed = openssl_encrypt($plain, self::CIPHER, self::key(), OPENSSL_RAW_DATA, $nonce, $tag);
        return base64_encode($nonce . $tag . $sealed);
    }

    /** Decrypts what encrypt() made; anything else gives ''. */
    public static function decrypt(string $text): string
    {
        $raw = base64_decode($text, true);
        if ($raw === false || strlen($raw) < 29) {
            return '';
        }
        $parts = [substr($raw, 0, 12), substr($raw, 12, 16), substr($raw, 28)];
        $plain = openssl_decrypt($parts[2], self::CIPHER, self::key(), OPENSSL_RAW_DATA, $parts[0], $parts[1]);
        return $plain === false ? '' : $plain;
    }

    private static function key(): string
    {
        return hash('sha256', Site::configured('cc_encryption_hash'), true);
    }
}
