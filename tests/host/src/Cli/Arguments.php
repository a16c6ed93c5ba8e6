<?php

declare(strict_types=1);

namespace Standin\Cli;

/** Words and options of a command line: `--name value`, `--name=value`, flags, repeated options. */
final class Arguments
{
    private const FLAGS = [
        'json', 'fresh', 'daily', 'insecure', 'no-create', 'help', 'print', 'retry', 'all', 'clear', 'default',
        'disabled', 'get',
    ];

    /** @var string[] */
    private array $words = [];

    /** @var array<string, string[]> */
    private array $options = [];

    /** @param string[] $arguments without the program's name */
    public function __construct(array $arguments)
    {
        while ($arguments !== []) {
            $argument = (string) array_shift($arguments);
            if (strncmp($argument, '--', 2) !== 0) {
                $this->words[] = $argument;
                continue;
            }
            $parts = explode('=', substr($argument, 2), 2);
            if (isset($parts[1])) {
                $value = $parts[1];
            } elseif (in_array($parts[0], self::FLAGS, true)) {
                $value = '1';
            } elseif ($arguments !== []) {
                $value = (string) array_shift($arguments);
            } else {
                throw new UsageError('Option --' . $parts[0] . ' needs a value.');
            }
            $this->options[$parts[0]][] = $value;
        }
    }

    /** The word at a position, else the default; without a default the word is required. */
    public function word(int $position, ?string $default = null): string
    {
        $word = $this->words[$position] ?? $default;
        if ($word === null) {
            throw new UsageError('An argument is missing.');
        }
        return $word;
    }

    /** @return string[] words from a position on */
    public function wordsFrom(int $position): array
    {
        return array_slice($this->words, $position);
    }

    public function has(string $option): bool
    {
        return isset($this->options[$option]);
    }

    /** The last value of an option. */
    public function get(string $option, string $default = ''): string
    {
        $values = $this->options[$option] ?? [$default];
        return (string) end($values);
    }

    /** The value of an option that must be given. */
    public function need(string $option): string
    {
        if (!$this->has($option)) {
            throw new UsageError('Option --' . $option . ' is required.');
        }
        return $this->get($option);
    }

    /** An option's value, or the contents of the file that `--<option>-file` names. */
    public function text(string $option, string $default = ''): string
    {
        if (!$this->has($option . '-file')) {
            return str_replace('\n', "\n", $this->get($option, $default));
        }
        $file = $this->get($option . '-file');
        if (!is_file($file)) {
            throw new UsageError('There is no file ' . $file . '.');
        }
        return (string) file_get_contents($file);
    }

    /** @return array<string, string> `Name=value` pairs of a repeated option */
    public function pairs(string $option): array
    {
        return self::split($this->options[$option] ?? []);
    }

    /**
     * @param string[] $pairs
     * @return array<string, string>
     */
    public static function split(array $pairs): array
    {
        $values = [];
        foreach ($pairs as $pair) {
            [$name, $value] = explode('=', $pair, 2) + [1 => ''];
            $values[$name] = $value;
        }
        return $values;
    }
}
