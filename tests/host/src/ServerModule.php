<?php

declare(strict_types=1);

namespace Standin;

/** One provisioning module on disk: loads its file and calls its functions. */
final class ServerModule
{
    private function __construct(private string $name)
    {
    }

    /** The module of that exact name, or null; the case counts, as on a Linux server. */
    public static function find(string $name): ?self
    {
        $file = Site::path('modules/servers/' . $name . '/' . $name . '.php');
        if ($name === '' || basename($name) !== $name || !is_file($file)) {
            return null;
        }
        require_once $file;
        return new self($name);
    }

    /** @return string[] names of all modules on disk */
    public static function installed(): array
    {
        return array_map('basename', glob(Site::path('modules/servers/*'), GLOB_ONLYDIR) ?: []);
    }

    public function name(): string
    {
        return $this->name;
    }

    /** Name for people: MetaData's DisplayName. */
    public function label(): string
    {
        return (string) ($this->metaData()['DisplayName'] ?? $this->name);
    }

    /** Directory of the module. */
    public function directory(): string
    {
        return Site::path('modules/servers/' . $this->name);
    }

    public function has(string $function): bool
    {
        return function_exists($this->name . '_' . $function);
    }

    /**
     * Calls `<module>_<function>` inside an output buffer; what it prints is returned by reference in $printed. A
     * function may also end the process, as JSON handlers do.
     *
     * @param array<string, mixed>|null $params null calls it without an argument
     * @return mixed
     */
    public function call(string $function, ?array $params, string &$printed = '')
    {
        $name = $this->name . '_' . $function;
        $level = ob_get_level();
        ob_start();
        try {
            return $params === null ? $name() : $name($params);
        } finally {
            while (ob_get_level() > $level) {
                $printed .= (string) ob_get_clean();
            }
        }
    }

    /** MetaData, empty without the function. @return array<string, mixed> */
    public function metaData(): array
    {
        return $this->has('MetaData') ? (array) $this->call('MetaData', null) : [];
    }

    /**
     * ConfigOptions in order, at most 24.
     *
     * @param array<string, mixed> $params
     * @return array<string, array<string, mixed>> under their FriendlyName or key
     */
    public function configOptions(array $params = []): array
    {
        if (!$this->has('ConfigOptions')) {
            return [];
        }
        $fields = [];
        foreach (array_slice((array) $this->call('ConfigOptions', $params), 0, 24) as $key => $field) {
            $fields[(string) ($field['FriendlyName'] ?? $key)] = (array) $field;
        }
        return $fields;
    }

    /**
     * Buttons of a `…CustomButtonArray` function.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed> label => function suffix, or an array with href
     */
    public function buttons(string $function, array $params): array
    {
        return $this->has($function) ? (array) $this->call($function, $params) : [];
    }

    /**
     * Suffixes a client may call: the button array plus the whitelist, whose values count.
     *
     * @param array<string, mixed> $params
     * @return string[]
     */
    public function clientFunctions(array $params): array
    {
        $names = array_merge(
            array_values($this->buttons('ClientAreaCustomButtonArray', $params)),
            array_values($this->buttons('ClientAreaAllowedFunctions', $params))
        );
        return array_values(array_filter($names, 'is_string'));
    }
}
