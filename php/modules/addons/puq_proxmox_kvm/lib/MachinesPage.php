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
        return ['p', 'size', 'search', 'status', 'vm_status', 'only', 'sort', 'way'];
    }

    public function fields(): array
    {
        return ['act', 'services'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $filter = [
            'page' => max(1, Input::number($query, 'p')),
            'size' => Input::number($query, 'size'),
            'search' => trim(Input::text($query, 'search')),
            'status' => Input::text($query, 'status'),
            'vm_status' => Input::text($query, 'vm_status'),
            'only' => Input::text($query, 'only'),
            'sort' => Input::text($query, 'sort'),
        ];
        $request = array_filter($filter);
        if (Input::text($query, 'way') === 'down') {
            $request['descending'] = true;
        }
        $answer = Answer::data('vms', $request);
        $data = $answer['data'] + ['rows' => [], 'total' => 0, 'size' => 1, 'sizes' => [], 'statuses' => [],
            'states' => [], 'sort' => '', 'descending' => true, 'orders' => []];
        $total = (int) $data['total'];
        return [
            'rows' => array_map(static function (array $row): array {
                return ['waiting_since' => Quantity::moment($row['waiting_since'] ?? null)] + $row;
            }, (array) $data['rows']),
            'total' => $total,
            'pages' => max(1, (int) ceil($total / (int) $data['size'])),
            'error' => $answer['error'],
            'filter' => ['size' => (int) $data['size'], 'sort' => (string) $data['sort'],
                'way' => $data['descending'] ? 'down' : 'up'] + $filter,
            'orders' => (array) $data['orders'],
            'results' => $outcome === null ? [] : (array) ($outcome->input['results'] ?? []),
            'sizes' => (array) $data['sizes'],
            'statuses' => (array) $data['statuses'],
            'states' => (array) $data['states'],
        ];
    }

    public function act(array $post): Outcome
    {
        // A button of a row names its service, the ones below the list mean those that are ticked.
        [$action, $service] = explode(':', Input::text($post, 'act') . ':', 3);
        $services = $service === '' ? array_values((array) ($post['services'] ?? [])) : [$service];
        $services = array_map('intval', array_filter($services, 'is_string'));
        $answer = Answer::to('vms_act', ['action' => $action, 'services' => $services]);
        if (!($answer['ok'] ?? false)) {
            return Outcome::refused($answer, []);
        }
        return Outcome::shown((array) ($answer['data'] ?? []));
    }
}
