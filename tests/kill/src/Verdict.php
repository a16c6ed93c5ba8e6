<?php

declare(strict_types=1);

namespace Kill;

/** Compares what the cluster has with what was sold. */
final class Verdict
{
    /** The guests that the scenario starts with; they have no mark, as leftovers of ours may have none. */
    private const KNOWN = ['101', '102', '115'];

    /** @var Evidence */
    private $evidence;

    public function __construct(Bench $bench)
    {
        $this->evidence = new Evidence($bench);
    }

    /**
     * @param int[] $services
     * @return int how many things are wrong
     */
    public function speak(array $services): int
    {
        $findings = new Findings($this->evidence);
        $wrong = array_merge([], ...array_map([$this, 'order'], $services));
        $orders = count($services);
        return Findings::speak([
            "$orders orders, each with exactly one running VM of its name, mark and addresses" => $wrong,
            'no VM beside those of the orders and of the scenario' => $findings->strangers(self::KNOWN),
            'no disk without its VM' => $findings->orphans(),
            'no address, VMID or network card twice' => $findings->doubles(),
            'no task runs, no operation is open' => $findings->unfinished(),
            'every client got the mail' => $this->mails($services),
            'no fault in PHP' => $this->evidence->faults,
        ]);
    }

    /** @return string[] */
    private function order(int $service): array
    {
        $row = $this->evidence->rows[$service] ?? [];
        $vm = $this->evidence->vm($service);
        if ($vm === null) {
            return ["service $service: there is no VM " . ($row['vm_id'] ?? '(none)')];
        }
        $wrong = [];
        $config = $vm['config'];
        $marked = count($this->evidence->marked($service));
        if ($marked !== 1) {
            $wrong[] = "service $service: its mark is on $marked VMs";
        }
        $addresses = $this->evidence->addresses[$service] ?? [];
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
     * @param int[] $services
     * @return string[]
     */
    private function mails(array $services): array
    {
        $wrong = [];
        $twice = 0;
        foreach ($services as $service) {
            $count = $this->evidence->mailed($service, 'puqProxmoxKVM VM is ready');
            $twice += $count > 1 ? 1 : 0;
            if ($count === 0) {
                $wrong[] = "service $service: no mail";
            }
        }
        echo "$twice clients got their mail more than once: the cron was killed between sending and noting it\n";
        return $wrong;
    }
}
