<?php

declare(strict_types=1);

namespace Demo;

use PuqProxmoxKvm\Native;
use Standin\Order;

/** What is done in WHMCS's own process: what the addon's pages ask, and orders one after another. */
final class Inside
{
    /**
     * @param array<string, mixed> $request
     * @return array<mixed>
     */
    public function answer(string $verb, array $request): array
    {
        return match ($verb) {
            'addon' => Native::ask('addon_api', $request),
            'orders' => self::orders($request),
        };
    }

    /**
     * @param array<string, mixed> $request number, client, product, and the operating systems that are chosen in turn
     * @return int[]
     */
    public static function orders(array $request): array
    {
        $systems = (array) ($request['systems'] ?? []);
        $services = [];
        for ($placed = 0; $placed < (int) $request['number']; $placed++) {
            $options = $systems === [] ? [] : ['Operating System' => $systems[$placed % count($systems)]];
            $order = Order::place((int) $request['client'], (int) $request['product'], $options, '', true);
            if ($order['result'] !== 'success') {
                throw new \RuntimeException($order['result']);
            }
            $services[] = $order['service'];
        }
        return $services;
    }
}
