<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\AddonModule;
use Standin\Http;
use WHMCS\Database\Capsule;

/** All addons: activate, deactivate, settings, and the roles that may open each. */
final class AddonSettingsPage
{
    public function respond(): void
    {
        $alert = '';
        $addon = AddonModule::find(Http::field('module'));
        if (Http::isPost() && $addon !== null) {
            $alert = $this->act($addon, Http::field('do'));
        }
        $html = $alert;
        foreach (AddonModule::installed() as $name) {
            $module = AddonModule::find($name);
            if ($module !== null) {
                $module->upgradeIfNewer();
                $html .= $this->card($module);
            }
        }
        Layout::show('Addon Modules', $html);
    }

    private function act(AddonModule $addon, string $what): string
    {
        if ($what === 'activate' || $what === 'deactivate') {
            $result = $addon->$what();
            $kinds = ['success' => 'success', 'info' => 'info', 'error' => 'danger'];
            return Markup::alert($kinds[$result['status']] ?? 'info', $result['description'] ?: ucfirst($what) . 'd');
        }
        $fields = array_map('strval', array_filter((array) (Http::form()['fields'] ?? []), 'is_scalar'));
        $addon->saveSettings($fields, array_map('intval', (array) (Http::form()['access'] ?? [])));
        return Markup::alert('success', 'Changes Saved Successfully!');
    }

    private function card(AddonModule $addon): string
    {
        $config = $addon->config();
        $html = '<p>' . (string) ($config['description'] ?? '') . '</p><p class="text-muted">Version '
            . Markup::escape($config['version'] ?? '') . ' · ' . strip_tags((string) ($config['author'] ?? ''))
                . '</p>';
        $action = 'configaddonmods.php';
        $fields = ['module' => $addon->name(), 'do' => 'activate'];
        if (!$addon->isActive()) {
            return Markup::panel(
                (string) ($config['name'] ?? $addon->name()),
                $html . Markup::button($action, 'Activate', $fields, 'success')
            );
        }
        $settings = $addon->settings();
        $rows = [];
        foreach ((array) ($config['fields'] ?? []) as $key => $field) {
            $value = (string) ($settings[$key] ?? '');
            $rows[(string) ($field['FriendlyName'] ?? $key)] = Markup::moduleField(
                'fields[' . $key . ']',
                (array) $field,
                $value
            );
        }
        $roles = '';
        foreach (Capsule::table('tbladminroles')->get()->all() as $role) {
            $checked = $addon->isOpenTo((int) $role->id) ? ' checked' : '';
            $roles .= '<label class="check"><input type="checkbox" name="access[]" value="' . $role->id . '"'
                . $checked . '> '
                . Markup::escape($role->name) . '</label>';
        }
        $rows['Access Control'] = $roles;
        $html .= '<form method="post" action="' . $action . '"><input type="hidden" name="module" value="'
            . $addon->name() . '">'
            . '<input type="hidden" name="do" value="save">' . Markup::fields($rows)
                . '<button class="btn btn-primary">Save Changes</button></form><br>'
            . Markup::button(
                $action,
                'Deactivate',
                ['do' => 'deactivate'] + $fields,
                'danger',
                'Deactivate this addon?'
            );
        return Markup::panel((string) ($config['name'] ?? $addon->name()), $html);
    }
}
