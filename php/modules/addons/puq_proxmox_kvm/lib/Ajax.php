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
 * Answers the scripts of the admin's pages: the panel of a service, and the selects of the product panel. WHMCS has
 * checked that this admin may use the addon; sign-in and token are checked here again.
 */
final class Ajax
{
    public static function answer(): void
    {
        Entry::requireAdminPost();
        ServicePage::releaseSession();
        switch (Input::text($_POST, 'scope')) {
            case 'service':
                JsonResponse::send(self::service(Input::number($_POST, 'service_id')));
                break;
            case 'product':
                JsonResponse::send(self::product(Input::number($_POST, 'product_id')));
                break;
            default:
                JsonResponse::send(['ok' => false, 'error' => 'There is no such address.'], 404);
        }
    }

    /**
     * @return array<string, mixed>
     */
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

    /**
     * @return array<string, mixed> Field, then its choices.
     */
    private static function product(int $id): array
    {
        try {
            $form = (array) Native::call('product_form', $id);
        } catch (\Throwable $fault) {
            return ['ok' => false, 'error' => Native::sentence($fault)];
        }
        $options = [];
        foreach ((array) ($form['sections'] ?? []) as $section) {
            foreach ((array) ($section['fields'] ?? []) as $field) {
                if (isset($field['loader'])) {
                    $options[(string) $field['key']] = array_values((array) ($field['options'] ?? []));
                }
            }
        }
        return ['ok' => true, 'options' => $options];
    }
}
