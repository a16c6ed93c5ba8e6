<?php

declare(strict_types=1);

namespace Standin\Cli;

use Standin\AddonModule;
use Standin\Catalogue;
use Standin\ConfigurableOptions;
use Standin\Installation;
use Standin\Seed;
use Standin\Settings;
use Standin\Site;
use WHMCS\Database\Capsule;

/** Commands that build a site and fill it. */
final class Setup
{
    private const TYPES = ['dropdown' => 1, 'radio' => 2, 'yesno' => 3, 'quantity' => 4];

    public function __construct(private Arguments $arguments)
    {
    }

    public function install(): int
    {
        $switches = $this->arguments->pairs('switch');
        foreach (array_keys($switches) as $name) {
            if (!isset(Site::SWITCHES[$name])) {
                throw new UsageError('There is no switch "' . $name . '".');
            }
        }
        $installation = new Installation(Application::root($this->arguments));
        $installation->write($this->arguments->get('db'), $this->arguments->get('admin-dir'), $switches);
        if ($this->arguments->has('modules')) {
            $installation->copyModules($this->arguments->get('modules'));
        }
        if ($this->arguments->has('themes')) {
            $installation->copyThemes($this->arguments->get('themes'));
        }
        $installation->prepareDatabase(
            $this->arguments->has('fresh'),
            $this->arguments->get('url'),
            $this->arguments->get('theme')
        );
        echo 'Site ready in ', $installation->root(), "\n";
        return 0;
    }

    public function seed(): int
    {
        $seeded = Seed::run($this->arguments);
        Output::json($seeded);
        return 0;
    }

    public function server(): int
    {
        $verb = $this->arguments->word(1);
        if ($verb === 'test') {
            return (new Operation($this->arguments))->testServer((int) $this->arguments->word(2));
        }
        if ($verb !== 'add' && $verb !== 'set') {
            throw new UsageError('server add, server set ID or server test ID.');
        }
        $id = $verb === 'add' ? 0 : (int) $this->arguments->word(2);
        echo Catalogue::saveServer($id, self::serverFields($this->arguments, '')), "\n";
        return 0;
    }

    /** Server columns from options, each with a prefix such as `server-`. @return array<string, mixed> only what was given */
    public static function serverFields(Arguments $arguments, string $prefix): array
    {
        $names = [
            'name' => 'name', 'host' => 'hostname', 'ip' => 'ipaddress', 'port' => 'port', 'user' => 'username',
            'secret' => 'password', 'max' => 'maxaccounts',
        ];
        $fields = [];
        foreach ($names as $option => $column) {
            if ($arguments->has($prefix . $option)) {
                $fields[$column] = $arguments->get($prefix . $option);
            }
        }
        foreach (['access-hash' => 'accesshash', 'assigned-ips' => 'assignedips'] as $option => $column) {
            if ($arguments->has($option) || $arguments->has($option . '-file')) {
                $fields[$column] = rtrim($arguments->text($option), "\n");
            }
        }
        if ($arguments->has('module')) {
            $fields['type'] = $arguments->get('module');
        }
        if ($arguments->has('insecure')) {
            $fields['secure'] = '';
        }
        foreach (['default' => 'active', 'disabled' => 'disabled'] as $option => $column) {
            if ($arguments->has($option)) {
                $fields[$column] = (int) $arguments->get($option);
            }
        }
        return $fields;
    }

    public function product(): int
    {
        $verb = $this->arguments->word(1);
        if ($verb === 'add') {
            $id = Catalogue::addProduct(
                $this->arguments->word(2),
                $this->arguments->get('module'),
                (int) $this->arguments->get('group', '0')
            );
            Catalogue::noteHookFile($this->arguments->get('module'));
            echo $id, "\n";
            return 0;
        }
        $id = (int) $this->arguments->word(2);
        if ($verb === 'duplicate') {
            echo Catalogue::duplicate($id, $this->arguments->word(3)), "\n";
            return 0;
        }
        if ($verb === 'set-configoption') {
            Catalogue::saveModuleSettings($id, [
                'packageconfigoption' => [(int) $this->arguments->word(3) => $this->arguments->word(4)],
            ]);
            return 0;
        }
        $post = $this->arguments->has('settings') ? self::readSettings($this->arguments->get('settings')) : [];
        foreach ($this->arguments->pairs('option') as $number => $value) {
            $post['packageconfigoption'][(int) $number] = $value;
        }
        foreach (['welcome-email' => 'welcomeemail', 'upgrade-email' => 'upgradeemail'] as $option => $column) {
            if ($this->arguments->has($option)) {
                $post[$column] = (int) Capsule::table('tblemailtemplates')
                    ->where('name', $this->arguments->get($option))->value('id');
            }
        }
        Catalogue::saveModuleSettings($id, $post);
        return 0;
    }

    /** @return array<string, mixed> the posted fields in a settings file */
    public static function readSettings(string $file): array
    {
        $settings = is_file($file) ? json_decode((string) file_get_contents($file), true) : null;
        if (!is_array($settings)) {
            throw new UsageError('The settings file is missing or no JSON object: ' . $file);
        }
        return $settings;
    }

    public function option(): int
    {
        $verb = $this->arguments->word(1);
        $product = (int) $this->arguments->word(2);
        if ($verb === 'list') {
            foreach (ConfigurableOptions::ofProduct($product) as $option) {
                echo $option->optionname, ': ', implode(', ', array_column($option->subs, 'optionname')), "\n";
            }
            return 0;
        }
        $name = $this->arguments->word(3);
        if ($verb === 'remove') {
            return Catalogue::removeOption($product, $name) ? 0 : 1;
        }
        $values = array_filter(array_map('trim', explode(',', $this->arguments->get('values'))), 'strlen');
        echo Catalogue::addOption(
            $product,
            $name,
            array_values($values),
            self::TYPES[$this->arguments->get('type', 'dropdown')] ?? 1,
            (int) $this->arguments->get('min', '0'),
            (int) $this->arguments->get('max', '0')
        ), "\n";
        return 0;
    }

    public function field(): int
    {
        $product = (int) $this->arguments->word(2);
        echo Catalogue::addCustomField($product, $this->arguments->word(3), 'text'), "\n";
        return 0;
    }

    public function activate(): int
    {
        $name = $this->arguments->word(1);
        $addon = AddonModule::find($name);
        if ($addon === null) {
            throw new UsageError('There is no addon "' . $name . '".');
        }
        $result = $addon->activate();
        if ($result['status'] !== 'error') {
            $addon->saveSettings($this->arguments->pairs('set') + $addon->settings(), [1]);
        }
        Output::json($result);
        return $result['status'] === 'error' ? 1 : 0;
    }

    public function deactivate(): int
    {
        $addon = AddonModule::find($this->arguments->word(1));
        $result = $addon === null ? ['status' => 'error', 'description' => 'not found'] : $addon->deactivate();
        Output::json($result);
        return $result['status'] === 'error' ? 1 : 0;
    }

    public function clientAdd(): int
    {
        echo Seed::addClient(
            $this->arguments->need('email'),
            $this->arguments->get('first', 'Test'),
            $this->arguments->get('last', 'Client'),
            $this->arguments->get('language', 'english')
        ), "\n";
        return 0;
    }

    public function set(): int
    {
        Settings::set($this->arguments->word(1), $this->arguments->word(2));
        return 0;
    }
}
