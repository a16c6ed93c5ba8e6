<?php

declare(strict_types=1);

namespace Standin\Cli;

/**
 * Checks module files without running them: PHP syntax, the direct-access guard, no methods newer than Illuminate
 * 7.12, and that every template compiles with Smarty 4 and 3.1.
 */
final class Lint
{
    /** In Debian's 8.83 but not in 7.12, which WHMCS 8 has. */
    private const TOO_NEW = [
        'upsert', 'updateFrom', 'crossJoinSub', 'beforeQuery', 'whereBetweenColumns', 'orWhereBetweenColumns',
        'whereNotBetweenColumns', 'orWhereNotBetweenColumns', 'whereFullText', 'orWhereFullText', 'cursorPaginate',
        'lazy',
        'lazyById', 'lazyByIdDesc', 'chunkMap', 'sole', 'foreignIdFor', 'foreignUuid', 'fullText', 'dropFullText',
        'dropConstrainedForeignId', 'tinyText', 'numericMorphs', 'dropColumns', 'createDatabase',
        'dropDatabaseIfExists',
        'valueOrFail', 'withOnly', 'loadExists', 'loadSum', 'loadAvg', 'loadMin', 'loadMax', 'saveQuietly',
        'updateQuietly',
        'updateOrFail', 'deleteOrFail',
    ];

    /** @var string[] */
    private array $complaints = [];

    public function __construct(private Arguments $arguments)
    {
    }

    public function run(): int
    {
        $directory = $this->arguments->need('modules');
        $templates = [];
        foreach ($this->files($directory) as $file) {
            if (substr($file, -4) === '.php') {
                $this->checkPhp($file);
            } elseif (substr($file, -4) === '.tpl') {
                $templates[] = $file;
            }
        }
        foreach (['4', '3'] as $generation) {
            $this->checkTemplates($templates, $generation);
        }
        foreach ($this->complaints as $complaint) {
            echo $complaint, "\n";
        }
        return $this->complaints === [] ? 0 : 1;
    }

    private function checkPhp(string $file): void
    {
        exec(escapeshellarg(PHP_BINARY) . ' -l ' . escapeshellarg($file) . ' 2>&1', $output, $status);
        if ($status !== 0) {
            $this->complaints[] = $file . ': ' . implode(' ', $output);
            return;
        }
        $code = (string) file_get_contents($file);
        // A stand-alone endpoint defines WHMCS by requiring the host's init.php.
        if (preg_match("/defined\(\s*['\"]WHMCS['\"]\s*\)|init\.php/", $code) !== 1) {
            $this->complaints[] = $file . ': no defined(\'WHMCS\') guard';
        }
        if (preg_match_all('/->(' . implode('|', self::TOO_NEW) . ')\s*\(/', $code, $found) > 0) {
            $this->complaints[] = $file . ': newer than Illuminate 7.12: ' . implode(', ', array_unique($found[1]));
        }
    }

    /**
     * Compiles in a process of its own, since both generations define the same classes.
     *
     * @param string[] $templates
     */
    private function checkTemplates(array $templates, string $generation): void
    {
        if ($templates === [] || stream_resolve_include_path('smarty' . $generation . '/Smarty.class.php') === false) {
            return;
        }
        $compiled = sys_get_temp_dir() . '/standin-lint-' . getmypid() . '-' . $generation;
        $command = [PHP_BINARY, __DIR__ . '/compile.php', $generation, $compiled];
        $process = proc_open(
            array_merge($command, $templates),
            [['file', '/dev/null', 'r'], ['pipe', 'w'], STDERR],
            $pipes
        );
        $output = trim((string) stream_get_contents($pipes[1]));
        proc_close($process);
        array_map('unlink', glob($compiled . '/*') ?: []);
        if (is_dir($compiled)) {
            rmdir($compiled);
        }
        if ($output !== '') {
            $this->complaints[] = $output;
        }
    }

    /** @return iterable<string> */
    private function files(string $directory): iterable
    {
        $tree = new \RecursiveDirectoryIterator($directory, \FilesystemIterator::SKIP_DOTS);
        foreach (new \RecursiveIteratorIterator($tree) as $file) {
            yield $file->getPathname();
        }
    }
}
