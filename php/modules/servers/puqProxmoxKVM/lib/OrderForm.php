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

    /** What is chosen anew by reinstalling only. */
    private const SYSTEM = ['Operating System', 'OS'];

    /** Kind of an option that is a number of units, typed into a field. */
    private const QUANTITY = 4;

    /**
     * @param array<string, mixed> $vars Of the hook ClientAreaFooterOutput.
     * @return string HTML, empty on any other page.
     */
    public static function script(array $vars): string
    {
        $page = (string) ($vars['templatefile'] ?? '');
        $tables = new Tables(new Database());
        if ($page === 'configureproduct') {
            $product = (int) ($vars['productinfo']['pid'] ?? $vars['pid'] ?? 0);
            return $tables->isOurs($product) ? self::tag(['order' => true]) : '';
        }
        if ($page === 'upgrade') {
            $service = (new Services($tables))->find([(int) ($vars['id'] ?? 0)])[0] ?? null;
            if ($service === null || $service['moduletype'] !== 'puqProxmoxKVM') {
                return '';
            }
            $options = Input::text(Input::any(), 'type') === 'configoptions'
                ? self::guarded($tables, (int) $service['serviceid'], (int) $service['pid']) : [];
            $texts = Lang::forClient($service)->group('shrink_');
            return self::tag(['upgrade' => $options, 'notes' => self::notes($options, $texts), 'texts' => $texts]);
        }
        return '';
    }

    /**
     * What is said above the form, before anything is chosen.
     *
     * @param list<array<string, mixed>> $options
     * @param array<string, string> $texts
     * @return list<string>
     */
    private static function notes(array $options, array $texts): array
    {
        $notes = [$texts['restarts']];
        $disks = array_filter($options, static function (array $option): bool {
            return !isset($option['fixed']);
        });
        if ($disks !== []) {
            $notes[] = $texts['grows'];
        }
        foreach ($disks as $disk) {
            if ($disk['deletes'] !== [] || (($disk['may_go'] ?? false) && $disk['least'] > 0)) {
                $notes[] = $texts['deletes'];
            }
        }
        if (count($disks) < count($options)) {
            $notes[] = $texts['system'];
        }
        return array_values(array_unique($notes));
    }

    /**
     * The page has labels only, in the client's words: names and values are read where they are what they mean.
     *
     * @return list<array{field: string, smaller: list<string>, deletes: list<string>, least?: int, may_go?: bool,
     *     fixed?: list<string>}>
     *     Choices not to be offered; of an option that is a number the least one, and whether none at all is one, too;
     *     of the operating system every other one.
     */
    private static function guarded(Tables $tables, int $service, int $product): array
    {
        $rows = $tables->select(
            'SELECT o.id, o.optionname AS name, o.optiontype AS kind, s.id AS choice, s.optionname AS value,'
            . ' h.optionid AS chosen, h.qty AS number'
            . ' FROM tblproductconfiglinks l JOIN tblproductconfigoptions o ON o.gid = l.gid'
            . ' JOIN tblproductconfigoptionssub s ON s.configid = o.id'
            . ' LEFT JOIN tblhostingconfigoptions h ON h.configid = o.id AND h.relid = ?'
            . ' WHERE l.pid = ? ORDER BY o.id, s.id',
            [$service, $product]
        );
        $options = [];
        foreach ($rows as $row) {
            if (in_array(self::before((string) $row['name']), array_merge(self::GROWING, self::SYSTEM), true)) {
                $options[(int) $row['id']][(int) $row['choice']] = $row;
            }
        }
        $found = [];
        foreach ($options as $id => $choices) {
            $first = reset($choices);
            $name = self::before((string) $first['name']);
            $now = self::size((string) ($choices[(int) $first['chosen']]['value'] ?? ''));
            $entry = ['field' => 'configoption[' . $id . ']', 'smaller' => [], 'deletes' => []];
            if (in_array($name, self::SYSTEM, true)) {
                $known = isset($choices[(int) $first['chosen']]);
                $others = $known ? array_diff(array_keys($choices), [(int) $first['chosen']]) : [];
                $found[] = $entry + ['fixed' => array_map('strval', array_values($others))];
                continue;
            }
            if ((int) $first['kind'] === self::QUANTITY) {
                $found[] = $entry + ['least' => (int) $first['number'], 'may_go' => $name === 'Additional Disk'];
                continue;
            }
            foreach ($choices as $choice => $row) {
                $size = self::size((string) $row['value']);
                if ($now === null || $size === null || $size >= $now) {
                    continue;
                }
                $entry[$size === 0.0 && $name === 'Additional Disk' ? 'deletes' : 'smaller'][] = (string) $choice;
            }
            $found[] = $entry;
        }
        return $found;
    }

    /** What stands before the pipe is meant, what follows it is shown. */
    private static function before(string $name): string
    {
        return trim(explode('|', $name, 2)[0]);
    }

    /** @return float|null GB; null for a text without a number in front, about which nothing can be said. */
    private static function size(string $name): ?float
    {
        if (preg_match('/^(\d+(?:\.\d+)?)\s*([tm]?)/i', self::before($name), $match) !== 1) {
            return null;
        }
        return (float) $match[1] * ['' => 1, 't' => 1024, 'm' => 1 / 1024][strtolower($match[2])];
    }

    /** @param array<string, mixed> $data */
    private static function tag(array $data): string
    {
        return '<script src="' . View::escape(View::assets()) . '/order.js?v=' . View::escape(Native::VERSION)
            . '" data-puq-kvm-order="' . View::escape(View::json($data)) . '"></script>';
    }
}
