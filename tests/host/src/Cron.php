<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** The system cron: module queue, usage of servers and metrics, the daily hooks, and AfterCronJob after every run. */
final class Cron
{
    /** One invocation; with $daily the daily run is part of it. */
    public static function run(bool $daily): void
    {
        self::task('ProcessModuleQueue', static function (): void {
            ModuleQueue::retry();
        });
        if ($daily) {
            Hooks::run('PreCronJob');
            self::task('UpdateServerUsage', [self::class, 'updateUsage']);
            self::task('CollectMetrics', [Metrics::class, 'collect']);
            Hooks::run('DailyCronJobPreEmail');
            Hooks::run('DailyCronJob');
            Settings::set('lastDailyCronInvocationTime', gmdate('Y-m-d H:i:s'));
        }
        Settings::set('lastCronInvocationTime', gmdate('Y-m-d H:i:s'));
        Hooks::run('AfterCronJob');
    }

    /** Calls UsageUpdate once for every enabled server, never per product. */
    public static function updateUsage(): void
    {
        foreach (Capsule::table('tblservers')->where('disabled', 0)->orderBy('id')->get()->all() as $server) {
            $module = ServerModule::find((string) $server->type);
            if ($module === null || !$module->has('UsageUpdate')) {
                continue;
            }
            try {
                $module->call(
                    'UsageUpdate',
                    ['serverid' => Ids::shape($server->id)] + Params::ofServer((int) $server->id)
                );
            } catch (\Throwable $error) {
                Faults::uncaught($error, $module->name() . '_UsageUpdate');
            }
        }
    }

    private static function task(string $name, callable $work): void
    {
        Hooks::run('PreAutomationTask', ['task' => $name]);
        $work();
        Hooks::run('PostAutomationTask', ['task' => $name, 'completed' => true]);
    }
}
