<?php

declare(strict_types=1);

namespace Standin\Api;

use Standin\Api;
use Standin\Runner;

/** API commands that run a service's module. */
final class Modules
{
    public static function moduleCreate(array $values): array
    {
        return self::run('Create', $values, []);
    }

    public static function moduleSuspend(array $values): array
    {
        return self::run('Suspend', $values, ['suspendreason' => (string) ($values['suspendreason'] ?? '')]);
    }

    public static function moduleUnsuspend(array $values): array
    {
        return self::run('Unsuspend', $values, []);
    }

    public static function moduleTerminate(array $values): array
    {
        return self::run('Terminate', $values, []);
    }

    public static function moduleChangePackage(array $values): array
    {
        return self::run('ChangePackage', $values, []);
    }

    public static function moduleChangePw(array $values): array
    {
        $password = (string) ($values['servicepassword'] ?? '');
        return self::run('ChangePassword', $values, $password === '' ? [] : ['password' => $password]);
    }

    public static function moduleCustom(array $values): array
    {
        $function = (string) ($values['func_name'] ?? '');
        return $function === '' ? Api::error('Function name is required') : self::run($function, $values, []);
    }

    private static function run(string $action, array $values, array $extra): array
    {
        $serviceId = (int) ($values['serviceid'] ?? $values['accountid'] ?? 0);
        if ($serviceId <= 0) {
            return Api::error('Service ID is required');
        }
        $result = Runner::run($serviceId, $action, $extra);
        if ($result === 'success' || (is_array($result) && !isset($result['error']))) {
            return ['result' => 'success'];
        }
        return Api::error(is_array($result) ? (string) $result['error'] : (string) $result);
    }
}
