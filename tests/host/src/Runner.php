<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/**
 * The life cycle of a module call: before-hook, call, status change, after-hook, mail, module queue.
 *
 * Actions carry the API's names: Create, Suspend, Unsuspend, Terminate, ChangePackage, ChangePassword, Renew; anything
 * else is a custom function's suffix. Only the literal string `success` counts as success.
 */
final class Runner
{
    private const FUNCTIONS = [
        'Create' => 'CreateAccount', 'Suspend' => 'SuspendAccount', 'Unsuspend' => 'UnsuspendAccount',
        'Terminate' => 'TerminateAccount', 'ChangePackage' => 'ChangePackage', 'ChangePassword' => 'ChangePassword',
        'Renew' => 'Renew',
    ];

    private const LABELS = [
        'Create' => 'Module Create', 'Suspend' => 'Module Suspend', 'Unsuspend' => 'Module Unsuspend',
        'Terminate' => 'Module Terminate', 'ChangePackage' => 'Module Change Package',
        'ChangePassword' => 'Module Change Password', 'Renew' => 'Module Renew',
    ];

    /** @return string[] names of the core actions */
    public static function actions(): array
    {
        return array_keys(self::FUNCTIONS);
    }

    /**
     * Runs one action of a service's module.
     *
     * @param array<string, mixed> $extra parameters on top, e.g. suspendreason or the new password
     * @param bool $automatic a failure of an automatic run (order, payment, cron) enters the module queue
     * @return mixed 'success', an error text, or what a custom function returned
     */
    public static function run(int $serviceId, string $action, array $extra = [], bool $automatic = false)
    {
        $module = self::moduleOf($serviceId);
        if (is_string($module)) {
            return $module;
        }
        $core = isset(self::FUNCTIONS[$action]);
        $function = self::FUNCTIONS[$action] ?? $action;
        if (!$module->has($function)) {
            return $core ? 'Function Not Supported by Module' : 'Function not found: ' . $function;
        }
        if ($action === 'Create') {
            self::generateCredentials($serviceId);
        }
        $old = Params::ofService($serviceId);
        $params = $extra + $old;
        $point = $core ? $action : 'Custom';
        foreach (Hooks::run('PreModule' . $point, ['params' => $params]) as $answer) {
            if (is_array($answer) && !empty($answer['abortcmd'])) {
                return self::fail(
                    $module,
                    $serviceId,
                    $action,
                    $params,
                    'Function Aborted by Action Hook Code',
                    $automatic
                );
            }
            $params = (is_array($answer) ? $answer : []) + $params;
        }
        try {
            $result = $module->call($function, $params);
        } catch (\Throwable $error) {
            Faults::uncaught($error, $module->name() . '_' . $function);
            $result = $error->getMessage();
        }
        if ($core && $result !== 'success') {
            return self::fail($module, $serviceId, $action, $params, self::describe($result), $automatic);
        }
        if (!$core) {
            return self::finishCustom($params, $function, $result);
        }
        self::succeed($module, $serviceId, $action, $params, (string) $old['password']);
        return 'success';
    }

    /** The module of a service, or the reason why there is none. @return ServerModule|string */
    public static function moduleOf(int $serviceId)
    {
        $service = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        if ($service === null) {
            return 'Service ID not found';
        }
        $name = (string) Capsule::table('tblproducts')->where('id', $service->packageid)->value('servertype');
        if ($name === '') {
            return 'Service not assigned to a module';
        }
        return ServerModule::find($name) ?? 'Module "' . $name . '" not found';
    }

