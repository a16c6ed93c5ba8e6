<?php

declare(strict_types=1);

namespace Standin\Admin;

use Standin\Cron;
use Standin\Http;
use Standin\Settings;

/** Starts the system cron from the browser, which WHMCS does not offer but a demonstration needs. */
final class CronPage
{
    public function respond(): void
    {
        $alert = '';
        if (Http::isPost()) {
            ob_start();
            Cron::run(Http::field('do') === 'daily');
            $alert = Markup::panel('Output', '<pre>' . Markup::escape((string) ob_get_clean()) . '</pre>');
        }
        $facts = Markup::fields([
            'Last run' => Markup::escape(Settings::get('lastCronInvocationTime', 'never')),
            'Last daily run' => Markup::escape(Settings::get('lastDailyCronInvocationTime', 'never')),
        ]);
        Layout::show('Automation', $alert . Markup::panel('Cron', $facts
            . Markup::button('systemcron.php', 'Run the cron', ['do' => 'run'], 'primary')
            . Markup::button('systemcron.php', 'Run it with the daily tasks', ['do' => 'daily'])));
    }
}
