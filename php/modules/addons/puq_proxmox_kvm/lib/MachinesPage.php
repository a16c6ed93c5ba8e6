<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Quantity;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The list of virtual machines with search, filters and paging.
 */
final class MachinesPage implements Page
{
    public function query(): array
    {
        return ['p', 'size', 'search', 'status', 'vm_status'];
    }

    public function fields(): array
    {
        return [];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $filter = [
            'page' => max(1, Input::number($query, 'p')),
            'size' => Input::number($query, 'size'),
            'search' => trim(Input::text($query, 'search')),
            'status' => Input::text($query, 'status'),
            'vm_status' => Input::text($query, 'vm_status'),
        ];
        $answer = Answer::data('vms', array_filter($filter));
        $data = $answer['data'] + ['rows' => [], 'total' => 0, 'size' => 1, 'sizes' => [], 'statuses' => [],
            'states' => []];
        $total = (int) $data['total'];
        return [
            'rows' => array_map(static function (array $row): array {
                return ['waiting_since' => Quantity::moment($row['waiting_since'] ?? null)] + $row;
            }, (array) $data['rows']),
            'total' => $total,
            'pages' => max(1, (int) ceil($total / (int) $data['size'])),
            'error' => $answer['error'],
            'filter' => ['size' => (int) $data['size']] + $filter,
            'sizes' => (array) $data['sizes'],
            'statuses' => (array) $data['statuses'],
            'states' => (array) $data['states'],
        ];
    }

    public function act(array $post): Outcome
    {
        return Outcome::refused([], []);
    }
}
