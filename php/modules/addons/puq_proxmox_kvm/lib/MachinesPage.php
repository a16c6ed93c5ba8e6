<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Progress;
use PuqProxmoxKvm\Quantity;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The list of virtual machines with search, filters and paging.
 */
final class MachinesPage implements Page
{
    private const SIZES = [25, 50, 100];
    private const STATUSES = ['Pending', 'Active', 'Suspended', 'Terminated', 'Cancelled', 'Fraud'];

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
        $size = Input::number($query, 'size');
        $status = Input::text($query, 'status');
        $state = Input::text($query, 'vm_status');
        $filter = [
            'page' => max(1, Input::number($query, 'p')),
            'size' => in_array($size, self::SIZES, true) ? $size : self::SIZES[0],
            'search' => trim(Input::text($query, 'search')),
            'status' => in_array($status, self::STATUSES, true) ? $status : '',
            'vm_status' => in_array($state, Progress::states(), true) ? $state : '',
        ];
        $answer = Answer::data('vms', $filter);
        $total = (int) ($answer['data']['total'] ?? 0);
        return [
            'rows' => array_map(static function (array $row): array {
                return ['waiting_since' => Quantity::moment($row['waiting_since'] ?? null)] + $row;
            }, (array) ($answer['data']['rows'] ?? [])),
            'total' => $total,
            'pages' => max(1, (int) ceil($total / $filter['size'])),
            'error' => $answer['error'],
            'filter' => $filter,
            'sizes' => self::SIZES,
            'statuses' => self::STATUSES,
            'states' => Progress::states(),
        ];
    }

    public function act(array $post): Outcome
    {
        return Outcome::refused([], []);
    }
}
