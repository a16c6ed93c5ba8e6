<?php

declare(strict_types=1);

namespace Standin;

/**
 * Autoloads WHMCS\Module\{Server,Addon}\<Name>\Foo from modules/{servers,addons}/<name>/lib/Foo.php, where <Name> is
 * the CamelCase form of the directory. How a directory like `puqProxmoxKVM` maps is not documented: this host finds
 * it only by the plain upper-casing of word beginnings, so a module should register its own loader.
 */
final class ModuleClasses
{
    /** Adds the loader to PHP. */
    public static function register(): void
    {
        spl_autoload_register([self::class, 'load']);
    }

    /** Loads one class if a module directory provides it. */
    public static function load(string $class): void
    {
        $parts = explode('\\', $class);
        if (count($parts) < 5 || $parts[0] !== 'WHMCS' || $parts[1] !== 'Module') {
            return;
        }
        $types = ['Server' => 'servers', 'Addon' => 'addons'];
        $type = $types[$parts[2]] ?? null;
        if ($type === null) {
            return;
        }
        foreach (glob(Site::path('modules/' . $type . '/*'), GLOB_ONLYDIR) ?: [] as $directory) {
            if (self::camel(basename($directory)) === $parts[3]) {
                $file = $directory . '/lib/' . implode('/', array_slice($parts, 4)) . '.php';
                if (is_file($file)) {
                    require_once $file;
                }
                return;
            }
        }
    }

    private static function camel(string $directory): string
    {
        return str_replace(' ', '', ucwords(str_replace(['_', '-'], ' ', $directory)));
    }
}
