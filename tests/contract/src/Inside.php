<?php

declare(strict_types=1);

namespace Contract;

use PuqProxmoxKvm\Native;
use Standin\Params;

/** What tests do in WHMCS's own process. */
final class Inside
{
    /**
     * @param array<string, mixed> $request
     * @return array<mixed>
     */
    public function answer(string $verb, array $request): array
    {
        return match ($verb) {
            'take_addresses' => self::takeAddresses($request),
            'plans_of_a_tick' => Plans::ofATick((int) $request['services']),
        };
    }

    /**
     * Presses the button of the step "Allocate IP" for each service, as soon as all processes are there.
     *
     * @param array<string, mixed> $request services, and the files here (a folder) and go
     * @return array<int, array<string, mixed>> service => answer
     */
    private static function takeAddresses(array $request): array
    {
        touch($request['here'] . '/' . getmypid());
        while (!file_exists($request['go'])) {
            usleep(500);
        }
        $answers = [];
        foreach ((array) $request['services'] as $service) {
            $params = Native::plain(Params::ofService((int) $service));
            $click = ['op' => 'step', 'step' => 'vm_set_dedicated_ip'];
            $answers[(int) $service] = Native::ask('admin_api', $params, $click);
        }
        return $answers;
    }
}
