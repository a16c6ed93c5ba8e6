<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The general settings. Names and values are the extension's; this page knows how each is best shown.
 */
final class SettingsPage implements Page
{
    /** Settings that are switched on and off; any other one is a number or a text. */
    private const SWITCHES = ['migration_enabled', 'delete_tables', 'backup_remove_after'];

    /** Settings of the cron page. */
    private const ELSEWHERE = ['cron_mode', 'lock_timeout'];

    public function query(): array
    {
        return [];
    }

    public function fields(): array
    {
        return ['settings'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $answer = Answer::data('settings');
        $fields = [];
        foreach (array_diff_key($answer['data'], array_flip(self::ELSEWHERE)) as $name => $value) {
            $value = is_bool($value) ? (int) $value : $value;
            $fields[(string) $name] = [
                'switch' => in_array($name, self::SWITCHES, true),
                'number' => ctype_digit((string) $value),
                'value' => (string) ($outcome->input[$name] ?? $value),
            ];
        }
        return ['fields' => $fields, 'error' => $answer['error']];
    }

    public function act(array $post): Outcome
    {
        $settings = (array) ($post['settings'] ?? []);
        return Outcome::of(
            Answer::to('settings_save', ['settings' => $settings]),
            'saved',
            ['page' => 'settings'],
            Input::single($settings)
        );
    }
}
