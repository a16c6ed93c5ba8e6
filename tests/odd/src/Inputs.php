<?php

declare(strict_types=1);

namespace Odd;

use PuqProxmoxKvm\Addon\Page;
use PuqProxmoxKvm\Addon\Router;
use PuqProxmoxKvm\Host;
use PuqProxmoxKvm\Native;
use PuqProxmoxKvm\ServicePage;

/** Everything that comes in from outside, as the code itself lists it: so no new field can be left out. */
final class Inputs
{
    public function __construct(private string $root)
    {
    }

    /** @return string[] a name for each field */
    public function all(): array
    {
        $all = [];
        foreach (self::operations() as [$page, $op, $fields]) {
            $all[] = "$page op";
            foreach ($fields as $field) {
                $all[] = "$page $op $field";
            }
        }
        foreach (self::pages() as $name => $page) {
            foreach ($page->query() as $field) {
                $all[] = "page $name $field";
            }
            foreach ($page->fields() as $field) {
                $all[] = "form $name $field";
            }
        }
        foreach (self::settings() as $field) {
            $all[] = "setting $field";
        }
        foreach (self::tasks() as $field) {
            $all[] = "interval $field";
        }
        foreach (self::product() as $field => $valid) {
            $all[] = "product $field";
        }
        foreach (self::record() as $field) {
            $all[] = "record $field";
        }
        foreach (self::options() as $field) {
            $all[] = "option $field";
        }
        foreach (array_keys(ServicePage::TAB_FIELDS) as $field) {
            $all[] = "tab $field";
        }
        foreach (self::cron() as $field) {
            $all[] = "cron.php $field";
        }
        foreach ($this->export() as $field) {
            $all[] = "dns.php $field";
        }
        return array_values(array_unique($all));
    }

    /** @return array<array{0: string, 1: string, 2: string[]}> whose page, operation, its fields */
    public static function operations(): array
    {
        return array_map(static function (array $operation): array {
            return [$operation['page'], $operation['op'], $operation['fields']];
        }, self::native()['operations']);
    }

    /** @return string[] configurable options, the older names among them */
    public static function options(): array
    {
        return self::native()['options'];
    }

    /** @return array<string, Page> */
    public static function pages(): array
    {
        return array_map(static fn (string $class): Page => new $class(), Router::PAGES);
    }

    /** @return string[] */
    public static function settings(): array
    {
        return array_keys((array) (Native::ask('addon_api', ['op' => 'settings'])['data'] ?? []));
    }

    /** @return string[] */
    public static function tasks(): array
    {
        return array_column((array) (Native::ask('addon_api', ['op' => 'tasks'])['data']['tasks'] ?? []), 'key');
    }

    /** @return array<string, string> field of the product panel => what it holds */
    public static function product(): array
    {
        $fields = [];
        foreach ((array) Native::call('product_form', 1)['sections'] as $section) {
            foreach ((array) $section['fields'] as $field) {
                $value = $field['value'] ?? '';
                $fields[(string) $field['key']] = is_scalar($value) ? (string) $value : '';
            }
        }
        return $fields;
    }

    /** @return string[] fields of a service's row that staff may correct */
    public static function record(): array
    {
        $record = Native::ask('admin_api', Requests::params(1), ['op' => 'record']);
        return array_keys((array) ($record['data']['fields'] ?? []));
    }

    /** @return string[] arguments of cron.php, those with a value as far as it */
    public static function cron(): array
    {
        $help = '';
        // Each line goes out as it is said.
        ob_start(static function (string $said) use (&$help): string {
            $help .= $said;
            return '';
        }, 1);
        try {
            Native::call('cron_main', ['cron.php', '--help']);
        } finally {
            ob_end_clean();
        }
        preg_match_all('/^  (--[a-z-]+=?)/m', $help, $found);
        return $found[1];
    }

    /** @return string[] what dns.php hands over */
    public function export(): array
    {
        $source = (string) file_get_contents($this->root . '/modules/servers/puqProxmoxKVM/lib/dns/dns.php');
        $call = substr($source, (int) strpos($source, "'dns_export'"));
        preg_match_all("/^    '([a-z]+)' =>/m", explode(']);', $call)[0], $found);
        return $found[1];
    }

    /** @return array<string, array<mixed>> */
    private static function native(): array
    {
        static $inputs = null;
        $inputs = $inputs ?? \Puq\ProxmoxKvm\Selftest\inputs(new Host());
        return $inputs;
    }
}
