<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

/** What a module's MetricProvider function returns. */
interface ProviderInterface
{
    /** @return MetricInterface[] the metrics on offer, without usage */
    public function metrics();

    /** @return array<string, MetricInterface[]> usage of every tenant of the server */
    public function usage();

    /** @return MetricInterface[] usage of one tenant */
    public function tenantUsage($tenant);
}
