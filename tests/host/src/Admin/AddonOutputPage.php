<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\AddonModule;
use Standin\Http;

/** addonmodules.php?module=x: what an addon's `_output` prints, for the roles that may see it. */
final class AddonOutputPage
{
    public function respond(): void
    {
        $addon = AddonModule::find(Http::field('module'));
        if ($addon === null || !$addon->isActive()) {
            http_response_code(404);
            Layout::show('Addon Modules', Markup::alert('danger', 'Invalid Module'));
            return;
        }
        $title = (string) ($addon->config()['name'] ?? $addon->name());
        if (!$addon->isOpenTo((int) Desk::admin()->roleid)) {
            http_response_code(403);
            Layout::show(
                $title,
                Markup::alert('danger', 'Access Denied: no role of yours is ticked in Access Control.')
            );
            return;
        }
        $html = $addon->output();
        Layout::show($title, $html, $addon->sidebar());
    }
}
