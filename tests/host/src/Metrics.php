<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;

/** Usage metrics of services, collected from the modules' providers. */
final class Metrics
{
    /** Asks every enabled server's provider and stores the latest value of each metric and service. */
    public static function collect(): void
    {
        foreach (Capsule::table('tblservers')->where('disabled', 0)->orderBy('id')->get()->all() as $server) {
            $module = ServerModule::find((string) $server->type);
            $provider = $module === null ? null : self::provider($module, (int) $server->id);
            if ($provider === null) {
                continue;
            }
            try {
                foreach ($provider->usage() as $tenant => $metrics) {
                    self::store($module, (int) $server->id, (string) $tenant, $metrics);
                }
            } catch (\Throwable $error) {
                Faults::uncaught($error, $module->name() . ' usage()');
            }
        }
    }

    /** The provider of a module on a server, null without one. */
    public static function provider(ServerModule $module, int $serverId): ?ProviderInterface
    {
        if (!$module->has('MetricProvider')) {
            return null;
        }
        $provider = $module->call(
            'MetricProvider',
            ['serverid' => Ids::shape($serverId)] + Params::ofServer($serverId)
        );
        return $provider instanceof ProviderInterface ? $provider : null;
    }

    /** The tenant name of a service, by MetaData's ListAccountsUniqueIdentifierField (domain where not given). */
    public static function tenant(ServerModule $module, int $serviceId): string
    {
        $field = (string) ($module->metaData()['ListAccountsUniqueIdentifierField'] ?? 'domain');
        if (strncmp($field, 'customfield.', 12) === 0) {
            return (string) (Params::ofService($serviceId)['customfields'][substr($field, 12)] ?? '');
        }
        return (string) Capsule::table('tblhosting')->where('id', $serviceId)
            ->value($field === 'username' ? 'username' : 'domain');
    }

    /**
     * The stored values of a service.
     *
     * @return array<int, array<string, mixed>> systemName, displayName, currentValue, lastUpdated, and what a price has
     */
    public static function ofService(ServerModule $module, int $serviceId, int $serverId): array
    {
        $provider = self::provider($module, $serverId);
        $stats = [];
        foreach ($provider === null ? [] : $provider->metrics() as $metric) {
            $row = Capsule::table('tblmetric_usage')
                ->where(['rel_type' => 'service', 'rel_id' => $serviceId, 'metric' => $metric->systemName()])->first();
            $stats[] = [
                'systemName' => $metric->systemName(), 'displayName' => $metric->displayName(),
                'currentValue' => $row === null ? '—' : $metric->units()->decorate($row->value),
                'lastUpdated' => $row === null ? 'never' : (string) $row->taken_at,
                'pricing' => [], 'lowestPrice' => '', 'unitName' => '', 'includedQuantity' => 0,
            ];
        }
        return $stats;
    }

    /** @param \WHMCS\UsageBilling\Contracts\Metrics\MetricInterface[] $metrics */
    private static function store(ServerModule $module, int $serverId, string $tenant, array $metrics): void
    {
        foreach (Capsule::table('tblhosting')->where('server', $serverId)->pluck('id')->all() as $serviceId) {
            if ($tenant === '' || self::tenant($module, (int) $serviceId) !== $tenant) {
                continue;
            }
            foreach ($metrics as $metric) {
                if ($metric->usage() !== null) {
                    Capsule::table('tblmetric_usage')->updateOrInsert(
                        [
                            'rel_type' => 'service', 'rel_id' => $serviceId, 'module' => $module->name(),
                            'metric' => $metric->systemName(),
                        ],
                        ['value' => $metric->usage()->value(), 'taken_at' => gmdate('Y-m-d H:i:s')]
                    );
                }
            }
        }
    }
}
