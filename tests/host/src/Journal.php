<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** The activity log and the module log. */
final class Journal
{
    /** Adds a line to the activity log, under the name of whoever is signed in. */
    public static function activity(string $message, int $clientId = 0): void
    {
        $user = 'System';
        if (Session::adminId() > 0) {
            $user = (string) Capsule::table('tbladmins')->where('id', Session::adminId())->value('username');
        } elseif (Session::clientId() > 0) {
            $user = 'Client';
        }
        Capsule::table('tblactivitylog')->insert([
            'date' => gmdate('Y-m-d H:i:s'),
            'description' => $message,
            'user' => $user,
            'userid' => $clientId,
            'user_id' => (int) ($_SESSION['standin_user'] ?? 0),
            'admin_id' => Session::adminId(),
            'ipaddr' => (string) ($_SERVER['REMOTE_ADDR'] ?? '127.0.0.1'),
        ]);
    }

    /**
     * Adds a module call to the module log if that is enabled. Each string of $masked, plain, URL-encoded and
     * HTML-encoded, is replaced by asterisks of its length.
     *
     * @param mixed $request text or array
     * @param mixed $response text or array
     * @param mixed $processed text or array
     */
    public static function moduleCall(
        string $module,
        string $action,
        $request,
        $response,
        $processed,
        array $masked
    ): void {
        if (Settings::get('ModuleDebugMode') !== 'on') {
            return;
        }
        Capsule::table('tblmodulelog')->insert([
            'date' => gmdate('Y-m-d H:i:s'),
            'module' => $module,
            'action' => $action,
            'request' => self::mask(self::textOf($request), $masked),
            'response' => self::mask(self::textOf($response), $masked),
            'arrdata' => self::mask(self::textOf($processed), $masked),
        ]);
    }

    /** @param mixed $value */
    private static function textOf($value): string
    {
        return is_scalar($value) || $value === null ? (string) $value : print_r($value, true);
    }

    private static function mask(string $text, array $masked): string
    {
        foreach ($masked as $secret) {
            if (!is_scalar($secret) || (string) $secret === '') {
                continue;
            }
            $secret = (string) $secret;
            $forms = [$secret, rawurlencode($secret), urlencode($secret), htmlspecialchars($secret, ENT_QUOTES)];
            foreach ($forms as $form) {
                $text = str_replace($form, str_repeat('*', strlen($form)), $text);
            }
        }
        return $text;
    }
}
