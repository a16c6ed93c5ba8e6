<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;
use WHMCS\UsageBilling\Metrics\Metric;
use WHMCS\UsageBilling\Metrics\Units\GigaBytes;
use WHMCS\UsageBilling\Metrics\Usage;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The traffic of this month, for WHMCS's usage billing. A tenant is the domain of a service, as the module's
 * MetaData says.
 */
final class Traffic implements ProviderInterface
{
    /** System name of a metric, then its name for people and where the extension's answer has its value. */
    private const METRICS = [
        'bandwidth_usage_in' => ['Bandwidth Usage In (GB)', 'in'],
        'bandwidth_usage_out' => ['Bandwidth Usage Out (GB)', 'out'],
    ];

    /** @var array<string, mixed> */
    private array $params;

    /** @param array<string, mixed> $params Of a server; on product pages there is none. */
    public function __construct(array $params)
    {
        $this->params = $params;
    }

    /** @return list<MetricInterface> */
    public function metrics()
    {
        $metrics = [];
        foreach (self::METRICS as $name => [$label]) {
            $metrics[] = new Metric($name, $label, MetricInterface::TYPE_PERIOD_MONTH, new GigaBytes());
        }
        return $metrics;
    }

    /** @return array<string, list<MetricInterface>> */
    public function usage()
    {
        try {
            $answer = (array) Native::call('metrics', Typed::params($this->params));
        } catch (\Throwable $fault) {
            // WHMCS keeps the values it has; an empty answer says that nothing is known now.
            Journal::note('Proxmox KVM, usage of server ' . (int) ($this->params['serverid'] ?? 0) . ': '
                . Native::sentence($fault));
            return [];
        }
        $usage = [];
        foreach ((array) ($answer['services'] ?? []) as $service) {
            $tenant = (string) ($service['domain'] ?? '');
            if ($tenant !== '') {
                $usage[$tenant] = $this->filled((array) $service);
            }
        }
        return $usage;
    }

    /**
     * @param mixed $tenant
     * @return list<MetricInterface>
     */
    public function tenantUsage($tenant)
    {
        return $this->usage()[(string) $tenant] ?? [];
    }

    /**
     * @param array<string, mixed> $service
     * @return list<MetricInterface>
     */
    private function filled(array $service): array
    {
        $filled = [];
        foreach ($this->metrics() as $metric) {
            $key = self::METRICS[$metric->systemName()][1];
            $filled[] = $metric->withUsage(new Usage((float) ($service[$key] ?? 0)));
        }
        return $filled;
    }
}
