<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Browser;
use Standin\Testing\HostSite;
use Support\Process;
use Support\Simulator;

/**
 * The two modules with the compiled extension in a stand-in WHMCS, beside a simulated cluster. The site records every
 * warning of PHP, and turns it into an error.
 */
final class ModuleSite
{
    private Simulator $simulator;
    private HostSite $host;
    private string $directory;

    /** @var array<string, string|false> environment as it was */
    private array $before = [];

    /**
     * @param string[] $pool first and last address that is sold
     * @param array<string, string> $switches of the stand-in, over those of the environment
     */
    public function __construct(array $pool = ['192.0.2.10', '192.0.2.30'], array $switches = [])
    {
        putenv('STANDIN_EXTENSION=' . getenv('TEST_EXTENSION'));
        foreach ($switches as $name => $value) {
            $variable = 'STANDIN_' . strtoupper($name);
            $this->before[$variable] = getenv($variable);
            putenv("$variable=$value");
        }
        $this->directory = sys_get_temp_dir() . '/contract-' . getmypid() . '-' . bin2hex(random_bytes(3));
        $options = ['--scenario', 'demo', '--scale', '0.05', '--listen', 'pve1=127.0.0.1:0'];
        $this->simulator = new Simulator((string) getenv('DEMO_SIMULATOR'), $this->directory, $options);
        $parts = parse_url($this->simulator->value('url'));
        $settings = $this->directory . '/product.json';
        file_put_contents($settings, json_encode(['puqkvm' => $this->product()]));
        $this->host = new HostSite(['--switch', 'strict=1'], [
            '--addon', 'puq_proxmox_kvm', '--settings', $settings, '--clients', '2',
            '--options', 'RAM,Operating System', '--templates', '9000|Debian 12,9001|Debian 12 shared',
            '--server-name', 'Cluster', '--server-host', $parts['host'], '--server-port', (string) $parts['port'],
            '--server-user', $this->simulator->value('token_id'),
            '--server-secret', $this->simulator->value('token_secret'),
            '--access-hash', 'fingerprint = ' . $this->simulator->value('fingerprint'),
        ], dirname(__DIR__, 3) . '/php/modules');
        $this->host->serve();
        $this->addPool(['address_start' => $pool[0], 'address_stop' => $pool[1]]);
    }

    public function host(): HostSite
    {
        return $this->host;
    }

    /** The simulated cluster, to look into it and to meddle with it. */
    public function cluster(): \Support\Cluster
    {
        return $this->simulator->cluster();
    }

    public function secret(): string
    {
        return $this->simulator->value('token_secret');
    }

    public function journal(): string
    {
        return $this->directory . '/journal.jsonl';
    }

    /** Sends the form of a new pool. @param array<string, string> $fields @return array<string, mixed> the answer */
    public function addPool(array $fields): array
    {
        return $this->staff()->post('admin/addonmodules.php?module=puq_proxmox_kvm&page=pool', $fields + [
            'server_id' => '1', 'type' => 'IPv4', 'bridge' => 'vmbr0', 'vlan' => '0', 'gateway' => '192.0.2.1',
            'mask' => '24', 'dns1' => '192.0.2.2', 'dns2' => '',
        ]);
    }

    public function staff(): Browser
    {
        $browser = new Browser($this->host);
        $browser->signInStaff('admin');
        return $browser;
    }

    public function client(string $email): Browser
    {
        $browser = new Browser($this->host);
        $browser->signIn($email);
        return $browser;
    }

    /**
     * The command line of cron.php.
     *
     * @param string[] $arguments
     * @param string[] $php options of PHP
     * @return string[]
     */
    public function cronCommand(array $arguments, array $php = []): array
    {
        $script = $this->host->root() . '/modules/addons/puq_proxmox_kvm/cron.php';
        return array_merge([PHP_BINARY, '-d', 'extension=' . getenv('TEST_EXTENSION')], $php, [$script], $arguments);
    }

