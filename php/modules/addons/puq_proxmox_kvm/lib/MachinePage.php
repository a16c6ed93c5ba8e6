<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\AdminScreen;
use PuqProxmoxKvm\Host;
use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Native;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * One virtual machine: where its flow stands, why it waits, what its runs did, and what staff may order.
 */
final class MachinePage implements Page
{
    /** What the form of this page may ask for. */
    private const OPERATIONS = ['retry', 'redeploy', 'reset'];

    public function query(): array
    {
        return ['service_id'];
    }

    public function fields(): array
    {
        return ['service_id', 'op', 'state', 'confirm'];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $id = Input::number($query, 'service_id');
        $service = (new Host())->services([$id])[0] ?? null;
        $answer = Answer::data('vm_log', ['service_id' => $id]);
        $state = (array) ($answer['data']['state'] ?? []);
        $runs = AdminScreen::runs((array) ($answer['data']['runs'] ?? []));
        return [
            'id' => $id,
            'client' => (int) ($service['userid'] ?? 0),
            'title' => (string) ($service['domain'] ?? ''),
            'state' => (string) ($state['name'] ?? ''),
            'waiting' => (string) ($state['sentence'] ?? ''),
            'runs' => $runs,
            'error' => $answer['error'],
            'name' => (string) ($answer['data']['type_name'] ?? ''),
            'vmid' => (string) ($answer['data']['vmid'] ?? ''),
            'addresses' => implode(', ', (array) ($answer['data']['addresses'] ?? [])),
            'targets' => (array) ($answer['data']['reset_targets'] ?? []),
        ];
    }

    public function act(array $post): Outcome
    {
        $id = Input::number($post, 'service_id');
        // A service that was deleted in WHMCS may have its VM still: it can be ended here.
        $service = (new Host())->services([$id])[0] ?? ['serviceid' => $id];
        $op = Input::text($post, 'op');
        if ($id === 0 || !in_array($op, self::OPERATIONS, true)) {
            return Outcome::refused(['error' => 'There is no service #' . $id . ' of this module.'], []);
        }
        $request = ['op' => $op];
        if ($op === 'reset') {
            $request['state'] = Input::text($post, 'state');
        }
        if (Input::text($post, 'confirm') !== '') {
            $request['confirm'] = Input::text($post, 'confirm');
        }
        $answer = Native::ask('admin_api', $service, $request);
        if (($answer['ok'] ?? false) && isset($answer['data']['warning'])) {
            return Outcome::told((string) $answer['data']['warning']);
        }
        return Outcome::of($answer, 'ordered', ['page' => 'vm', 'service_id' => (string) $id], []);
    }
}
