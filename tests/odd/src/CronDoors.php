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
        $forms = ['', '--', '--task=', '--task', '--force=', '--list=', '--lock='];
        $doors = [];
        foreach ($forms as $form) {
            $send = static function ($value) use ($form): array {
                return self::run($form . (is_scalar($value) ? (string) $value : 'Array'));
            };
            $doors[] = new Door("cron.php {$form}…", 'processVirtualMachines', $send);
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
