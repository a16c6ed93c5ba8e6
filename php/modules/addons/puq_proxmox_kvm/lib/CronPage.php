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
        $data = $answer['data']
            + ['mode' => 'hook', 'lock_timeout' => 600, 'cron_line' => '', 'tasks' => [], 'limits' => []];
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
        $data['limits'] = array_map([self::class, 'limit'], (array) $data['limits']);
        return ['cron' => $data, 'error' => $answer['error']];
    }

    /**
     * @param array<string, mixed> $limit As Rust tells it.
     * @return array{work: string, cluster: string, place: string, now: string, fastest: string, narrowed: string,
     *     why: string, words: array<string, string>} `work` and `why` are keys of a text; no `why`: never narrowed.
     */
    private static function limit(array $limit): array
    {
        $narrowed = (array) ($limit['narrowed'] ?? []);
        $said = (string) ($narrowed['said'] ?? '');
        $seconds = static fn ($value): string => number_format((float) $value, 1, '.', '');
        return [
            'work' => 'limit_work_' . strtr((string) ($limit['work'] ?? ''), '-', '_'),
            'cluster' => (string) ($limit['cluster'] ?? ''),
            'place' => (string) ($limit['place'] ?? ''),
            'now' => (string) ($limit['at_once'] ?? ''),
            'fastest' => isset($limit['fastest_seconds']) ? $seconds($limit['fastest_seconds']) : '',
            'narrowed' => Quantity::moment($narrowed['at'] ?? null),
            'why' => $narrowed === [] ? '' : ($said === '' ? 'limit_slower' : 'limit_overload'),
            'words' => [
                'from' => (string) ($narrowed['from'] ?? ''),
                'said' => $said,
                'took' => $seconds($narrowed['took_seconds'] ?? 0),
                'usual' => $seconds($narrowed['usual_seconds'] ?? 0),
            ],
        ];
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
