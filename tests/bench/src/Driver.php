<?php

declare(strict_types=1);

namespace Bench;

use Support\Problem;

/**
 * The way a plain PHP module works: one request after another, one VM after another. It is tuned: one connection is
 * kept alive, tasks are looked at as often as ours are.
 */
final class Driver
{
    /** The longest pause is so many times the first. */
    private const LONGEST = 20;

    /** @var \CurlHandle|resource */
    private $curl;

    private string $url;

    /** @var string[] */
    private array $headers;
    private int $calls = 0;

    public function __construct(string $url, string $tokenId, string $secret)
    {
        $this->url = $url . '/api2/json';
        $this->headers = ["Authorization: PVEAPIToken=$tokenId=$secret"];
        $this->curl = curl_init();
        curl_setopt_array($this->curl, [
            CURLOPT_RETURNTRANSFER => true, CURLOPT_TCP_NODELAY => true, CURLOPT_TIMEOUT => 60,
            // The simulator's certificate is its own; checking it would cost this side once per connection.
            CURLOPT_SSL_VERIFYPEER => false, CURLOPT_SSL_VERIFYHOST => 0,
        ]);
    }

    public function calls(): int
    {
        return $this->calls;
    }

    /** A VM from its template to running, by the calls that our own deploy makes for one VM alone. */
    public function deploy(int $template, string $home, string $target, int $vmid, string $address): void
    {
        $this->call('GET', '/cluster/resources');
        $this->call('GET', "/nodes/$home/qemu/$template/config");
        $this->call('GET', "/nodes/$home/storage/pbs-backup/content?content=backup");
        $this->await($this->call('POST', "/nodes/$home/qemu/$template/clone", [
            'newid' => $vmid, 'full' => 1, 'name' => "bench-$vmid", 'description' => "made by the bench: $vmid",
        ]));
        $config = (array) $this->call('GET', "/nodes/$home/qemu/$vmid/config");
        if ($target !== $home) {
            $this->await($this->call('POST', "/nodes/$home/qemu/$vmid/migrate", [
                'target' => $target, 'targetstorage' => 'local-lvm',
            ]));
            $config = (array) $this->call('GET', "/nodes/$target/qemu/$vmid/config");
        }
        $vm = "/nodes/$target/qemu/$vmid";
        $this->call('PUT', "$vm/config", [
            'cores' => 1, 'sockets' => 1, 'memory' => 1024, 'onboot' => 1, 'tags' => 'bench',
            'digest' => $config['digest'] ?? '',
        ]);
        $this->await($this->call('PUT', "$vm/resize", ['disk' => 'scsi0', 'size' => '10G']));
        $this->call('PUT', "$vm/config", ['net0' => ($config['net0'] ?? '') . ',rate=12.5']);
        $this->call('GET', "$vm/firewall/options");
        $this->call('GET', "$vm/firewall/ipset");
        $this->call('POST', "$vm/firewall/ipset", ['name' => 'ipfilter-net0']);
        $this->call('POST', "$vm/firewall/ipset/ipfilter-net0", ['cidr' => $address]);
        $this->call('PUT', "$vm/firewall/options", ['enable' => 1, 'ipfilter' => 1, 'policy_in' => 'ACCEPT']);
        $this->call('PUT', "$vm/config", [
            'ciuser' => 'bench', 'cipassword' => 'not-a-secret', 'ipconfig0' => "ip=$address/16,gw=10.20.0.1",
            'nameserver' => '9.9.9.9', 'searchdomain' => 'example.com',
        ]);
        $this->await($this->call('POST', "$vm/status/start"));
        $status = (array) $this->call('GET', "$vm/status/current");
        if (($status['status'] ?? '') !== 'running') {
            throw new Problem("VM $vmid does not run.");
        }
    }

    /** What a client's page shows, asked for one after another. */
    public function overview(string $node, int $vmid): void
    {
        $this->call('GET', "/nodes/$node/qemu/$vmid/status/current");
        $this->call('GET', "/nodes/$node/qemu/$vmid/config");
    }

    /**
     * @param array<string, scalar> $fields
     * @return mixed
     */
    private function call(string $method, string $path, array $fields = [])
    {
        $this->calls++;
        $options = [
            CURLOPT_URL => $this->url . $path, CURLOPT_CUSTOMREQUEST => $method, CURLOPT_HTTPHEADER => $this->headers,
            CURLOPT_POSTFIELDS => null, CURLOPT_HTTPGET => true,
        ];
        if ($method !== 'GET') {
            $options = [CURLOPT_POSTFIELDS => http_build_query($fields)] + $options;
            unset($options[CURLOPT_HTTPGET]);
        }
        curl_setopt_array($this->curl, $options);
        $text = curl_exec($this->curl);
        $status = (int) curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE);
        if ($status !== 200) {
            throw new Problem("The sequential driver: $method $path: $status " . curl_error($this->curl) . $text);
        }
        return json_decode((string) $text, true)['data'] ?? null;
    }

    /** @param mixed $upid Null where the call is done already. */
    private function await($upid): void
    {
        if (!is_string($upid)) {
            return;
        }
        $node = explode(':', $upid)[1] ?? '';
        $began = hrtime(true);
        $first = Lab::LOOK_MS * 1000;
        do {
            $passed = (hrtime(true) - $began) / 1000;
            usleep((int) max($first, min($passed / 25, $first * self::LONGEST)));
            $status = (array) $this->call('GET', "/nodes/$node/tasks/" . rawurlencode($upid) . '/status');
        } while (($status['status'] ?? '') === 'running');
        if (($status['exitstatus'] ?? '') !== 'OK') {
            throw new Problem("A task failed: $upid " . ($status['exitstatus'] ?? ''));
        }
    }
}
