<?php

declare(strict_types=1);

namespace WHMCS\Config;

use Standin\Settings;

/** System settings, the table tblconfiguration. */
class Setting
{
    /** @return string|null null where the setting does not exist */
    public static function getValue($setting)
    {
        return Settings::all()[$setting] ?? null;
    }

    public static function setValue($setting, $value): void
    {
        Settings::set((string) $setting, (string) $value);
    }
}
