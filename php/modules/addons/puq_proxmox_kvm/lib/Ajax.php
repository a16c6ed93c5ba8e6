<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Entry;
use PuqProxmoxKvm\Host;
use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\JsonResponse;
use PuqProxmoxKvm\Native;
use PuqProxmoxKvm\ServicePage;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Answers the scripts of the admin's pages: the panel of a service, for staff who may not run module commands, and
 * what is said of a pool while its form is filled.
 * WHMCS has checked that this admin may use the addon; sign-in and token are checked here again.
 */
final class Ajax
{
    public static function answer(): void
    {
        Entry::requireAdminPost();
        ServicePage::releaseSession();
        $posted = Input::posted();
        switch (Input::text($posted, 'scope')) {
            case 'service':
                JsonResponse::send(self::service(Input::number($posted, 'service_id')));
                break;
            case 'pool_names':
                JsonResponse::send(PoolPage::names($posted));
                break;
            default:
                JsonResponse::send(['ok' => false, 'error' => 'There is no such address.'], 404);
        }
    }

    /** @return array<string, mixed> */
    private static function service(int $id): array
    {
        try {
            $service = (new Host())->services([$id])[0] ?? null;
        } catch (\Throwable $fault) {
            return ['ok' => false, 'error' => Native::sentence($fault)];
        }
        if ($service === null || $service['moduletype'] !== 'puqProxmoxKVM') {
            return ['ok' => false, 'error' => 'There is no service #' . $id . ' of this module.'];
        }
        $request = array_diff_key(ServicePage::request(), ['scope' => true]);
        return ServicePage::adminApi($service, $request);
    }
}
