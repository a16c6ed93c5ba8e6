<?php

declare(strict_types=1);

namespace Standin\Cli;

use Standin\Site;

/** Dispatches the commands. Exit status: 0 good, 1 the command's work failed, 2 wrong usage, 70 PHP faults (strict). */
final class Application
{
    private const COMMANDS = [
        'install' => [Setup::class, 'install'], 'seed' => [Setup::class, 'seed'], 'server' => [Setup::class, 'server'],
        'product' => [Setup::class, 'product'], 'option' => [Setup::class, 'option'],
        'field' => [Setup::class, 'field'],
        'activate' => [Setup::class, 'activate'], 'deactivate' => [Setup::class, 'deactivate'],
        'client-add' => [Setup::class, 'clientAdd'], 'set' => [Setup::class, 'set'],
        'order' => [Operation::class, 'order'], 'module' => [Operation::class, 'module'],
        'client' => [Operation::class, 'client'], 'addon' => [Operation::class, 'addon'],
        'upgrade' => [Operation::class, 'upgrade'], 'cron' => [Operation::class, 'cron'],
        'api' => [Operation::class, 'api'],
        'mail' => [Inspection::class, 'mail'], 'log' => [Inspection::class, 'log'],
        'service' => [Inspection::class, 'service'], 'params' => [Inspection::class, 'params'],
        'sql' => [Inspection::class, 'sql'], 'leaks' => [Inspection::class, 'leaks'],
        'faults' => [Inspection::class, 'faults'], 'metrics' => [Inspection::class, 'metrics'],
        'lint' => [Lint::class, 'run'], 'serve' => [Server::class, 'serve'], 'nginx' => [Server::class, 'nginx'],
    ];

    /**
     * Runs one command line.
     *
     * @param string[] $words without the program's name
     * @return int exit status
     */
    public function run(array $words): int
    {
        self::loadExtension();
        try {
            $arguments = new Arguments($words);
            $name = $arguments->word(0, 'help');
            if ($arguments->has('help') || $name === 'help') {
                echo Help::TEXT;
                return 0;
            }
            if (!isset(self::COMMANDS[$name])) {
                throw new UsageError('There is no command "' . $name . '".');
            }
            if (!in_array($name, ['install', 'lint'], true)) {
                self::boot($arguments);
            }
            [$class, $method] = self::COMMANDS[$name];
            return (new $class($arguments))->$method();
        } catch (UsageError $error) {
            fwrite(STDERR, 'standin: ' . $error->getMessage() . " (see --help)\n");
            return 2;
        } catch (\InvalidArgumentException $error) {
            fwrite(STDERR, 'standin: ' . $error->getMessage() . "\n");
            return 1;
        }
    }

    /** The site directory: --root, else STANDIN_ROOT. */
    public static function root(Arguments $arguments): string
    {
        $root = $arguments->get('root', (string) getenv('STANDIN_ROOT'));
        if ($root === '') {
            throw new UsageError('Say which site: --root DIR or STANDIN_ROOT.');
        }
        return $root;
    }

    private static function boot(Arguments $arguments): void
    {
        $root = realpath(self::root($arguments));
        if ($root === false || !is_file($root . '/configuration.php')) {
            throw new UsageError('No site there; run "standin install" first.');
        }
        $_SESSION = [];
        Site::boot($root);
    }

    /** With STANDIN_EXTENSION=/path/to.so the program starts itself anew with that extension loaded. */
    private static function loadExtension(): void
    {
        $extension = (string) getenv('STANDIN_EXTENSION');
        // The mark holds the process id, which exec keeps: a child that inherits the mark loads the extension itself.
        if ($extension === '' || getenv('STANDIN_EXTENSION_LOADED') === (string) getmypid()) {
            return;
        }
        $arguments = array_merge(['-d', 'extension=' . $extension], $_SERVER['argv']);
        pcntl_exec(PHP_BINARY, $arguments, ['STANDIN_EXTENSION_LOADED' => (string) getmypid()] + getenv());
    }
}
