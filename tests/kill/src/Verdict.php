<?php

declare(strict_types=1);

namespace Kill;

/** Compares what the cluster has with what was sold. */
final class Verdict
{
    /** @var Bench */
    private $bench;

    /** @var array<string, array<string, mixed>> VMs of the cluster by VMID, without templates. */
    private $vms = [];

    /** @var array<string, mixed> */
    private $state;

    public function __construct(Bench $bench)
    {
        $this->bench = $bench;
        $this->state = $bench->cluster()->simulated();
        foreach ($this->state['vms'] as $vmid => $vm) {
            // Guests of the scenario have no mark; leftovers of ours may have none either, but the name of a service.
            if (!$vm['template']) {
                $this->vms[(string) $vmid] = $vm;
            }
        }
    }

    /**
     * @param int[] $services
     * @return int how many things are wrong
     */
    public function speak(array $services): int
    {
        $site = $this->bench->site();
        $rows = array_column($site->rows('select * from puqProxmoxKVM_vm_info'), null, 'service_id');
        $addresses = [];
        foreach ($site->rows("select * from puq_proxmox_kvm_addresses where state <> 'quarantine'") as $address) {
            $addresses[$address['service_id']][] = $address;
        }
        $wrong = [];
        foreach ($services as $service) {
            $wrong = array_merge($wrong, $this->order($service, $rows[$service] ?? [], $addresses[$service] ?? []));
        }
        $orders = count($services);
        $results = [
            "$orders orders, each with exactly one running VM of its name, mark and addresses" => $wrong,
            'no VM beside those of the orders and of the scenario' => $this->strangers($rows),
            'no disk without its VM' => $this->orphans(),
            'no address or VMID twice' => $this->doubles($addresses, $rows),
            'no task runs, no operation is open' => $this->unfinished(),
            'every client got the mail' => $this->mails($services),
            'no fault in PHP' => array_column($site->json(['faults', '--json']), 'message'),
        ];
        $failed = 0;
        foreach ($results as $name => $errors) {
            $failed += $errors === [] ? 0 : 1;
            echo $errors === [] ? 'ok - ' : implode("\n", array_slice($errors, 0, 20)) . "\nnot ok - ", $name, "\n";
        }
        return $failed;
    }

    /**
     * @param array<string, mixed> $row
     * @param array<int, array<string, mixed>> $addresses
     * @return string[]
     */
    private function order(int $service, array $row, array $addresses): array
    {
        $wrong = [];
        $vm = $this->vms[(string) ($row['vm_id'] ?? '')] ?? null;
        if ($vm === null) {
            return ["service $service: there is no VM " . ($row['vm_id'] ?? '(none)')];
        }
        $config = $vm['config'];
        $marked = array_filter($this->vms, static function (array $vm) use ($row): bool {
            return strpos((string) ($vm['config']['description'] ?? ''), (string) $row['owner_mark']) !== false;
        });
        if (count($marked) !== 1) {
            $wrong[] = "service $service: its mark is on " . count($marked) . ' VMs';
        }
        if (count($addresses) !== 1) {
            $wrong[] = "service $service: it has " . count($addresses) . ' addresses';
        }
        $address = $addresses[0] ?? ['text' => '?', 'prefix' => 0];
        $expected = [
            'status' => [$vm['status'], 'running'],
            'node' => [$vm['node'], $row['node']],
            'lock' => [$vm['lock'] ?? '', ''],
            'name' => [$config['name'] ?? '', str_replace('.example.com', '', (string) $row['vm_name'])],
            'address' => [
                explode(',', $config['ipconfig0'] ?? '')[0],
                "ip={$address['text']}/{$address['prefix']}",
            ],
            'memory' => [(string) ($config['memory'] ?? ''), '256'],
            'second disk' => [isset($config['scsi1']) ? 'there' : 'not', 'there'],
        ];
        foreach ($expected as $what => [$is, $should]) {
            $name = str_replace('.example.com', '', (string) $is);
            if ($name !== (string) $should) {
                $wrong[] = "service $service: $what is \"$is\" and not \"$should\"";
            }
        }
        return $wrong;
    }

    /**
     * @param array<int, array<string, mixed>> $rows
     * @return string[]
     */
    private function strangers(array $rows): array
    {
        $sold = array_map('strval', array_column($rows, 'vm_id'));
        // The guests that the scenario starts with.
        $known = ['101', '102', '115'];
        $wrong = [];
        foreach (array_diff(array_map('strval', array_keys($this->vms)), $sold, $known) as $vmid) {
            $wrong[] = "VM $vmid: " . json_encode($this->vms[$vmid]['config']);
        }
        return $wrong;
    }

    /** @return string[] */
    private function orphans(): array
    {
        $wrong = [];
        foreach ($this->state['volumes'] as $volume) {
            $vmid = (string) ($volume['vmid'] ?? '');
            if ($volume['content'] !== 'images' || $vmid === '') {
                continue;
            }
            $config = json_encode($this->state['vms'][$vmid]['config'] ?? [], JSON_UNESCAPED_SLASHES);
            if (strpos((string) $config, (string) $volume['volid']) === false) {
                $wrong[] = "{$volume['volid']} is in no configuration";
            }
        }
        return $wrong;
    }

    /**
     * @param array<int, array<int, array<string, mixed>>> $addresses
     * @param array<int, array<string, mixed>> $rows
     * @return string[]
     */
    private function doubles(array $addresses, array $rows): array
    {
        $all = array_column(array_merge([], ...array_values($addresses)), 'text');
        $wrong = array_diff_key($all, array_unique($all));
        $ids = array_column($rows, 'vm_id');
        return array_values(array_merge($wrong, array_diff_key($ids, array_unique($ids))));
    }

    /** @return string[] */
    private function unfinished(): array
    {
        $wrong = [];
        foreach ($this->state['tasks'] as $task) {
            if (($task['status'] ?? '') === 'running') {
                $wrong[] = 'runs: ' . $task['upid'];
            }
        }
        foreach ($this->bench->site()->rows("select * from puq_proxmox_kvm_operations where outcome = ''") as $open) {
            $wrong[] = "open: {$open['kind']} of service {$open['service_id']}";
        }
        return $wrong;
    }

    /**
     * @param int[] $services
     * @return string[]
     */
    private function mails(array $services): array
    {
        $counts = array_fill_keys($services, 0);
        foreach ($this->bench->site()->json(['mail', 'list', '--json']) as $mail) {
            if (strpos((string) $mail['template_name'], 'ready') !== false) {
                $counts[(int) $mail['relid']]++;
            }
        }
        $twice = count(array_filter($counts, static function (int $count): bool {
            return $count > 1;
        }));
        echo "$twice clients got their mail more than once: the cron was killed between sending and noting it\n";
        return array_map(static function (int $service): string {
            return "service $service: no mail";
        }, array_keys($counts, 0, true));
    }
}
