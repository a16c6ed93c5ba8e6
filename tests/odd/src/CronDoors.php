<?php

declare(strict_types=1);

namespace Odd;

use PuqProxmoxKvm\Native;

/** The command line of cron.php, without the shell around it. */
final class CronDoors
{
    /** Exit status for wrong usage. */
    private const USAGE = 64;

    /** @return Door[] */
    public static function doors(): array
    {
        $doors = [];
        foreach (array_merge(['', '--', '--task'], Inputs::cron()) as $form) {
            // Without the sign an empty value would be the argument itself, and a whole run.
            $before = in_array($form, ['', '--'], true) ? $form : rtrim($form, '=') . '=';
            $send = static fn ($value): array => self::run($before . (is_scalar($value) ? (string) $value : 'Array'));
            $doors[] = (new Door("cron.php {$before}…", 'processVirtualMachines', $send))->reaching("cron.php $form");
        }
        return $doors;
    }

    /** @return array<string, mixed> */
    private static function run(string $argument): array
    {
        ob_start();
        try {
            $status = Native::call('cron_main', ['cron.php', $argument]);
        } finally {
            $output = (string) ob_get_clean();
        }
        return $status === self::USAGE ? ['ok' => false, 'error' => trim($output) ?: 'Wrong usage.'] : ['ok' => true];
    }
}
