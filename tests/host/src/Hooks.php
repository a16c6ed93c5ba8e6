<?php

declare(strict_types=1);

namespace Standin;

/** The hook registry: points, priorities, and the module hook files that WHMCS loads on every page. */
final class Hooks
{
    /** @var array<string, array<int, array<int, callable>>> */
    private static array $registered = [];

    /** Registers a callback; lower priorities run first, equal ones in order of registration. */
    public static function add(string $point, int $priority, callable $callback): void
    {
        self::$registered[$point][$priority][] = $callback;
    }

    /**
     * Runs a point and collects what the callbacks return.
     *
     * An exception in a callback goes on record and ends that callback only; WHMCS logs it likewise.
     *
     * @param mixed $arguments the array of variables, or the sidebar object
     * @return array<int, mixed>
     */
    public static function run(string $point, $arguments = []): array
    {
        $levels = self::$registered[$point] ?? [];
        ksort($levels);
        $results = [];
        foreach ($levels as $callbacks) {
            foreach ($callbacks as $callback) {
                try {
                    $results[] = $callback($arguments);
                } catch (\Throwable $error) {
                    Faults::uncaught($error, 'hook ' . $point);
                }
            }
        }
        return $results;
    }

    /** Runs a point and joins the returned HTML. */
    public static function html(string $point, array $arguments): string
    {
        return implode("\n", array_filter(self::run($point, $arguments), 'is_string'));
    }

    /** Runs a point and merges the returned arrays over the given one. */
    public static function merge(string $point, array $arguments): array
    {
        foreach (self::run($point, $arguments) as $result) {
            if (is_array($result)) {
                $arguments = array_merge($arguments, $result);
            }
        }
        return $arguments;
    }

    /** Whether anything listens at a point. */
    public static function has(string $point): bool
    {
        return !empty(self::$registered[$point]);
    }

    /**
     * Loads includes/hooks/*.php and the hook files of modules. WHMCS remembers which modules have one when an addon
     * is activated or its settings are saved, and when a product's Module Settings are saved; a hooks.php that
     * appears later stays unseen until then.
     */
    public static function loadFiles(): void
    {
        $files = glob(Site::path('includes/hooks/*.php')) ?: [];
        foreach (Settings::names('AddonModulesHooks') as $module) {
            $files[] = Site::path('modules/addons/' . $module . '/hooks.php');
        }
        foreach (Settings::names('ModuleHooks') as $module) {
            $files[] = Site::path('modules/servers/' . $module . '/hooks.php');
        }
        foreach ($files as $file) {
            if (is_file($file)) {
                self::loadFile($file);
            }
        }
    }

    private static function loadFile(string $file): void
    {
        require_once $file;
    }
}
