<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * A page of a list that the extension searches and counts.
 */
final class Listing
{
    /**
     * @param array<string, mixed> $query What the address says: the page, its size and what is looked for.
     * @param array<string, mixed> $request What else is asked.
     * @return array<string, mixed> Rows, their number, pages, sizes, the filter, what else was answered, and the error.
     */
    public static function of(string $op, array $query, array $request): array
    {
        $filter = [
            'page' => max(1, Input::number($query, 'p')),
            'size' => Input::number($query, 'size'),
            'search' => trim(Input::text($query, 'search')),
        ];
        $answer = Answer::data($op, array_filter($filter) + $request);
        $data = $answer['data'] + ['rows' => [], 'total' => 0, 'size' => 1, 'sizes' => []];
        return [
            'rows' => (array) $data['rows'],
            'total' => (int) $data['total'],
            'pages' => max(1, (int) ceil((int) $data['total'] / max(1, (int) $data['size']))),
            'sizes' => (array) $data['sizes'],
            'filter' => ['size' => (int) $data['size']] + $filter,
            'error' => $answer['error'],
        ] + $data;
    }
}
