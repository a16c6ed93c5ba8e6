<?php

declare(strict_types=1);

namespace Odd;

use PuqProxmoxKvm\Addon\Outcome;
use PuqProxmoxKvm\Addon\Page;
use PuqProxmoxKvm\Input;
use PuqProxmoxKvm\Lang;
use PuqProxmoxKvm\Native;
use PuqProxmoxKvm\ProductForm;
use PuqProxmoxKvm\View;
use Standin\Stored;

/** The forms of the pages, as PHP reads them and draws them again. Fields are asked of the extension where it knows. */
final class Forms
{
    /** What would be right in each form; a field that is not here is sent odd values all the same. */
    private const RIGHT = [
        'pool' => [
            'server_id' => '1', 'type' => 'IPv4', 'bridge' => 'vmbr0', 'vlan' => '0', 'gateway' => '198.51.100.1',
            'mask' => '24', 'dns1' => '192.0.2.2', 'address_start' => '198.51.100.10',
            'address_stop' => '198.51.100.20', 'reserved' => '198.51.100.12', 'id' => '0',
        ],
        'pools' => ['id' => '7'], 'zones' => ['op' => 'delete', 'id' => '7'],
        'vm' => ['service_id' => '1', 'op' => 'reset', 'state' => 'set_ip'],
        'settings' => ['settings' => []],
        'cron' => ['mode' => 'hook', 'lock_timeout' => '600', 'intervals' => []],
    ];

    /** The form of a zone has the fields of its provider. */
    private const ZONES = [
        ['zone' => 'example.net', 'type' => 'zonefile', 'path' => '/nowhere/example.net', 'id' => '0'],
        ['zone' => 'example.net', 'type' => 'cloudflare', 'account_id' => '023e105f4ecef8ad9ca31a8372d0c353',
            'zone_id' => '023e105f4ecef8ad9ca31a8372d0c353', 'api_token' => 'token-of-the-zone', 'id' => '0'],
        ['zone' => 'example.net', 'type' => 'hestiacp', 'url' => 'https://192.0.2.3:8083/', 'admin_user' => 'admin',
            'admin_password' => 'password-of-the-zone', 'user' => 'owner', 'fingerprint' => '', 'id' => '0'],
        ['zone' => 'example.net', 'type' => 'powerdns', 'url' => 'https://192.0.2.3/', 'server_id' => 'localhost',
            'api_key' => 'key-of-the-zone', 'fingerprint' => '', 'id' => '0'],
    ];

    /** What would be right in an address. */
    private const ADDRESS = [
        'p' => '1', 'size' => '25', 'search' => 'x', 'status' => 'Active', 'vm_status' => 'ready', 'service_id' => '1',
        'id' => '1', 'server_id' => '1',
    ];

    /** What must never come back as it was typed. */
    private const LIVE = ['<script>alert(1)', '<img src=x onerror', "</textarea><b>"];

    public function __construct(private string $root)
    {
    }

    /** @return Door[] */
    public function doors(): array
    {
        $doors = [];
        foreach (Inputs::pages() as $name => $page) {
            $forms = $name === 'zone' ? self::ZONES : [self::RIGHT[$name] ?? []];
            foreach ($page->fields() as $field) {
                foreach ($forms as $form) {
                    $fill = static fn ($value): array => [$field => $value] + $form;
                    $doors[] = $this->form($name, $field, self::text($form[$field] ?? ''), $fill);
                }
            }
            foreach ($page->query() as $field) {
                $send = function ($value) use ($name, $field): array {
                    $this->draw($name, Native::plain([$field => $value]), null);
                    return ['ok' => true];
                };
                $door = new Door("page $name, $field", self::ADDRESS[$field] ?? '1', $send, $name === 'doctor', true);
                $doors[] = $door->reaching("page $name $field");
            }
        }
        foreach (Inputs::settings() as $name) {
            $doors[] = $this->form('settings', $name, '5', static function ($value) use ($name): array {
                return ['settings' => [$name => $value]];
            })->reaching("setting $name");
        }
        foreach (Inputs::tasks() as $name) {
            $doors[] = $this->form('cron', $name, '5', static function ($value) use ($name): array {
                return ['intervals' => [$name => $value]] + self::RIGHT['cron'];
            })->reaching("interval $name");
        }
        return array_merge($doors, $this->product());
    }

    /** @param mixed $value */
    private static function text($value): string
    {
        return is_string($value) ? $value : '';
    }

    /** Every field of the product panel. @return Door[] */
    private function product(): array
    {
        $doors = [];
        foreach (Inputs::product() as $key => $valid) {
            $doors[] = (new Door("product panel, $key", $valid, static function ($value) use ($key): array {
                return self::saveProduct([$key => $value]);
            }))->reaching("product $key");
        }
        $doors[] = new Door('product panel', '', static fn ($value): array => self::saveProduct($value));
        $doors[] = new Door('product panel drawn again', '2', function ($value): array {
            $answer = self::saveProduct(['cpu' => $value, 'bridge' => $value, '_secrets' => $value]);
            $_SESSION['puqProxmoxKVM_refused'][1] = $answer + ['error' => ''];
            $this->look('product panel', implode('', ProductForm::show(1)));
            return $answer;
        }, true);
        return $doors;
    }

    /** @param mixed $typed @return array<string, mixed> */
    private static function saveProduct($typed): array
    {
        $_POST = Stored::encode(['puqkvm' => $typed]);
        unset($_SESSION['puqProxmoxKVM_refused'][1]);
        ProductForm::save(1);
        $refused = $_SESSION['puqProxmoxKVM_refused'][1] ?? null;
        unset($_SESSION['puqProxmoxKVM_refused'][1]);
        return $refused === null ? ['ok' => true] : ['ok' => false] + array_filter($refused);
    }

    private function form(string $page, string $field, string $valid, callable $fill): Door
    {
        $send = function ($value) use ($page, $fill): array {
            $_POST = Stored::encode($fill($value));
            $outcome = Inputs::pages()[$page]->act(Input::posted());
            if ($outcome->ok) {
                return ['ok' => true];
            }
            $this->draw($page, [], $outcome);
            return ['ok' => false, 'errors' => $outcome->errors, 'error' => $outcome->text ?: 'Please correct it.'];
        };
        return (new Door("form $page, $field", $valid, $send))->reaching("form $page $field");
    }

    /** @param array<string, mixed> $query */
    private function draw(string $page, array $query, ?Outcome $outcome): void
    {
        $object = Inputs::pages()[$page];
        $_GET = $query;
        $folder = $this->root . '/modules/addons/puq_proxmox_kvm';
        $view = new View($folder . '/views', Lang::forAdmin($folder . '/lang'));
        $this->look($page, $view->render($page, $object->data($query, $outcome) + [
            'link' => 'addonmodules.php?module=puq_proxmox_kvm', 'token' => 'x', 'page' => $page,
            'errors' => $outcome === null ? [] : $outcome->errors,
        ]));
    }

    private function look(string $page, string $html): void
    {
        foreach (self::LIVE as $live) {
            if (strpos($html, $live) !== false) {
                throw new \LogicException("The page $page shows what was typed as HTML: $live");
            }
        }
    }
}
