<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\AddonModule;
use Standin\Http;
use Standin\View;

/** index.php?m=<addon>: the client page of an active addon. */
final class AddonPage
{
    public function respond(string $name): void
    {
        $addon = AddonModule::find($name);
        $page = $addon === null || !$addon->isActive() ? null : $addon->clientArea();
        if ($addon === null || $page === null) {
            Http::redirect('index.php');
        }
        if (!empty($page['requirelogin'])) {
            Area::requireLogin();
        }
        $variables = (array) ($page['vars'] ?? []) + Page::frame() + $addon->variables();
        $html = View::module('addons', $name, (string) ($page['templatefile'] ?? ''), $variables);
        Page::showHtml($html, (string) ($page['pagetitle'] ?? $name), $variables, (array) ($page['breadcrumb'] ?? []));
    }
}
