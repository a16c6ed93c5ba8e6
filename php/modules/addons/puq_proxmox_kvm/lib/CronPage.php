<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Quantity;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * How and how often the tasks run.
 */
final class CronPage implements Page
{
    public function query(): array
    {
        return [];
    }

    public function fields(): array
    {
        return ['mode', 'lock_timeout', 'intervals'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $answer = Answer::data('tasks');
        $data = $answer['data'] + ['mode' => 'hook', 'lock_timeout' => 600, 'cron_line' => '', 'tasks' => []];
        if ($outcome !== null) {
            $data['mode'] = $outcome->input['mode'] ?? $data['mode'];
            $data['lock_timeout'] = $outcome->input['lock_timeout'] ?? $data['lock_timeout'];
            foreach ($data['tasks'] as &$task) {
                $task['interval'] = $outcome->input['intervals'][$task['key']] ?? $task['interval'];
            }
            unset($task);
        }
        foreach ($data['tasks'] as &$task) {
            $task['last_run'] = isset($task['last_run']) ? Quantity::moment($task['last_run']) : null;
        }
        unset($task);
        return ['cron' => $data, 'error' => $answer['error']];
    }

    public function act(array $post): Outcome
    {
        $input = [
            'mode' => Input::text($post, 'mode'),
            'lock_timeout' => Input::text($post, 'lock_timeout'),
            'intervals' => (array) ($post['intervals'] ?? []),
        ];
        $shown = ['intervals' => Input::single($input['intervals'])] + $input;
        return Outcome::of(Answer::to('tasks_save', $input), 'saved', ['page' => 'cron'], $shown);
    }
}
