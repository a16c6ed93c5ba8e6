<?php

declare(strict_types=1);

namespace Standin\Cli;

use Standin\AddonModule;
use Standin\Api;
use Standin\Client\Area;
use Standin\Cron;
use Standin\Http;
use Standin\Order;
use Standin\Params;
use Standin\Runner;
use Standin\ServerModule;
use Standin\Session;
use Standin\Stored;
use Standin\Upgrade;
use Standin\View;
use WHMCS\Database\Capsule;

/** Commands that make the host work: orders, module calls, client requests, cron. */
final class Operation
{
    /** Functions that WHMCS calls outside the life cycle, without hooks and logs. */
    private const PLAIN = [
        'MetaData', 'ConfigOptions', 'AdminServicesTabFields', 'AdminServicesTabFieldsSave', 'AdminCustomButtonArray',
        'ClientAreaCustomButtonArray', 'ClientAreaAllowedFunctions', 'ClientArea', 'AdminLink', 'LoginLink',
        'UsageUpdate',
        'ServiceSingleSignOn', 'AdminSingleSignOn', 'ListAccounts',
    ];

    public function __construct(private Arguments $arguments)
    {
    }

    public function order(): int
    {
        $placed = Order::place(
            (int) $this->arguments->need('client'),
            (int) $this->arguments->need('product'),
            $this->arguments->pairs('option'),
            $this->arguments->get('domain'),
            !$this->arguments->has('no-create'),
            $this->arguments->pairs('field'),
            $this->arguments->get('password')
        );
        if ($this->arguments->has('json')) {
            Output::json($placed);
        } else {
            echo $placed['service'], "\n", $placed['result'], "\n";
        }
        return in_array($placed['result'], ['success', 'not run'], true) ? 0 : 1;
    }

    public function module(): int
    {
        $serviceId = (int) $this->arguments->word(1);
        $function = $this->arguments->word(2);
        $values = Arguments::split($this->arguments->wordsFrom(3));
        Http::receive('POST', [], $values);
        $values = Stored::columns($values);
        $_SESSION['adminid'] = 1;
        if ($function === 'TestConnection') {
            return $this->testServer((int) Capsule::table('tblhosting')->where('id', $serviceId)->value('server'));
        }
        if (in_array($function, self::PLAIN, true)) {
            $module = Runner::moduleOf($serviceId);
            $result = is_string($module) ? $module : $module->call($function, $values + Params::ofService($serviceId));
            Output::json($result);
            return is_string($module) ? 1 : 0;
        }
        $result = Runner::run($serviceId, $function, $values);
        if ($this->arguments->has('json')) {
            Output::json(['service' => $serviceId, 'function' => $function, 'result' => $result]);
        } else {
            echo is_string($result) ? $result : json_encode($result), "\n";
        }
        return $result === 'success' || (is_array($result) && !isset($result['error'])) ? 0 : 1;
    }

    /** Runs TestConnection with a server's stored values. */
    public function testServer(int $serverId): int
    {
        $module = ServerModule::find((string) Capsule::table('tblservers')->where('id', $serverId)->value('type'));
        if ($module === null || !$module->has('TestConnection')) {
            throw new UsageError('The server has no module with a connection test.');
        }
        $result = (array) $module->call('TestConnection', Params::ofServer($serverId));
        Output::json($result);
        return ($result['success'] ?? false) === true ? 0 : 1;
    }

    /** Asks like a browser: POST with the session's token (or GET with --get), answered by the real dispatcher. */
    public function client(): int
    {
        $serviceId = (int) $this->arguments->word(1);
        $function = $this->arguments->word(2);
        $owner = (int) Capsule::table('tblhosting')->where('id', $serviceId)->value('userid');
        $_SESSION['uid'] = (int) $this->arguments->get('as', (string) $owner);
        $_SESSION['standin_user'] = (int) Capsule::table('tblusers_clients')->where('client_id', $_SESSION['uid'])
            ->value('auth_user_id');
        $values = Arguments::split($this->arguments->wordsFrom(3));
        $query = ['action' => 'productdetails', 'id' => (string) $serviceId];
        if ($function === 'page') {
            $this->request('GET', $values + $query, []);
        } elseif ($this->arguments->has('get')) {
            $this->request('GET', $values + ['modop' => 'custom', 'a' => $function] + $query, []);
        } else {
            $this->request('POST', ['action' => 'productdetails'], $values + [
                'modop' => 'custom', 'a' => $function, 'token' => Session::token(),
            ] + $query);
        }
        // The request may end in exit, so the status of the answer becomes the exit status here.
        register_shutdown_function(static function (): void {
            if ((int) http_response_code() >= 300) {
                exit(1);
            }
        });
        (new Area())->respond();
        return 0;
    }

    public function addon(): int
    {
        $name = $this->arguments->word(1);
        $addon = AddonModule::find($name);
        if ($addon === null || !$addon->isActive()) {
            throw new UsageError('There is no active addon "' . $name . '".');
        }
        $_SESSION['adminid'] = 1;
        $values = Arguments::split($this->arguments->wordsFrom(2));
        if ($this->arguments->has('get')) {
            $this->request('GET', ['module' => $name] + $values, []);
        } else {
            $this->request('POST', ['module' => $name], ['token' => Session::token()] + $values);
        }
        echo View::withTokens($addon->output());
        return 0;
    }

    public function upgrade(): int
    {
        $serviceId = (int) $this->arguments->word(1);
        $result = $this->arguments->has('product')
            ? Upgrade::toProduct($serviceId, (int) $this->arguments->get('product'))
            : Upgrade::toOptions($serviceId, $this->arguments->pairs('option'));
        echo $result, "\n";
        return $result === 'success' ? 0 : 1;
    }

    public function cron(): int
    {
        Cron::run($this->arguments->has('daily'));
        return 0;
    }

    public function api(): int
    {
        $answer = Api::call($this->arguments->word(1), Arguments::split($this->arguments->wordsFrom(2)));
        Output::json($answer);
        return $answer['result'] === 'success' ? 0 : 1;
    }

    /**
     * @param array<string, string> $get
     * @param array<string, string> $post
     */
    private function request(string $method, array $get, array $post): void
    {
        Http::receive($method, $get, $post);
        $_SERVER['REQUEST_URI'] = '/clientarea.php?' . http_build_query($get);
        $_SERVER['PHP_SELF'] = '/clientarea.php';
        $_SERVER['SCRIPT_NAME'] = '/clientarea.php';
        $_SERVER['REMOTE_ADDR'] = '127.0.0.1';
        $_SERVER['HTTP_HOST'] = '127.0.0.1';
    }
}
