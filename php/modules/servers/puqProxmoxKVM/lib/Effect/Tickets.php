<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Effect;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Support tickets on a client's behalf.
 */
final class Tickets
{
    /** @return array<string, callable(array<string, mixed>): array<mixed>> */
    public function effects(): array
    {
        return [
            'open_ticket' => fn (array $args): array => $this->open($args),
        ];
    }

    /**
     * @param array<string, mixed> $args department_id, client_id, service_id, subject, message
     * @return array{ok: bool, error: string}
     */
    private function open(array $args): array
    {
        $answer = localAPI('OpenTicket', [
            'deptid' => (int) ($args['department_id'] ?? 0),
            'clientid' => (int) ($args['client_id'] ?? 0),
            'serviceid' => (int) ($args['service_id'] ?? 0),
            'subject' => (string) ($args['subject'] ?? ''),
            'message' => (string) ($args['message'] ?? ''),
            'priority' => 'Medium',
        ]);
        $ok = ($answer['result'] ?? '') === 'success';
        return ['ok' => $ok, 'error' => $ok ? '' : (string) ($answer['message'] ?? 'WHMCS gave no reason')];
    }
}
