<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The checks of one server, or of the installation alone. They ask Proxmox a lot, so they run when asked for.
 */
final class DoctorPage implements Page
{
    public function query(): array
    {
        return ['server_id'];
    }

    public function fields(): array
    {
        return [];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $server = Input::number($query, 'server_id');
        $checks = null;
        $error = '';
        if (isset($query['server_id'])) {
            $answer = Answer::data('doctor', $server > 0 ? ['server_id' => $server] : []);
            $checks = (array) ($answer['data']['checks'] ?? []);
            $error = $answer['error'];
        }
        return ['servers' => Answer::servers(), 'server' => $server, 'checks' => $checks, 'error' => $error];
    }

    public function act(array $post): Outcome
    {
        return Outcome::refused([], []);
    }
}
