<?php

declare(strict_types=1);

namespace Standin\Admin;

use WHMCS\Database\Capsule;

/** The dashboard: how many services there are. */
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
        Layout::show('Dashboard', $html . '</div>');
    }
}
