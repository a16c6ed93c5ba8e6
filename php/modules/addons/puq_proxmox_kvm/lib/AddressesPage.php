<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Quantity;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Who has which address, and who had it.
 */
final class AddressesPage implements Page
{
    public function query(): array
    {
        return ['p', 'size', 'search', 'pool', 'past'];
    }

    public function fields(): array
    {
        return [];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $pool = Input::number($query, 'pool');
        $past = Input::text($query, 'past') === '1';
        $list = Listing::of('addresses', $query, array_filter(['pool' => $pool, 'past' => $past]));
        $list['rows'] = array_map(static function (array $row): array {
            $since = Quantity::moment($row['since'] ?? null);
            return ['since' => $since, 'until' => Quantity::moment($row['until'] ?? null)] + $row;
        }, $list['rows']);
        $list['filter'] += ['pool' => $pool > 0 ? $pool : '', 'past' => $past ? '1' : ''];
        return $list + ['pool' => null];
    }

    public function act(array $post): Outcome
    {
        return Outcome::refused([], []);
    }
}
