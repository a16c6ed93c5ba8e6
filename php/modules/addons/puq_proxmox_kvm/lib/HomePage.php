<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Quantity;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The numbers at a glance, and what needs a person.
 */
final class HomePage implements Page
{
    public function query(): array
    {
        return [];
    }

    public function fields(): array
    {
        return ['op', 'cluster', 'vmid'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $answer = Answer::data('dashboard');
        $answer['last_cron'] = Quantity::moment($answer['data']['last_cron'] ?? null);
        $answer['days'] = array_map(static function ($day): array {
            return ['day' => substr(Quantity::moment($day['at'] ?? null), 0, 10)] + (array) $day;
        }, (array) ($answer['data']['days'] ?? []));
        return $answer;
    }

    public function act(array $post): Outcome
    {
        $op = Input::text($post, 'op');
        if (!in_array($op, ['census_adopt', 'census_redeploy', 'census_remove'], true)) {
            return Outcome::refused(['error' => 'This is not something the page can ask for.'], []);
        }
        $answer = Answer::to($op, ['cluster' => Input::text($post, 'cluster'), 'vmid' => Input::number($post, 'vmid')]);
        return ($answer['ok'] ?? false)
            ? Outcome::told((string) ($answer['data']['said'] ?? ''))
            : Outcome::refused($answer, []);
    }
}
