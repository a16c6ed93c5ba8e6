<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Hooks;
use WHMCS\Database\Capsule;
use WHMCS\Module\AbstractWidget;

/** The dashboard: counts and the widgets of modules. */
final class HomePage
{
    public function respond(): void
    {
        $rows = [];
        foreach (['Pending', 'Active', 'Suspended', 'Terminated'] as $status) {
            $rows[] = [$status, Capsule::table('tblhosting')->where('domainstatus', $status)->count()];
        }
        $html = '<div class="row"><div class="col-md-6">'
            . Markup::panel('Services', Markup::table(['Status', 'Services'], $rows)) . '</div>';
        foreach (Hooks::run('AdminHomeWidgets') as $widget) {
            if ($widget instanceof AbstractWidget) {
                $html .= '<div class="col-md-6">' . Markup::panel($widget->getTitle(), $widget->render()) . '</div>';
            }
        }
        Layout::show('Dashboard', $html . '</div>');
    }
}
