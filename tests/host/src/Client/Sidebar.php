<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\Faults;
use Standin\Params;
use Standin\ServerModule;
use WHMCS\Database\Capsule;

/** The sidebar panels of a service: Overview and Actions. */
final class Sidebar
{
    /** Fills the primary sidebar; hooks may change it afterwards. */
    public static function build(int $serviceId, ?ServerModule $module): void
    {
        $link = 'clientarea.php?action=productdetails&id=' . $serviceId;
        $overview = \Menu::primarySidebar()
            ->addChild('Service Details Overview', ['label' => 'Overview', 'order' => 10]);
        $overview->addChild('Information', [
            'label' => 'Information', 'uri' => $link . '#tabOverview', 'current' => true,
        ]);
        $panel = \Menu::primarySidebar()->addChild('Service Details Actions', ['label' => 'Actions', 'order' => 20]);
        $status = (string) Capsule::table('tblhosting')->where('id', $serviceId)->value('domainstatus');
        if ($module !== null && $status === 'Active') {
            self::addModuleActions($panel, $serviceId, $module, $link);
        }
        $product = Capsule::table('tblproducts')
            ->where('id', Capsule::table('tblhosting')->where('id', $serviceId)->value('packageid'))->first();
        if ($status === 'Active' && $product !== null && (int) $product->configoptionsupgrade === 1) {
            $panel->addChild('Upgrade/Downgrade Options', [
                'uri' => 'upgrade.php?type=configoptions&id=' . $serviceId, 'order' => 80,
            ]);
        }
    }

    private static function addModuleActions(
        \WHMCS\View\Menu\Item $panel,
        int $serviceId,
        ServerModule $module,
        string $link
    ): void {
        $params = Params::ofService($serviceId);
        $order = 10;
        foreach ($module->buttons('ClientAreaCustomButtonArray', $params) as $label => $function) {
            $panel->addChild('Custom Module Button ' . $label, [
                'label' => (string) $label, 'uri' => $link . '&modop=custom&a=' . $function, 'order' => $order++,
            ]);
        }
        if ($module->has('ServiceSingleSignOn')) {
            $label = $module->metaData()['ServiceSingleSignOnLabel'] ?? 'Login to Control Panel';
            if ($label !== false) {
                $panel->addChild('Login to Panel', [
                    'label' => (string) $label, 'uri' => $link . '&dosinglesignon=1', 'order' => $order++,
                ]);
            }
        }
        if ($module->has('ChangePassword')) {
            $panel->addChild('Change Password', ['uri' => $link . '#tabChangepw', 'order' => 60]);
        }
        foreach (self::customActions($module, $params) as $action) {
            $panel->addChild('Custom Action ' . $action->getIdentifier(), [
                'label' => $action->getDisplay(), 'uri' => '#', 'order' => $order++, 'disabled' => !$action->isActive(),
                'attributes' => [
                    'data-custom-action' => 'clientarea/service/' . $serviceId . '/custom-action/'
                        . $action->getIdentifier(),
                ],
            ]);
        }
    }

    /**
     * The module's CustomActions (WHMCS 8.5 and newer).
     *
     * @param array<string, mixed> $params
     * @return \WHMCS\Module\Server\CustomAction[]
     */
    public static function customActions(ServerModule $module, array $params): array
    {
        if (!$module->has('CustomActions')) {
            return [];
        }
        try {
            return iterator_to_array($module->call('CustomActions', $params), false);
        } catch (\Throwable $error) {
            Faults::uncaught($error, $module->name() . '_CustomActions');
            return [];
        }
    }
}
