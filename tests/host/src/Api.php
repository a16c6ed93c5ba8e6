<?php

declare(strict_types=1);

namespace Standin;

/** The API commands that modules call through localAPI(). */
final class Api
{
    private const HANDLERS = [
        Api\Mail::class => ['SendEmail', 'GetEmailTemplates'],
        Api\Services::class => ['UpdateClientProduct'],
        Api\Modules::class => [
            'ModuleCreate', 'ModuleSuspend', 'ModuleUnsuspend', 'ModuleTerminate', 'ModuleChangePackage',
            'ModuleChangePw', 'ModuleCustom',
        ],
        Api\System::class => [
            'EncryptPassword', 'DecryptPassword', 'LogActivity', 'OpenTicket', 'GetAdminDetails',
            'GetUserPermissions',
        ],
    ];

    /**
     * Runs a command; names are compared without case.
     *
     * @param array<string, mixed> $values
     * @param string $adminUser in whose name; '' means the first full administrator's
     * @return array<string, mixed> with `result` success or error, and `message` on error
     */
    public static function call(string $command, array $values, string $adminUser = ''): array
    {
        foreach (self::HANDLERS as $class => $commands) {
            foreach ($commands as $known) {
                if (strcasecmp($known, $command) === 0) {
                    $handler = lcfirst($known);
                    return $class::$handler($values, $adminUser);
                }
            }
        }
        return self::error('Command Not Found');
    }

    /** @return array<string, string> */
    public static function error(string $message): array
    {
        return ['result' => 'error', 'message' => $message];
    }

    /**
     * An array that the API takes either as base64 of serialized PHP or as it is.
     *
     * @param mixed $value
     * @return array<string|int, mixed>|null null where it is neither
     */
    public static function unpack($value): ?array
    {
        if ($value === null || $value === '') {
            return [];
        }
        if (is_array($value)) {
            return $value;
        }
        $raw = base64_decode((string) $value, true);
        $array = $raw === false ? null : @unserialize($raw, ['allowed_classes' => false]);
        return is_array($array) ? $array : null;
    }
}
