<?php

/**
 * Stands in for the compiled extension: the same functions with sample answers, so that the modules' pages and
 * rules are tested without it. What was asked last is kept in \PuqFake\Calls.
 *
 * To look at pages by hand: php -d auto_prepend_file=<this file> -S …
 * PUQ_FAKE chooses the world: running (default), deploying, stopped, broken. PUQ_FAKE_LOG names a file that gets a
 * line for each call.
 */

declare(strict_types=1);

namespace PuqFake {

    final class Calls
    {
        /** @var list<array{string, list<mixed>}> */
        public static $all = [];

        /** @var array<string, mixed> Function name, then the answer or the exception instead of the sample. */
        public static $answers = [];

        /**
         * @param list<mixed> $arguments
         * @param mixed $sample
         * @return mixed
         */
        public static function take(string $function, array $arguments, $sample)
        {
            self::$all[] = [$function, $arguments];
            $log = (string) getenv('PUQ_FAKE_LOG');
            if ($log !== '') {
                $last = end($arguments);
                file_put_contents($log, $function . ' ' . json_encode($last) . "\n", FILE_APPEND);
            }
            $answer = self::$answers[$function] ?? $sample;
            if ($answer instanceof \Throwable) {
                throw $answer;
            }
            return $answer;
        }

        public static function world(): string
        {
            return (string) (getenv('PUQ_FAKE') ?: 'running');
        }
    }

    require_once __DIR__ . '/samples.php';
}

namespace Puq\ProxmoxKvm {

    use PuqFake\Calls;
    use PuqFake\Samples;

    class Error extends \RuntimeException
    {
    }

    class ConfigError extends Error
    {
    }

    class ClusterError extends Error
    {
    }

    class HostError extends Error
    {
    }

    class Busy extends Error
    {
    }

    function version(): string
    {
        return (string) Calls::take('version', [], '0.1.0');
    }

    function test_connection(object $host, array $params): array
    {
        $sample = ['success' => true, 'error' => '', 'version' => '8.4.1'];
        return Calls::take('test_connection', [$params], $sample);
    }

    function create_account(object $host, array $params): array
    {
        return Calls::take('create_account', [$params], ['ok' => true, 'data' => []]);
    }

    function suspend_account(object $host, array $params): array
    {
        return Calls::take('suspend_account', [$params], ['ok' => true, 'data' => []]);
    }

    function unsuspend_account(object $host, array $params): array
    {
        return Calls::take('unsuspend_account', [$params], ['ok' => true, 'data' => []]);
    }

    function terminate_account(object $host, array $params): array
    {
        return Calls::take('terminate_account', [$params], ['ok' => true, 'data' => []]);
    }

    function change_package(object $host, array $params): array
    {
        return Calls::take('change_package', [$params], ['ok' => true, 'data' => []]);
    }

    function change_password(object $host, array $params): array
    {
        return Calls::take('change_password', [$params], ['ok' => true, 'data' => []]);
    }

    function metrics(object $host, array $params): array
    {
        return Calls::take('metrics', [$params], ['start' => 0, 'end' => 1, 'services' => [
            ['id' => 10, 'domain' => 'vm.example.com', 'in' => 1.5, 'out' => 0.25],
        ]]);
    }

    function update_usage(object $host, array $params): array
    {
        return Calls::take('update_usage', [$params], ['updated' => 1]);
    }

    function list_accounts(object $host, array $params): array
    {
        return Calls::take('list_accounts', [$params], ['success' => true, 'accounts' => []]);
    }

    function client_overview(object $host, array $params): array
    {
        return Calls::take('client_overview', [$params], Samples::overview((int) ($params['serviceid'] ?? 0)));
    }

    function client_api(object $host, array $params, array $request): array
    {
        $overview = Samples::overview((int) ($params['serviceid'] ?? 0));
        return Calls::take('client_api', [$params, $request], ['ok' => true, 'data' => $overview]);
    }

    function admin_service(object $host, array $params): array
    {
        return Calls::take('admin_service', [$params], Samples::service((int) ($params['serviceid'] ?? 0)));
    }

    function admin_api(object $host, array $params, array $request): array
    {
        $service = Samples::service((int) ($params['serviceid'] ?? 0));
        return Calls::take('admin_api', [$params, $request], ['ok' => true, 'data' => $service]);
    }

    function product_form(object $host, int $product_id): array
    {
        return Calls::take('product_form', [$product_id], Samples::form());
    }

    function product_save(object $host, int $product_id, array $form): array
    {
        return Calls::take('product_save', [$product_id, $form], ['ok' => true, 'errors' => []]);
    }

    function addon_activate(object $host): array
    {
        return Calls::take('addon_activate', [], ['status' => 'success', 'description' => 'Tables are there.']);
    }

    function addon_upgrade(object $host, string $from): array
    {
        return Calls::take('addon_upgrade', [$from], ['status' => 'success', 'description' => '']);
    }

    function addon_deactivate(object $host): array
    {
        return Calls::take('addon_deactivate', [], ['status' => 'success', 'description' => 'Data is kept.']);
    }

    function addon_api(object $host, array $request): array
    {
        $data = Samples::addon((string) ($request['op'] ?? ''));
        if ($request['op'] === 'name_preview') {
            $data = ['name' => '12-345', 'fqdn' => '12-345.' . $request['domain']];
        }
        return Calls::take('addon_api', [$request], ['ok' => true, 'data' => $data]);
    }

    function cron_main(object $host, array $argv): int
    {
        $host->write("PUQ Proxmox KVM Cron Start\n");
        return (int) Calls::take('cron_main', [$argv], 0);
    }

    function cron_hook(object $host): int
    {
        return (int) Calls::take('cron_hook', [], 0);
    }
}
