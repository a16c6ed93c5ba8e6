<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The actions that WHMCS starts on a service. WHMCS takes the word "success" for success and shows anything else
 * to staff, so no exception leaves this class.
 */
final class Module
{
    /** @param array<string, mixed> $params */
    public static function run(string $function, array $params): string
    {
        try {
            return self::outcome((array) Native::call($function, Typed::params($params)));
        } catch (\Throwable $fault) {
            return Native::sentence($fault);
        }
    }

    /**
     * Of all commands the one that clients start too, on WHMCS's own page: they read it in their language, and of a
     * fault only that there is one.
     *
     * @param array<string, mixed> $params
     */
    public static function changePassword(array $params): string
    {
        $isStaff = Entry::who() !== Entry::CLIENT;
        try {
            $typed = $isStaff ? Typed::params($params) : Typed::clientParams($params);
            $answer = self::outcome((array) Native::call('change_password', $typed));
            // WHMCS's themes print the answer as HTML.
            return $isStaff ? $answer : View::escape($answer);
        } catch (\Throwable $fault) {
            $sentence = Native::sentence($fault);
        }
        if ($isStaff) {
            return $sentence;
        }
        Journal::note(
            'Proxmox KVM, service ' . (int) ($params['serviceid'] ?? 0) . ': ' . $sentence,
            (int) ($params['userid'] ?? 0)
        );
        return Lang::forClient($params)->text('trouble_text');
    }

    /**
     * @param array<string, mixed> $params
     * @return array{success: bool, error: string}
     */
    public static function testConnection(array $params): array
    {
        try {
            $answer = (array) Native::call('test_connection', Typed::params($params));
        } catch (\Throwable $fault) {
            return ['success' => false, 'error' => Native::sentence($fault)];
        }
        return [
            'success' => (bool) ($answer['success'] ?? false),
            'error' => (string) ($answer['error'] ?? ''),
        ];
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $request
     */
    public static function admin(array $params, array $request): string
    {
        Staff::comeByCommand();
        $answer = Native::ask('admin_api', Typed::params($params), $request);
        return self::outcome($answer);
    }

    /** @return array{confirm?: string} The VM's name, typed by whoever knows that the VM will be lost. */
    public static function confirmed(): array
    {
        $typed = Input::text(Input::posted(), 'puqkvm_confirm');
        return $typed === '' ? [] : ['confirm' => $typed];
    }

    /**
     * @param array<string, mixed> $answer Of the extension, in the reader's language.
     */
    private static function outcome(array $answer): string
    {
        return ($answer['ok'] ?? false) ? 'success' : (string) ($answer['error'] ?? 'The action was refused.');
    }

    /** @param array<string, mixed> $params */
    public static function updateUsage(array $params): void
    {
        try {
            Native::call('update_usage', Typed::params($params));
        } catch (\Throwable $fault) {
            // WHMCS expects no answer; the daily run goes on with the next server.
            Journal::note('Proxmox KVM, usage of server ' . (int) ($params['serverid'] ?? 0) . ': '
                . Native::sentence($fault));
        }
    }

    /**
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    public static function listAccounts(array $params): array
    {
        try {
            return (array) Native::call('list_accounts', Typed::params($params));
        } catch (\Throwable $fault) {
            return ['success' => false, 'error' => Native::sentence($fault)];
        }
    }
}
