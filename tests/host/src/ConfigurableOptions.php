<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** Configurable options of products and what services have chosen of them. */
final class ConfigurableOptions
{
    public const DROPDOWN = 1;
    public const RADIO = 2;
    public const YES_NO = 3;
    public const QUANTITY = 4;

    /** The name before the first pipe: `9001|Debian 12` is `9001` to modules. */
    public static function key(string $name): string
    {
        return trim(explode('|', $name, 2)[0]);
    }

    /** The label after the first pipe, else the whole name: what people see. */
    public static function label(string $name): string
    {
        $parts = explode('|', $name, 2);
        return trim($parts[1] ?? $parts[0]);
    }

    /**
     * The options a product offers, in display order, each with its sub-options.
     *
     * @return array<int, object> rows of tblproductconfigoptions with `subs`
     */
    public static function ofProduct(int $productId): array
    {
        $options = Capsule::table('tblproductconfigoptions')
            ->whereIn('gid', Capsule::table('tblproductconfiglinks')->where('pid', $productId)->pluck('gid')->all())
            ->orderBy('order')->orderBy('id')->get()->all();
        foreach ($options as $option) {
            $option->subs = Capsule::table('tblproductconfigoptionssub')->where('configid', $option->id)
                ->orderBy('sortorder')->orderBy('id')->get()->all();
        }
        return $options;
    }

    /**
     * The chosen values under their option names, as `$params['configoptions']` has them.
     *
     * @return array<string, string|int>
     */
    public static function chosen(int $serviceId, int $productId): array
    {
        $values = [];
        foreach (self::ofProduct($productId) as $option) {
            $row = self::row($serviceId, (int) $option->id);
            if ($row === null) {
                continue;
            }
            $sub = self::sub($option, (int) $row->optionid);
            $counted = in_array((int) $option->optiontype, [self::YES_NO, self::QUANTITY], true);
            $values[self::key($option->optionname)] = $counted ? (int) $row->qty : self::key($sub->optionname ?? '');
        }
        return $values;
    }

    /**
     * The chosen labels, as the product page and the admin page list them.
     *
     * @return array<int, array<string, mixed>> optionname, optiontype, selectedqty, selectedoption
     */
    public static function labels(int $serviceId, int $productId): array
    {
        $labels = [];
        foreach (self::ofProduct($productId) as $option) {
            $row = self::row($serviceId, (int) $option->id);
            $sub = $row === null ? null : self::sub($option, (int) $row->optionid);
            $labels[] = [
                'id' => (int) $option->id,
                'optionname' => self::label($option->optionname),
                'optiontype' => (int) $option->optiontype,
                'selectedqty' => $row === null ? 0 : (int) $row->qty,
                'selectedoption' => $sub === null ? '' : self::label($sub->optionname),
                'selectedsub' => $sub === null ? 0 : (int) $sub->id,
            ];
        }
        return $labels;
    }

    /**
     * Stores choices given by option key or id: a sub-option's key or id, or a number for yes/no and quantity.
     * Options not named keep their row, and get their first sub-option if they have none.
     *
     * @param array<int|string, string|int> $choices
     */
    public static function choose(int $serviceId, int $productId, array $choices): void
    {
        $known = [];
        $names = array_map([Stored::class, 'text'], array_map('strval', array_keys($choices)));
        $choices = array_combine($names, $choices);
        foreach (self::ofProduct($productId) as $option) {
            $key = self::key($option->optionname);
            $known[] = $key;
            $existing = self::row($serviceId, (int) $option->id);
            $given = $choices[$option->optionname] ?? $choices[$key] ?? null;
            if ($given === null && $existing !== null) {
                continue;
            }
            $row = self::resolve($option, $given === null ? null : Stored::text((string) $given));
            Capsule::table('tblhostingconfigoptions')
                ->updateOrInsert(['relid' => $serviceId, 'configid' => $option->id], $row);
        }
        foreach (array_keys($choices) as $name) {
            $name = (string) $name;
            if (!in_array(self::key($name), $known, true)) {
                throw new \InvalidArgumentException('The product has no configurable option "' . $name . '".');
            }
        }
    }

    /** Stores one choice by ids, as the upgrade page posts it. */
    public static function chooseById(int $serviceId, object $option, string $value): void
    {
        $counted = in_array((int) $option->optiontype, [self::YES_NO, self::QUANTITY], true);
        $row = [
            'optionid' => $counted ? (int) ($option->subs[0]->id ?? 0) : (int) $value,
            'qty' => $counted ? (int) $value : 0,
        ];
        Capsule::table('tblhostingconfigoptions')
            ->updateOrInsert(['relid' => $serviceId, 'configid' => $option->id], $row);
    }

    /** @return array<string, int> */
    private static function resolve(object $option, ?string $value): array
    {
        $type = (int) $option->optiontype;
        if ($type === self::YES_NO || $type === self::QUANTITY) {
            return ['optionid' => (int) ($option->subs[0]->id ?? 0), 'qty' => (int) ($value ?? $option->qtyminimum)];
        }
        foreach ($option->subs as $sub) {
            if ($value === null || $value === $sub->optionname || self::key($value) === self::key($sub->optionname)) {
                return ['optionid' => (int) $sub->id, 'qty' => 0];
            }
        }
        throw new \InvalidArgumentException('Option "' . $option->optionname . '" offers no "' . $value . '".');
    }

    private static function row(int $serviceId, int $optionId): ?object
    {
        return Capsule::table('tblhostingconfigoptions')->where('relid', $serviceId)->where('configid', $optionId)
            ->first();
    }

    private static function sub(object $option, int $subId): ?object
    {
        foreach ($option->subs as $sub) {
            if ((int) $sub->id === $subId) {
                return $sub;
            }
        }
        return null;
    }
}
