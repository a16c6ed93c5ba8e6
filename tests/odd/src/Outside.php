<?php

declare(strict_types=1);

namespace Odd;

use Contract\ModuleSite;
use Standin\Testing\Browser;

/** A share of the odd values as a browser and a shell send them: by HTTP to every kind of form, and to cron.php. */
final class Outside
{
    private const SERVICE = 'clientarea.php?action=productdetails';
    private const ADDON = 'admin/addonmodules.php?module=puq_proxmox_kvm';
    private const PRODUCT = 'admin/configproducts.php?action=edit&id=1';

    private Strings $strings;

    /** @var string[] */
    private array $complaints = [];
    private int $sent = 0;

    public function __construct(private ModuleSite $site, int $seed, private Answers $answers)
    {
        $this->strings = new Strings($seed + 1);
    }

    /** @return bool whether all was well */
    public function run(int $count): bool
    {
        $client = $this->site->client('client1@example.com');
        $staff = $this->site->staff();
        $staff->get(self::PRODUCT);
        while ($this->sent < $count) {
            $own = ['id' => '1', 'modop' => 'custom', 'a' => 'api'];
            $this->operation($client, self::SERVICE, $own, Requests::OF_A_SERVICE);
            $panel = ['ajax' => '1', 'scope' => 'service', 'service_id' => '1'];
            $this->operation($staff, self::ADDON, $panel, Requests::OF_A_SERVICE + Requests::OF_STAFF);
            $this->form($staff);
            $this->page($staff);
            $this->export($client);
        }
        foreach ($this->complaints as $complaint) {
            echo '  ', $complaint, "\n";
        }
        $word = $this->complaints === [] ? 'ok' : 'not ok';
        echo "$word - $this->sent odd values by HTTP\n";
        return $this->complaints === [];
    }

    /** @return bool whether all was well */
    public function commands(int $count): bool
    {
        $before = $this->tables();
        $wrong = [];
        for ($run = 0; $run < $count; $run++) {
            // No shell can hand over a zero byte, and Linux no argument beyond 128 KiB.
            $argument = substr(str_replace("\0", '', $this->strings->text('--force')), 0, 100000);
            $argument = ['', '--task=', '--'][$run % 3] . $argument;
            if (preg_match('/^(|--force|--list|--help|--no-lock|--clear-locks|-h)$/', $argument) === 1) {
                continue;
            }
            [$status, $output, $errors] = $this->site->cron([$argument]);
            $said = $this->answers->wrongSentence(trim($output . $errors));
            if ($status !== 64 || $said !== '') {
                $wrong[] = "cron.php ended with $status for " . Answers::shown($argument) . ": $said";
            }
        }
        if ($this->tables() !== $before) {
            $wrong[] = 'cron.php changed something although its argument was refused';
        }
        echo implode("\n", $wrong), $wrong === [] ? '' : "\n", $wrong === [] ? 'ok' : 'not ok';
        echo " - $count odd arguments of cron.php, each refused with one sentence\n";
        return $wrong === [];
    }

    /** @param array<string, string> $address @param array<string, array<string, string>> $all */
    private function operation(Browser $browser, string $path, array $address, array $all): void
    {
        $op = array_keys($all)[$this->strings->number(0, count($all) - 1)];
        $fields = ['op' => $op] + $all[$op];
        $field = array_keys($fields)[$this->strings->number(0, count($fields) - 1)];
        $value = $this->strings->value((string) $fields[$field]);
        $answer = $browser->post($path, $address + [$field => self::sendable($value)] + $fields);
        $json = json_decode($answer['body'], true);
        $wrong = $answer['status'] !== 200 ? "HTTP {$answer['status']}" : $this->answers->wrong($json);
        $this->note("$path, operation \"$op\", $field", $value, $wrong);
    }

