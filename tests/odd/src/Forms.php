<?php

declare(strict_types=1);

namespace Odd;

use PuqProxmoxKvm\Addon\Outcome;
use PuqProxmoxKvm\Addon\Page;
use PuqProxmoxKvm\Lang;
use PuqProxmoxKvm\Native;
use PuqProxmoxKvm\ProductForm;
use PuqProxmoxKvm\View;

/** The forms of the pages, as PHP reads them and draws them again. Fields are asked of the extension where it knows. */
final class Forms
{
    private const POOL = [
        'server_id' => '1', 'type' => 'IPv4', 'bridge' => 'vmbr0', 'vlan' => '0', 'gateway' => '198.51.100.1',
        'mask' => '24', 'dns1' => '192.0.2.2', 'dns2' => '', 'address_start' => '198.51.100.10',
        'address_stop' => '198.51.100.20', 'reserved' => '198.51.100.12', 'id' => '0',
    ];

    private const ZONE = ['zone' => 'example.net', 'type' => 'zonefile', 'path' => '/nowhere/example.net', 'id' => '0'];

    /** What must never come back as it was typed. */
    private const LIVE = ['<script>alert(1)', '<img src=x onerror', "</textarea><b>"];

    /** @var string */
    private $root;

    public function __construct(string $root)
    {
        $this->root = $root;
    }

    /** @return Door[] */
    public function doors(): array
    {
        $doors = [];
        foreach (['pool' => self::POOL, 'zone' => self::ZONE] as $page => $form) {
            foreach ($form + ['another' => ''] as $field => $valid) {
                $doors[] = $this->form($page, $field, $valid, static function ($value) use ($form, $field): array {
                    return [$field => $value] + $form;
                });
            }
        }
        $settings = (array) (Native::ask('addon_api', ['op' => 'settings'])['data'] ?? []);
        foreach ($settings as $name => $valid) {
            $doors[] = $this->form('settings', $name, (string) $valid, static function ($value) use ($name): array {
                return ['settings' => [$name => $value]];
            });
        }
        $names = ['settings', 'mode', 'lock_timeout', 'intervals', 'processVirtualMachines', 'scheduleBackup'];
        foreach ($names as $name) {
            $page = $name === 'settings' ? 'settings' : 'cron';
            $doors[] = $this->form($page, $name, '5', static function ($value) use ($name): array {
                $form = ['mode' => 'hook', 'lock_timeout' => '600', 'intervals' => []];
                return isset($form[$name]) || $name === 'settings' ? [$name => $value] + $form
                    : ['intervals' => [$name => $value]] + $form;
            });
        }
        foreach (['service_id' => '1', 'op' => 'retry', 'state' => 'ready'] as $field => $valid) {
            $doors[] = $this->form('vm', $field, $valid, static function ($value) use ($field): array {
                return [$field => $value] + ['service_id' => '1', 'op' => 'reset', 'state' => 'set_ip'];
            });
        }
        return array_merge($doors, $this->queries(), $this->product());
    }

    /** Pages asked for with odd addresses. @return Door[] */
    private function queries(): array
    {
        $doors = [];
        $queries = [
            'vms' => ['p' => '1', 'size' => '25', 'search' => 'x', 'status' => 'Active', 'vm_status' => 'ready'],
            'vm' => ['service_id' => '1'], 'pool' => ['id' => '1'], 'zone' => ['id' => '1'],
            'doctor' => ['server_id' => '1'],
        ];
        foreach ($queries as $page => $fields) {
            foreach ($fields as $field => $valid) {
                $send = function ($value) use ($page, $field): array {
                    $this->draw($page, Native::plain([$field => $value]), null);
                    return ['ok' => true];
                };
                $doors[] = new Door("page $page, $field", $valid, $send, $page === 'doctor', true);
            }
        }
        return $doors;
    }

    /** Every field of the product panel. @return Door[] */
    private function product(): array
    {
        $doors = [];
        foreach ((array) Native::call('product_form', 1)['sections'] as $section) {
            foreach ((array) $section['fields'] as $field) {
                $key = (string) $field['key'];
                $valid = is_scalar($field['value'] ?? '') ? (string) ($field['value'] ?? '') : '';
                $doors[] = new Door("product panel, $key", $valid, static function ($value) use ($key): array {
                    return self::saveProduct([$key => $value]);
                });
            }
        }
        $doors[] = new Door('product panel', '', static function ($value): array {
            return self::saveProduct($value);
        });
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
        $_POST = ['puqkvm' => $typed];
        unset($_SESSION['puqProxmoxKVM_refused'][1]);
        ProductForm::save(1);
        $refused = $_SESSION['puqProxmoxKVM_refused'][1] ?? null;
        unset($_SESSION['puqProxmoxKVM_refused'][1]);
        return $refused === null ? ['ok' => true] : ['ok' => false] + array_filter($refused);
    }

    private function form(string $page, string $field, string $valid, callable $fill): Door
    {
        return new Door("form $page, $field", $valid, function ($value) use ($page, $fill): array {
            $class = 'PuqProxmoxKvm\\Addon\\' . [
                'pool' => 'PoolPage', 'zone' => 'ZonePage', 'settings' => 'SettingsPage', 'cron' => 'CronPage',
                'vm' => 'MachinePage',
            ][$page];
            $_POST = $fill($value);
            $outcome = (new $class())->act(Native::plain($_POST));
            if ($outcome->ok) {
                return ['ok' => true];
            }
            $this->draw($page, [], $outcome);
            return ['ok' => false, 'errors' => $outcome->errors, 'error' => $outcome->text ?: 'Please correct it.'];
        });
    }

    /** @param array<string, mixed> $query */
    private function draw(string $page, array $query, ?Outcome $outcome): void
    {
        $classes = [
            'pool' => 'PoolPage', 'zone' => 'ZonePage', 'settings' => 'SettingsPage', 'cron' => 'CronPage',
            'vm' => 'MachinePage', 'vms' => 'MachinesPage', 'doctor' => 'DoctorPage',
        ];
        $class = 'PuqProxmoxKvm\\Addon\\' . $classes[$page];
        $object = new $class();
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
