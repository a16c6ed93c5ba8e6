<?php

declare(strict_types=1);

namespace Chaos;

/** Compares, at rest, what cluster, WHMCS and our tables hold with what was sold. */
final class Verdict
{
    /** What cron.php may end with, by its own head. */
    private const ENDS = [0, 1, 64, 69, 70, 75, 78];

    private Evidence $evidence;

    /** @var array<int, array<string, mixed>> WHMCS's own row of each service. */
    private array $hosting;

    public function __construct(private Scene $scene, private Plan $plan)
    {
        $this->evidence = new Evidence($scene->bench);
        $this->hosting = array_column($scene->books->rows('select * from tblhosting'), null, 'id');
    }

    /**
     * @param array<int, int> $services by order
     * @return string[] what is wrong
     */
    public function findings(array $services): array
    {
        $wrong = [];
        if (count($services) !== count($this->plan->stories)) {
            $wrong[] = 'only ' . count($services) . ' orders were taken';
        }
        foreach ($services as $number => $service) {
            foreach ($this->order($number, $service) as $text) {
                $wrong[] = "order $number, service $service ({$this->plan->stories[$number]->name}): $text";
            }
        }
        $dead = $this->dead();
        $others = array_merge($this->scene->stranger->vmids(), $dead);
        $findings = new Findings($this->evidence);
        return array_merge(
            $wrong,
            $findings->strangers($others),
            $findings->orphans($others),
            $findings->doubles($this->scene->stranger->vmids()),
            $findings->unfinished(),
            $this->leases(),
            $this->scene->stranger->complaints($this->scene->bench->journal()),
            array_filter($this->evidence->faults, [self::class, 'isOurs']),
            $this->signs(),
            $this->forms(),
            $this->leaks(),
            $this->scene->bench->simulator->complaints()
        );
    }

    /** @return string[] */
    private function order(int $number, int $service): array
    {
        $row = $this->evidence->rows[$service] ?? null;
        if ($row === null) {
            return ['there is no record of it'];
        }
        $status = (string) $this->hosting[$service]['domainstatus'];
        if ($row['vm_status'] === 'remove') {
            $wrong = $this->ended($service);
            // A suspension granted in the moment of the end may be the last that WHMCS writes down.
            $late = $status === 'Suspended' && $this->plan->stories[$number]->does('Terminate');
            return $status === 'Terminated' || $late ? $wrong
                : array_merge($wrong, ["it is removed, but WHMCS says $status"]);
        }
        if ($row['vm_status'] !== 'ready') {
            // Only a lack of addresses keeps an order from its end.
            return trim((string) $row['waiting']) === '' ? ["it is at {$row['vm_status']} and nobody knows why"] : [];
        }
        if (!in_array($status, ['Active', 'Suspended'], true)) {
            return ["it is ready, but WHMCS says $status"];
        }
        return $this->alive($number, $service, $status === 'Suspended');
    }

    /** Nothing of the service is left. @return string[] */
    private function ended(int $service): array
    {
        $wrong = [];
        $left = array_diff($this->evidence->marked($service), $this->scene->stranger->vmids());
        foreach ($left as $vmid) {
            $wrong[] = "it has ended, but VM $vmid carries its mark";
        }
        foreach ($this->evidence->addresses[$service] ?? [] as $address) {
            $wrong[] = "it has ended, but holds {$address['text']}";
        }
        foreach ($this->evidence->backups($service) as $backup) {
            $wrong[] = "it has ended, but its backup $backup is there";
        }
        $query = "select vmid from puq_proxmox_kvm_vmids where service_id = $service";
        foreach ($this->scene->books->rows($query) as $held) {
            $wrong[] = "it has ended, but holds VMID {$held['vmid']}";
        }
        return $wrong;
    }

    /** Exactly one VM, with exactly what was sold. @return string[] */
    private function alive(int $number, int $service, bool $suspended): array
    {
        $row = $this->evidence->rows[$service];
        $vm = $this->evidence->vm($service);
        if ($vm === null) {
            return ['there is no VM ' . ($row['vm_id'] ?? '(none)')];
        }
        $config = $vm['config'];
        $marked = array_diff($this->evidence->marked($service), $this->scene->stranger->vmids());
        $addresses = $this->evidence->addresses[$service] ?? [];
        $address = $addresses[0] ?? ['text' => '?', 'prefix' => 0];
        $sold = $this->scene->bench->site->json(['params', (string) $service])['configoptions'];
        $held = "select vmid from puq_proxmox_kvm_vmids where service_id = $service and state = 'held'";
        $sets = $vm['firewall']['ipsets']['ipfilter-net0'] ?? [];
        $is = [
            'VMs with its mark' => [implode(',', $marked), (string) $row['vm_id']],
            'VMIDs it holds' => [
                implode(',', array_column($this->scene->books->rows($held), 'vmid')), (string) $row['vm_id'],
            ],
            'number of addresses' => [count($addresses), 1],
            'address in WHMCS' => [$this->hosting[$service]['dedicatedip'], $address['text']],
            'address in cloud-init' => [
                explode(',', $config['ipconfig0'] ?? '')[0], "ip={$address['text']}/{$address['prefix']}",
            ],
            'addresses in the firewall' => [implode(',', self::cidrs($sets)), $address['text']],
            'node' => [$vm['node'], $row['node']],
            'lock' => [$vm['lock'] ?? '', ''],
            'name' => [$config['name'] ?? '', $row['vm_name']],
            'card' => [(int) (stripos($config['net0'] ?? '', (string) $row['vm_net0_mac']) !== false), 1],
            'memory' => [$config['memory'] ?? '', (string) (1024 * (int) $sold['RAM'])],
            'second disk' => [isset($config['scsi1']) ? 'there' : 'not', 'there'],
            'suspended' => [$row['suspended_from'] !== '', $suspended],
        ];
        $story = $this->plan->stories[$number];
        if ($suspended || !$story->switches()) {
            $is['power'] = [$vm['status'], $suspended ? 'stopped' : 'running'];
        }
        if (!$story->goesBack()) {
            // As the simulator keeps passwords: a digest that begins so.
            $known = $this->scene->bench->site->json(['service', (string) $service])['service'];
            $password = (string) $known['password'];
            $is['password'] = [$config['cipassword'] ?? '', '$5$sim$' . substr(sha1($password), 0, 32)];
        }
        $wrong = [];
        foreach ($is as $what => [$found, $should]) {
            if ($found != $should) {
                $wrong[] = "$what: " . json_encode($found) . ' and not ' . json_encode($should);
            }
        }
        return array_merge($wrong, $this->kept($service, $vm), $this->mails($service));
    }