    private function form(Browser $staff): void
    {
        $forms = [
            ['pool', ['server_id' => '1', 'type' => 'IPv4', 'bridge' => 'vmbr0', 'vlan' => '0', 'mask' => '24',
                'gateway' => '198.51.100.1', 'address_start' => '198.51.100.9', 'address_stop' => '198.51.100.300',
                'dns1' => '', 'dns2' => '', 'reserved' => '']],
            ['zone', ['zone' => 'a zone', 'type' => 'zonefile', 'path' => '/nowhere']],
            ['settings', ['settings' => ['lock_timeout' => 'never']]],
            ['cron', ['mode' => 'never', 'lock_timeout' => '600', 'intervals' => []]],
            ['vm', ['service_id' => '999', 'op' => 'reset', 'state' => 'ready']],
            ['zones', ['op' => 'test', 'id' => '999']],
        ];
        [$page, $fields] = $forms[$this->strings->number(0, count($forms) - 1)];
        $field = array_keys($fields)[$this->strings->number(0, count($fields) - 1)];
        $value = $this->strings->value('1');
        $post = [$field => self::sendable($value)] + $fields;
        $this->look($staff->post(self::ADDON . "&page=$page", $post), "form $page, $field", $value);
    }

    /** The names for name servers: nobody is on the list of readers here, whatever is asked. */
    private function export(Browser $browser): void
    {
        $value = substr($this->strings->text('1'), 0, 4000);
        $query = http_build_query([substr($this->strings->text('a'), 0, 40) => $value]);
        $answer = $browser->get('modules/servers/puqProxmoxKVM/lib/dns/dns.php?' . $query);
        $said = (string) (((array) json_decode($answer['body'], true))['error'] ?? '');
        $wrong = $answer['status'] === 403 ? $this->answers->wrongSentence($said) : "HTTP {$answer['status']}";
        $this->note('dns.php', $value, $wrong);
    }

    private function page(Browser $staff): void
    {
        $pages = [
            'vms' => 'search', 'vm' => 'service_id', 'pool' => 'id', 'zone' => 'id', 'home' => 'notice', '' => 'page',
        ];
        $page = array_keys($pages)[$this->strings->number(0, count($pages) - 1)];
        // What stands in an address must fit into one.
        $value = substr($this->strings->text('1'), 0, 4000);
        $query = http_build_query(['page' => $page, $pages[$page] => $value]);
        $this->look($staff->get(self::ADDON . '&' . $query), "page $page, {$pages[$page]}", $value);
        if ($this->sent % 4 === 0) {
            $typed = ['cpu' => 'many', 'name_rule' => self::sendable($this->strings->value('{client_id}'))];
            $form = ['servertype' => 'puqProxmoxKVM', 'servergroup' => '1', 'puqkvm' => $typed];
            $page = $staff->follow($staff->post(self::PRODUCT, $form), 'admin/');
            $this->look($page, 'product panel, name_rule', $typed['name_rule']);
        }
    }

    /** @param array{status: int, body: string} $answer @param mixed $value */
    private function look(array $answer, string $where, $value): void
    {
        $wrong = $answer['status'] >= 400 || $answer['status'] === 0 ? "HTTP {$answer['status']}" : '';
        foreach (['<script>alert(1)', '<img src=x onerror', 'Something unexpected'] as $sign) {
            $wrong = strpos($answer['body'], $sign) !== false ? "the page holds $sign" : $wrong;
        }
        $this->note($where, $value, $wrong);
    }

    /** @param mixed $value */
    private function note(string $where, $value, string $wrong): void
    {
        $this->sent++;
        if ($wrong !== '') {
            $this->complaints[] = "$where: $wrong | sent " . Answers::shown($value);
        }
    }

    /** What a browser can send: texts, and lists of them. @param mixed $value @return mixed */
    private static function sendable($value)
    {
        if (is_array($value)) {
            return array_map([self::class, 'sendable'], $value);
        }
        return is_scalar($value) ? (string) $value : '';
    }

    private function tables(): string
    {
        $rows = [];
        foreach (['puqProxmoxKVM_vm_info', 'puq_proxmox_kvm_tasks', 'puq_proxmox_kvm_operations'] as $table) {
            $rows[] = $this->site->host()->sql("select * from $table");
        }
        return (string) json_encode($rows);
    }
}