    private static function succeed(
        ServerModule $module,
        int $serviceId,
        string $action,
        array $params,
        string $oldPassword
    ): void {
        $now = gmdate('Y-m-d');
        $changes = [
            'Create' => ['domainstatus' => 'Active'],
            'Suspend' => ['domainstatus' => 'Suspended', 'suspendreason' => (string) ($params['suspendreason'] ?? '')],
            'Unsuspend' => ['domainstatus' => 'Active', 'suspendreason' => ''],
            'Terminate' => ['domainstatus' => 'Terminated', 'termination_date' => $now],
            'ChangePassword' => ['password' => Crypto::encrypt((string) $params['password'])],
        ];
        if (isset($changes[$action])) {
            Capsule::table('tblhosting')->where('id', $serviceId)->update($changes[$action]);
        }
        ModuleQueue::complete($serviceId, $module->name(), self::FUNCTIONS[$action]);
        Journal::activity(self::LABELS[$action] . ' Successful - Service ID: ' . $serviceId, (int) $params['userid']);
        if ($action === 'ChangePassword') {
            Hooks::run('AfterModuleChangePassword', [
                'serviceid' => $serviceId, 'oldpassword' => $oldPassword, 'newpassword' => (string) $params['password'],
            ]);
            return;
        }
        Hooks::run('AfterModule' . $action, ['params' => $params]);
        if ($action === 'Create') {
            $mail = (int) Capsule::table('tblproducts')->where('id', (int) $params['pid'])->value('welcomeemail');
            self::mail($mail, $serviceId);
        }
    }

    /** Mails a template by its id; 0 means none is chosen. */
    public static function mail(int $templateId, int $serviceId): void
    {
        $name = (string) Capsule::table('tblemailtemplates')->where('id', $templateId)->value('name');
        if ($name !== '') {
            Mailer::send($name, $serviceId, []);
        }
    }

    private static function fail(
        ServerModule $module,
        int $serviceId,
        string $action,
        array $params,
        string $message,
        bool $automatic
    ): string {
        $label = self::LABELS[$action] ?? 'Module ' . $action;
        Journal::activity(
            $label . ' Failed - Service ID: ' . $serviceId . ' - Error: ' . $message,
            (int) $params['userid']
        );
        Hooks::run('AfterModule' . (isset(self::FUNCTIONS[$action]) ? $action : 'Custom') . 'Failed', [
            'params' => $params, 'failureResponseMessage' => $message,
        ]);
        if ($automatic) {
            ModuleQueue::add($serviceId, $module->name(), self::FUNCTIONS[$action] ?? $action, $message);
        }
        return $message;
    }

    /**
     * @param mixed $result
     * @return mixed
     */
    private static function finishCustom(array $params, string $function, $result)
    {
        $failed = (is_string($result) && $result !== 'success') || (is_array($result) && isset($result['error']));
        $message = is_array($result) ? (string) ($result['error'] ?? '') : (string) $result;
        if ($failed) {
            Journal::activity(
                'Module Custom Function ' . $function . ' Failed - Service ID: ' . $params['serviceid'] . ' - Error: '
                    . $message,
                (int) $params['userid']
            );
            Hooks::run('AfterModuleCustomFailed', ['params' => $params, 'failureResponseMessage' => $message]);
        } else {
            Hooks::run('AfterModuleCustom', ['params' => $params]);
        }
        return $result;
    }

    /** @param mixed $result what a core function returned instead of 'success' */
    private static function describe($result): string
    {
        if (is_string($result) && $result !== '') {
            return $result;
        }
        return 'The module returned ' . (is_string($result) ? 'an empty text' : gettype($result))
            . ' instead of "success".';
    }

    /** A service without user name or password gets them before its first creation. */
    private static function generateCredentials(int $serviceId): void
    {
        $service = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        $changes = [];
        if ((string) $service->username === '') {
            $changes['username'] = substr(
                preg_replace('/[^a-z0-9]/', '', strtolower((string) $service->domain)) ?? '',
                0,
                8
            );
            foreach (Hooks::run('OverrideModuleUsernameGeneration', Params::ofService($serviceId)) as $answer) {
                $changes['username'] = is_string($answer) && $answer !== '' ? $answer : $changes['username'];
            }
        }
        if (Crypto::decrypt((string) $service->password) === '') {
            $changes['password'] = Crypto::encrypt(self::randomPassword());
        }
        if ($changes !== []) {
            Capsule::table('tblhosting')->where('id', $serviceId)->update($changes);
        }
    }

    private static function randomPassword(): string
    {
        // WHMCS's own generator takes symbols too, but none of the five that HTML encodes.
        $letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
            . '!#$%()*+,-.:;=?@[]^_{|}~';
        $password = '';
        for ($position = 0; $position < 14; $position++) {
            $password .= $letters[random_int(0, strlen($letters) - 1)];
        }
        return $password;
    }
}
