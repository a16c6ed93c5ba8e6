<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** Automatic module actions that failed and wait to be tried again. */
final class ModuleQueue
{
    /** Records a failure; a repeated one of the same service and action counts as a retry. */
    public static function add(int $serviceId, string $module, string $action, string $error): void
    {
        $now = gmdate('Y-m-d H:i:s');
        $key = ['service_id' => $serviceId, 'module_name' => $module, 'module_action' => $action, 'completed' => 0];
        $row = Capsule::table('tblmodulequeue')->where($key)->first();
        $change = ['last_attempt' => $now, 'last_attempt_error' => $error, 'updated_at' => $now];
        if ($row !== null) {
            Capsule::table('tblmodulequeue')->where('id', $row->id)
                ->update($change + ['num_retries' => $row->num_retries + 1]);
            return;
        }
        Capsule::table('tblmodulequeue')->insert($key + $change + ['service_type' => 'service', 'created_at' => $now]);
    }

    /** Marks an action as done at last. */
    public static function complete(int $serviceId, string $module, string $action): void
    {
        Capsule::table('tblmodulequeue')
            ->where(['service_id' => $serviceId, 'module_name' => $module, 'module_action' => $action])
            ->update(['completed' => 1]);
    }

    /** @return array<int, object> entries that are not done */
    public static function waiting(): array
    {
        return Capsule::table('tblmodulequeue')->where('completed', 0)->orderBy('id')->get()->all();
    }

    /** Runs every waiting entry once. @return array<int, string> queue id => result */
    public static function retry(): array
    {
        $results = [];
        foreach (self::waiting() as $entry) {
            $action = str_replace('Account', '', (string) $entry->module_action);
            $results[(int) $entry->id] = (string) Runner::run((int) $entry->service_id, $action, [], true);
        }
        return $results;
    }
}
