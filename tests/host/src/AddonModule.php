<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** One addon module: activation, settings, access, upgrade, admin output and client page. */
final class AddonModule
{
    private function __construct(private string $name)
    {
    }

    /** The addon of that name on disk, or null. */
    public static function find(string $name): ?self
    {
        $file = Site::path('modules/addons/' . $name . '/' . $name . '.php');
        if (preg_match('/^[a-z0-9_]+$/', $name) !== 1 || !is_file($file)) {
            return null;
        }
        require_once $file;
        return new self($name);
    }

    /** @return string[] names of all addons on disk */
    public static function installed(): array
    {
        return array_map('basename', glob(Site::path('modules/addons/*'), GLOB_ONLYDIR) ?: []);
    }

    public function name(): string
    {
        return $this->name;
    }

    /** What `_config` says. @return array<string, mixed> */
    public function config(): array
    {
        return (array) $this->call('config', null);
    }

    public function isActive(): bool
    {
        return in_array($this->name, Settings::names('ActiveAddonModules'), true);
    }

    /** Whether a role may open the addon; nobody may before an administrator says so. */
    public function isOpenTo(int $roleId): bool
    {
        return in_array((string) $roleId, explode(',', $this->settings()['access'] ?? ''), true);
    }

    /**
     * Activates the addon: defaults stored, `_activate` called, hook file noted.
     *
     * @return array{status: string, description: string}
     */
    public function activate(): array
    {
        $config = $this->config();
        $result = ['status' => 'success', 'description' => ''];
        if ($this->has('activate')) {
            $result = array_merge($result, (array) $this->call('activate', null));
        }
        if ($result['status'] === 'error') {
            return $result;
        }
        Settings::addName('ActiveAddonModules', $this->name);
        foreach ((array) ($config['fields'] ?? []) as $key => $field) {
            $this->store((string) $key, (string) ($field['Default'] ?? ''));
        }
        $this->store('version', (string) ($config['version'] ?? ''));
        $this->noteHookFile();
        Journal::activity('Addon Module Activated: ' . ($config['name'] ?? $this->name));
        return $result;
    }

    /** @return array{status: string, description: string} */
    public function deactivate(): array
    {
        $result = ['status' => 'success', 'description' => ''];
        if ($this->has('deactivate')) {
            $result = array_merge($result, (array) $this->call('deactivate', null));
        }
        if ($result['status'] !== 'error') {
            Settings::removeName('ActiveAddonModules', $this->name);
            Settings::removeName('AddonModulesHooks', $this->name);
            Capsule::table('tbladdonmodules')->where('module', $this->name)->delete();
        }
        return $result;
    }

    /**
     * Saves settings and the roles that may open the addon.
     *
     * @param array<string, string> $values
     * @param int[] $roles
     */
    public function saveSettings(array $values, array $roles): void
    {
        foreach ((array) ($this->config()['fields'] ?? []) as $key => $field) {
            $off = ($field['Type'] ?? '') === 'yesno' ? '' : null;
            $value = $values[$key] ?? $off;
            if ($value !== null) {
                $this->store((string) $key, Stored::text((string) $value));
            }
        }
        $this->store('access', implode(',', array_map('intval', $roles)));
        $this->noteHookFile();
    }

    /** Stored settings with `version` and `access`. @return array<string, string> */
    public function settings(): array
    {
        return Capsule::table('tbladdonmodules')->where('module', $this->name)->pluck('value', 'setting')->all();
    }

    /** Calls `_upgrade` when the version in the file is not the stored one; the stored one is its argument. */
    public function upgradeIfNewer(): void
    {
        $stored = $this->settings()['version'] ?? '';
        $current = (string) ($this->config()['version'] ?? '');
        if (!$this->isActive() || $stored === $current) {
            return;
        }
        if ($this->has('upgrade')) {
            $this->call('upgrade', $this->variables());
        }
        $this->store('version', $current);
    }

    /** The addon's admin page: what `_output` printed. */
    public function output(): string
    {
        $this->upgradeIfNewer();
        $level = ob_get_level();
        ob_start();
        try {
            $this->call('output', $this->variables());
        } catch (\Throwable $error) {
            Faults::uncaught($error, $this->name . '_output');
            echo '<div class="alert alert-danger">' . htmlspecialchars($error->getMessage(), ENT_QUOTES) . '</div>';
        }
        $html = '';
        while (ob_get_level() > $level) {
            $html = ob_get_clean() . $html;
        }
        return $html;
    }

    /** The addon's admin sidebar, '' without one. */
    public function sidebar(): string
    {
        return $this->has('sidebar') ? (string) $this->call('sidebar', $this->variables()) : '';
    }

    /** What `_clientarea` returned, null where the addon has no client page. @return array<string, mixed>|null */
    public function clientArea(): ?array
    {
        if (!$this->has('clientarea')) {
            return null;
        }
        $this->upgradeIfNewer();
        $link = ['modulelink' => 'index.php?m=' . $this->name];
        return (array) $this->call('clientarea', $link + $this->variables());
    }

    public function has(string $function): bool
    {
        return function_exists($this->name . '_' . $function);
    }

    /** The argument of output, sidebar, upgrade and clientarea. @return array<string, mixed> */
    public function variables(): array
    {
        return [
            'module' => $this->name, 'modulelink' => 'addonmodules.php?module=' . $this->name,
            '_lang' => $this->language(),
        ] + $this->settings() + ['access' => '', 'version' => ''];
    }

    /** @return mixed */
    private function call(string $function, ?array $argument)
    {
        $name = $this->name . '_' . $function;
        return $argument === null ? $name() : $name($argument);
    }

    /** @return array<string, string> */
    private function language(): array
    {
        $names = [Language::ofAdmin(), strtolower((string) ($this->config()['language'] ?? 'english'))];
        foreach ($names as $language) {
            $file = Site::path('modules/addons/' . $this->name . '/lang/' . basename($language) . '.php');
            if (is_file($file)) {
                return (static function (string $file): array {
                    $_ADDONLANG = [];
                    require $file;
                    return $_ADDONLANG;
                })($file);
            }
        }
        return [];
    }

    private function store(string $setting, string $value): void
    {
        Capsule::table('tbladdonmodules')
            ->updateOrInsert(['module' => $this->name, 'setting' => $setting], ['value' => $value]);
    }

    private function noteHookFile(): void
    {
        if (is_file(Site::path('modules/addons/' . $this->name . '/hooks.php'))) {
            Settings::addName('AddonModulesHooks', $this->name);
        }
    }
}
