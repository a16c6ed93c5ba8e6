<?php

declare(strict_types=1);

namespace Standin\Client;

use Standin\Http;
use Standin\Params;
use Standin\Runner;
use Standin\Session;
use WHMCS\Database\Capsule;

/** POST /clientarea/service/<id>/custom-action/<identifier> with a token: runs a CustomAction, answers JSON. */
final class CustomActionRoute
{
    public function respond(int $serviceId, string $identifier): void
    {
        if (!Http::isPost()) {
            http_response_code(405);
            Http::json(['success' => false, 'errorMsg' => 'POST only']);
        }
        check_token();
        $owned = Capsule::table('tblhosting')->where('id', $serviceId)->where('userid', Session::clientId())->exists();
        $module = $owned ? Runner::moduleOf($serviceId) : '';
        if (is_string($module)) {
            http_response_code(404);
            Http::json(['success' => false, 'errorMsg' => 'Service not found']);
        }
        foreach (Sidebar::customActions($module, Params::ofService($serviceId)) as $action) {
            if ($action->getIdentifier() === $identifier && $action->isActive()) {
                Http::json($action->invokeCallable());
            }
        }
        http_response_code(404);
        Http::json(['success' => false, 'errorMsg' => 'Action not found']);
    }
}
