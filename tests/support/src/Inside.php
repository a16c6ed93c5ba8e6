<?php

declare(strict_types=1);

namespace Support;

use PuqProxmoxKvm\Native;
use Standin\Order;

/**
 * Work in WHMCS's own process, where the stand-in's command line has no word for it: a class answers a verb there. This
 * one passes on what the addon's pages ask, and places orders one after another.
 */
final class Inside
{
    /**
     * @param string $extension '' for a process that has it not.
     * @param array<string, mixed> $request
     * @return string[] the command line that prints the answer as JSON
     */
    public static function command(string $root, string $extension, string $class, string $verb, array $request): array
    {
        return array_merge(
            [PHP_BINARY],
            $extension === '' ? [] : ['-d', "extension=$extension"],
            [dirname(__DIR__) . '/inside.php', $root, $class, $verb, (string) json_encode($request)]
        );
    }

    /**
     * @param array<string, mixed> $request
     * @return array<mixed> the answer
     * @throws Problem when the process fails
     */
    public static function ask(string $root, string $extension, string $class, string $verb, array $request): array
    {
        [$status, $output, $errors] = Process::run(self::command($root, $extension, $class, $verb, $request));
        $answer = json_decode($output, true);
        if ($status !== 0 || !is_array($answer)) {
            throw new Problem("\"$verb\" failed ($status): " . substr(trim($output . "\n" . $errors), 0, 2000));
        }
        return $answer;
    }

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