    /** What the client keeps of it is within the package. @param array<string, mixed> $vm @return string[] */
    private function kept(int $service, array $vm): array
    {
        $wrong = [];
        $backups = count($this->evidence->backups($service));
        $snapshots = count($vm['snapshots']);
        if ($backups > 2 || $snapshots > 2) {
            $wrong[] = "$backups backups and $snapshots snapshots where two of each are sold";
        }
        return $wrong;
    }

    /** Mails are sent at least once. @return string[] */
    private function mails(int $service): array
    {
        $wrong = [];
        if ($this->evidence->mailed($service, 'puqProxmoxKVM VM is ready') === 0) {
            $wrong[] = 'the owner was never told that it is ready';
        }
        $restored = $this->scene->books->rows("select id from puq_proxmox_kvm_runs where service_id = $service "
            . "and flow = 'Restore' and result = 'success' and steps like '%Restore backup\"%'");
        if ($restored !== [] && $this->evidence->mailed($service, 'puqProxmoxKVM Backup restored') === 0) {
            $wrong[] = 'the owner was never told that a backup was restored';
        }
        $reset = $this->scene->books->rows("select id from puq_proxmox_kvm_runs where service_id = $service "
            . "and flow = 'ResetPassword' and result = 'success'");
        if ($reset !== [] && $this->evidence->mailed($service, 'puqProxmoxKVM Reset password') === 0) {
            $wrong[] = 'the owner was never told the new password';
        }
        return $wrong;
    }

    /**
     * Clones whose worker died half-way: without a mark they may be anybody's, so they are left, and the staff is told.
     *
     * @return string[] VMIDs
     */
    private function dead(): array
    {
        $entries = $this->scene->books->rows('select description from tblactivitylog');
        $told = implode("\n", array_column($entries, 'description'));
        $dead = [];
        foreach ($this->evidence->vms as $vmid => $vm) {
            if (($vm['lock'] ?? '') === 'clone' && strpos($told, "VM $vmid on") !== false) {
                $dead[] = (string) $vmid;
            }
        }
        return $dead;
    }

    /** While the database is away WHMCS itself fails, with no file of the modules under way: those faults are its own. */
    private static function isOurs(string $fault): bool
    {
        $own = strpos($fault, 'Uncaught PDOException') === 0 && strpos($fault, '/tests/host/') !== false;
        return !$own || strpos($fault, '/modules/') !== false;
    }

    /** Every VM's address has its name, and none has that is not there. @return string[] */
    private function signs(): array
    {
        $names = [];
        foreach ($this->evidence->rows as $service => $row) {
            $address = $this->evidence->addresses[$service][0]['text'] ?? '';
            if ($row['vm_status'] === 'ready' && $address !== '') {
                $names[(string) $this->hosting[$service]['domain']] = $address;
            }
        }
        return $this->scene->signs->complaints($names);
    }

    /** Every run ended as documented, and printed no more than it should. @return string[] */
    private function forms(): array
    {
        $wrong = [];
        foreach ($this->scene->machines as $machine) {
            foreach (array_diff_key($machine->ends(), array_flip(self::ENDS)) as $status => $times) {
                $wrong[] = "$times runs on {$machine->name} ended with $status";
            }
            $pattern = '/.*(SQLSTATE|Stack trace|PHP Fatal|Uncaught).*/';
            if (preg_match($pattern, (string) file_get_contents($machine->log()), $found) === 1) {
                $wrong[] = "a run on {$machine->name} printed: {$found[0]}";
            }
        }
        return $wrong;
    }

    /** @return string[] */
    private function leases(): array
    {
        $query = "select service_id, holder from puq_proxmox_kvm_leases where expires_at > unix_timestamp()";
        return array_map(static function (array $lease): string {
            return "{$lease['holder']} still holds service {$lease['service_id']}";
        }, $this->scene->books->rows($query));
    }

    /** @return string[] */
    private function leaks(): array
    {
        [$status, $output] = $this->scene->bench->site->attempt(array_merge(['leaks'], $this->scene->logs()));
        return $status === 0 ? [] : ['secrets stand where none may: ' . trim($output)];
    }

    /** @param array<mixed> $set @return string[] addresses without prefix */
    private static function cidrs(array $set): array
    {
        return array_map(static function (array $entry): string {
            return explode('/', (string) ($entry['cidr'] ?? ''))[0];
        }, array_values(array_filter($set, 'is_array')));
    }
}
