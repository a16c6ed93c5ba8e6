<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** The key-value table tblconfiguration. */
final class Settings
{
    /** One setting, or the default where the row is missing. */
    public static function get(string $name, string $default = ''): string
    {
        $value = Capsule::table('tblconfiguration')->where('setting', $name)->value('value');
        return $value === null ? $default : (string) $value;
    }

    /** Stores one setting. */
    public static function set(string $name, string $value): void
    {
        Capsule::table('tblconfiguration')->updateOrInsert(['setting' => $name], ['value' => $value]);
        $GLOBALS['CONFIG'][$name] = $value;
    }

    /** @return array<string, string> every setting */
    public static function all(): array
    {
        return Capsule::table('tblconfiguration')->pluck('value', 'setting')->all();
    }

    /** @return string[] a comma-separated setting as a list without empty parts */
    public static function names(string $name): array
    {
        return array_values(array_filter(explode(',', self::get($name)), 'strlen'));
    }

    /** Adds one name to a comma-separated setting, once. */
    public static function addName(string $setting, string $name): void
    {
        self::set($setting, implode(',', array_unique(array_merge(self::names($setting), [$name]))));
    }

    /** Removes one name from a comma-separated setting. */
    public static function removeName(string $setting, string $name): void
    {
        self::set($setting, implode(',', array_diff(self::names($setting), [$name])));
    }
}
