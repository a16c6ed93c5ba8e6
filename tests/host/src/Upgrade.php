<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** A paid upgrade or downgrade: rows of tblupgrades, the new values, the module's ChangePackage, the upgrade mail. */
final class Upgrade
{
    /**
     * Changes configurable options.
     *
     * @param array<int|string, string|int> $choices by option name, or by option id with a sub-option id or number
     * @return string the module's answer
     */
    public static function toOptions(int $serviceId, array $choices): string
    {
        $service = self::service($serviceId);
        $productId = (int) $service->packageid;
        $before = [];
        foreach (Capsule::table('tblhostingconfigoptions')->where('relid', $serviceId)->get()->all() as $row) {
            $before[(int) $row->configid] = $row;
        }
        $named = [];
        foreach ($choices as $key => $value) {
            if (!self::chooseById($serviceId, $productId, (string) $key, (string) $value)) {
                $named[$key] = $value;
            }
        }
        ConfigurableOptions::choose($serviceId, $productId, $named);
        $upgrade = 0;
        foreach (Capsule::table('tblhostingconfigoptions')->where('relid', $serviceId)->get()->all() as $row) {
            $old = $before[(int) $row->configid] ?? null;
            if ($old !== null && (int) $old->optionid === (int) $row->optionid && (int) $old->qty === (int) $row->qty) {
                continue;
            }
            $upgrade = self::record(
                $service,
                'configoptions',
                $row->configid . '=>' . ($old->optionid ?? 0),
                (string) ($row->optionid ?: $row->qty)
            );
        }
        return self::finish($serviceId, 'AfterConfigOptionsUpgrade', $upgrade);
    }

    /** Changes the product and keeps the options that the new product offers. @return string the module's answer */
    public static function toProduct(int $serviceId, int $productId): string
    {
        $service = self::service($serviceId);
        if (Capsule::table('tblproducts')->where('id', $productId)->doesntExist()) {
            throw new \InvalidArgumentException('There is no product ' . $productId . '.');
        }
        $upgrade = self::record($service, 'package', (string) $service->packageid, $productId . ',monthly');
        Capsule::table('tblhosting')->where('id', $serviceId)->update(['packageid' => $productId]);
        ConfigurableOptions::choose($serviceId, $productId, []);
        return self::finish($serviceId, 'AfterProductUpgrade', $upgrade);
    }

    private static function finish(int $serviceId, string $hook, int $upgrade): string
    {
        $result = (string) Runner::run($serviceId, 'ChangePackage', [], true);
        Hooks::run($hook, ['upgradeid' => $upgrade]);
        $product = (int) Capsule::table('tblhosting')->where('id', $serviceId)->value('packageid');
        Runner::mail((int) Capsule::table('tblproducts')->where('id', $product)->value('upgradeemail'), $serviceId);
        return $result;
    }

    private static function chooseById(int $serviceId, int $productId, string $key, string $value): bool
    {
        foreach (ConfigurableOptions::ofProduct($productId) as $option) {
            if ((string) $option->id === $key) {
                ConfigurableOptions::chooseById($serviceId, $option, $value);
                return true;
            }
        }
        return false;
    }

    private static function service(int $serviceId): object
    {
        $service = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        if ($service === null) {
            throw new \InvalidArgumentException('Service ID not found');
        }
        return $service;
    }

    private static function record(object $service, string $type, string $from, string $to): int
    {
        return (int) Capsule::table('tblupgrades')->insertGetId([
            'userid' => $service->userid, 'orderid' => $service->orderid, 'type' => $type, 'date' => gmdate('Y-m-d'),
            'relid' => $service->id, 'originalvalue' => $from, 'newvalue' => $to, 'amount' => 0,
            'status' => 'Completed',
            'paid' => 'Y',
        ]);
    }
}
