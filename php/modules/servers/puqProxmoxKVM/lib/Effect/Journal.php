<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Effect;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * WHMCS's activity log and module log.
 */
final class Journal
{
    /** @return array<string, callable(array<string, mixed>): array<mixed>> */
    public function effects(): array
    {
        return [
            'log_activity' => static function (array $args): array {
                \PuqProxmoxKvm\Journal::note((string) ($args['text'] ?? ''), (int) ($args['client_id'] ?? 0));
                return [];
            },
            'log_module' => static function (array $args): array {
                // An empty string among the masked ones would mask between all characters.
                $secrets = array_filter(array_map('strval', (array) ($args['secrets'] ?? [])), 'strlen');
                \PuqProxmoxKvm\Journal::moduleCall(
                    (string) ($args['action'] ?? ''),
                    $args['request'] ?? '',
                    $args['response'] ?? '',
                    $args['processed'] ?? '',
                    array_values($secrets)
                );
                return [];
            },
        ];
    }
}
