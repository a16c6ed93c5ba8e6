<?php

declare(strict_types=1);

namespace PuqTest;

/**
 * The files of the two modules.
 */
final class Tree
{
    public static function root(): string
    {
        return dirname(__DIR__, 2) . '/php';
    }

    /** @return array<string, string> Path below the root, then the whole path. */
    public static function files(string $extension): array
    {
        $files = [];
        $all = new \RecursiveIteratorIterator(
            new \RecursiveDirectoryIterator(self::root() . '/modules', \FilesystemIterator::SKIP_DOTS)
        );
        foreach ($all as $file) {
            if ($file->getExtension() === $extension) {
                $path = $file->getPathname();
                $files[substr($path, strlen(self::root()) + 1)] = $path;
            }
        }
        ksort($files);
        return $files;
    }

    /** @return array<string, array{string, string}> For data providers. */
    public static function cases(string $extension): array
    {
        $cases = [];
        foreach (self::files($extension) as $name => $path) {
            $cases[$name] = [$name, $path];
        }
        return $cases;
    }
}
