<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What this module changes on the client's order and upgrade pages, by a script: WHMCS has no other way in.
 */
final class OrderForm
{
    /** Disk options that may only grow; the second may also go to nothing, which deletes the disk. */
    private const GROWING = ['System Disk', 'Additional Disk'];

    /**
     * @param array<string, mixed> $vars Of the hook ClientAreaFooterOutput.
     * @return string HTML, empty on any other page.
     */
    public static function script(array $vars): string
    {
        $page = (string) ($vars['templatefile'] ?? '');
        if ($page === 'configureproduct') {
            $product = (int) ($vars['productinfo']['pid'] ?? $vars['pid'] ?? 0);
            return self::isOurs($product) ? self::tag(['order' => true]) : '';
        }
        if ($page === 'upgrade' && ($_REQUEST['type'] ?? '') === 'configoptions') {
            $options = self::growing((array) ($vars['configoptions'] ?? []));
            $service = (new Services(new Database()))->find([(int) ($vars['id'] ?? 0)])[0] ?? null;
            if ($options === [] || $service === null || $service['moduletype'] !== 'puqProxmoxKVM') {
                return '';
            }
            return self::tag(['upgrade' => $options, 'texts' => Lang::forClient()->group('shrink_')]);
        }
        return '';
    }

    /**
     * @param array<mixed> $options As the upgrade page has them.
     * @return list<array{field: string, smaller: list<string>, deletes: list<string>}> Choices not to be offered.
     */
    private static function growing(array $options): array
    {
        $found = [];
        foreach ($options as $option) {
            $option = (array) $option;
            $name = explode('|', (string) ($option['optionname'] ?? ''), 2)[0];
            if (!in_array($name, self::GROWING, true)) {
                continue;
            }
            $now = self::size((string) ($option['selectedname'] ?? $option['selectedoption'] ?? ''));
            $entry = ['field' => 'configoption[' . (int) ($option['id'] ?? 0) . ']', 'smaller' => [], 'deletes' => []];
            foreach ((array) ($option['options'] ?? []) as $choice) {
                $choice = (array) $choice;
                $size = self::size((string) ($choice['rawName'] ?? $choice['nameonly'] ?? $choice['name'] ?? ''));
                $id = (string) ($choice['id'] ?? '');
                if ($now === null || $size === null || $size >= $now) {
                    continue;
                }
                $entry[$size === 0.0 && $name === 'Additional Disk' ? 'deletes' : 'smaller'][] = $id;
            }
            $found[] = $entry;
        }
        return $found;
    }

    /**
     * @return float|null Null for a text without a number in front, about which nothing can be said.
     */
    private static function size(string $text): ?float
    {
        return preg_match('/^\s*(\d+(?:\.\d+)?)/', $text, $match) === 1 ? (float) $match[1] : null;
    }

    private static function isOurs(int $product): bool
    {
        $rows = (new Database())->select('SELECT servertype FROM tblproducts WHERE id = ?', [$product]);
        return ($rows[0]['servertype'] ?? '') === 'puqProxmoxKVM';
    }

    /**
     * @param array<string, mixed> $data
     */
    private static function tag(array $data): string
    {
        return '<script src="' . View::escape(View::assets()) . '/order.js?v=' . View::escape(Native::VERSION)
            . '" data-puq-kvm-order="' . View::escape(View::json($data)) . '"></script>';
    }
}
