<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Effect;

use PuqProxmoxKvm\Cipher;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Secrets of the extension's own tables, as WHMCS stores them.
 */
final class Secrets
{
    /** @return array<string, callable(array<string, mixed>): array<mixed>> */
    public function effects(): array
    {
        return [
            'encrypt' => static fn (array $args): array => ['text' => Cipher::encrypt((string) ($args['text'] ?? ''))],
            'decrypt' => static fn (array $args): array => ['text' => Cipher::decrypt((string) ($args['text'] ?? ''))],
        ];
    }
}