    /**
     * Runs cron.php to its end.
     *
     * @param string[] $arguments
     * @return array{0: int, 1: string, 2: string} exit status, output, errors
     */
    public function cron(array $arguments): array
    {
        return Process::run($this->cronCommand($arguments));
    }

    /** Runs the cron until a service is in a state; fails with the cron's last words. */
    public function until(int $service, string $state): void
    {
        for ($run = 0; $run < 20; $run++) {
            $output = $this->cron(['--force']);
            if ($this->state($service) === $state) {
                return;
            }
        }
        $is = $this->state($service);
        throw new \RuntimeException("Service $service is $is, not $state: " . $output[1] . $output[2]);
    }

    public function state(int $service): string
    {
        $query = "select vm_status from puqProxmoxKVM_vm_info where service_id = $service";
        return (string) ($this->host->sql($query)[0]['vm_status'] ?? 'none');
    }

    /** Places an order of client 1. @param string[] $words @return int the service */
    public function ordered(array $words = []): int
    {
        $order = ['order', '--client', '1', '--product', '1', '--json'];
        return (int) $this->host->json(array_merge($order, $words))['service'];
    }

    /** Places an order of client 1 and has it delivered. @param string[] $words @return int the service */
    public function delivered(array $words = []): int
    {
        $service = $this->ordered($words);
        $this->until($service, 'ready');
        return $service;
    }

    /** The VM of a service as the cluster has it; null when it has none. @return array<string, mixed>|null */
    public function vm(int $service): ?array
    {
        $query = "select owner_mark from puqProxmoxKVM_vm_info where service_id = $service";
        $mark = (string) $this->host->sql($query)[0]['owner_mark'];
        foreach ($this->simulator->cluster()->simulated()['vms'] as $vm) {
            if (strpos((string) ($vm['config']['description'] ?? ''), $mark) !== false) {
                return $vm;
            }
        }
        return null;
    }

    /** Whether a text is, to the byte, the password that cloud-init gives a service's VM; the simulator keeps a hash. */
    public function hasPassword(int $service, string $password): bool
    {
        $stored = (string) ($this->vm($service)['config']['cipassword'] ?? '');
        return $stored === '$5$sim$' . substr(sha1($password), 0, 32);
    }

    /** A VM of the cluster by its number, whoever's it is. @return array<string, mixed>|null */
    public function guest(int $vmid): ?array
    {
        foreach ($this->simulator->cluster()->simulated()['vms'] as $vm) {
            if ((int) $vm['vmid'] === $vmid) {
                return $vm;
            }
        }
        return null;
    }

    /** @return int[] the numbers of all VMs of the cluster */
    public function guests(): array
    {
        return array_map('intval', array_column($this->simulator->cluster()->simulated()['vms'], 'vmid'));
    }

    /** The address of a VM's network card. */
    public function card(int $vmid): string
    {
        $card = (string) $this->guest($vmid)['config']['net0'];
        return preg_match('/=([0-9A-Fa-f:]{17})/', $card, $match) === 1 ? $match[1] : '';
    }

    /** @return string[] requests that break the rules of the real API */
    public function badRequests(): array
    {
        return $this->simulator->complaints();
    }

    public function close(): void
    {
        foreach ($this->before as $variable => $value) {
            putenv($value === false ? $variable : "$variable=$value");
        }
        $this->simulator->stop();
        exec('rm -rf ' . escapeshellarg($this->directory));
        $this->host->remove();
    }

    /** @return array<string, string> */
    private function product(): array
    {
        $place = $this->simulator->place();
        return [
            'node' => 'automatically', 'template' => (string) $place->template, 'cpu' => '2', 'ram' => '1',
            'system_storage' => $place->storage, 'system_size' => '10', 'additional_size' => '5',
            'bridge' => $place->bridge, 'ipv4' => '1', 'ipv6' => '0', 'dhcp4' => '0', 'dhcp6' => '0',
            'username' => 'guest', 'main_domain' => '.example.com',
            'backups' => '2', 'snapshots' => '2', 'iso_storage' => $this->simulator->value('iso_storage'),
            'backup_storage' => $this->simulator->value('backup_storage') . '|pbs',
        ];
    }
}
