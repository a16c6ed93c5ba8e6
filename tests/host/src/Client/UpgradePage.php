<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\ConfigurableOptions;
use Standin\Http;
use Standin\Session;
use Standin\Upgrade;
use WHMCS\Database\Capsule;

/** upgrade.php?type=configoptions&id=N: choosing other configurable options; the order counts as paid at once. */
final class UpgradePage
{
    public function respond(): void
    {
        $serviceId = (int) Http::field('id');
        $service = Capsule::table('tblhosting')->where('id', $serviceId)->where('userid', Session::clientId())->first();
        if ($service === null || $service->domainstatus !== 'Active') {
            Http::redirect('clientarea.php?action=services');
        }
        $result = '';
        if (Http::isPost()) {
            check_token();
            $choices = [];
            foreach ((array) (Http::form()['configoption'] ?? []) as $id => $value) {
                if (is_scalar($value) && $this->isOffered((int) $service->packageid, (int) $id, (string) $value)) {
                    $choices[(int) $id] = (string) $value;
                }
            }
            $result = Upgrade::toOptions($serviceId, $choices);
        }
        Sidebar::build($serviceId, null);
        Page::show('upgrade', 'Upgrade/Downgrade Options', [
            'type' => 'configoptions', 'id' => $serviceId, 'upgraderesult' => $result,
            'configoptions' => $this->options($serviceId, (int) $service->packageid),
        ], ['clientarea.php?action=productdetails&id=' . $serviceId => 'Manage Product']);
    }

    private function isOffered(int $productId, int $optionId, string $value): bool
    {
        foreach (ConfigurableOptions::ofProduct($productId) as $option) {
            if ((int) $option->id !== $optionId) {
                continue;
            }
            $counted = in_array(
                (int) $option->optiontype,
                [ConfigurableOptions::YES_NO, ConfigurableOptions::QUANTITY],
                true
            );
            return $counted
                ? ctype_digit($value) : in_array(
                    (int) $value,
                    array_map('intval', array_column($option->subs, 'id')),
                    true
                );
        }
        return false;
    }

    /** @return array<int, array<string, mixed>> as the official upgrade template names them */
    private function options(int $serviceId, int $productId): array
    {
        $chosen = array_column(ConfigurableOptions::labels($serviceId, $productId), null, 'id');
        $options = [];
        foreach (ConfigurableOptions::ofProduct($productId) as $option) {
            $current = $chosen[(int) $option->id];
            $options[] = [
                'id' => (int) $option->id, 'optionname' => ConfigurableOptions::label($option->optionname),
                'optiontype' => (int) $option->optiontype, 'selectedvalue' => $current['selectedsub'],
                'selectedname' => $current['selectedoption'], 'selectedqty' => $current['selectedqty'],
                'options' => array_map(static function (object $sub) use ($current): array {
                    $label = ConfigurableOptions::label($sub->optionname);
                    return [
                        'id' => (int) $sub->id, 'name' => $label, 'nameonly' => $label, 'price' => '',
                        'selected' => (int) $sub->id === $current['selectedsub'],
                    ];
                }, $option->subs),
            ];
        }
        return $options;
    }
}
