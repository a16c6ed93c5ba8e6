<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Cluster;
use Support\Problem;
use Support\Site;

/** One VM's life: each operation asked for, waited for, and compared in every field with what Proxmox then reports. */
final class Life
{
    /** Seconds that a VM gets to come back after a reboot. */
    private const RESTART = 60;

    public Wares $wares;
    public Names $names;
    public int $service = 0;
    private Guest $guest;
    public Wanted $wanted;

    /** @var string[] UPIDs that were there before the operation. */
    private array $known = [];

    public function __construct(
        public readonly Hand $hand,
        private Rest $rest,
        private Site $site,
        private Cluster $cluster,
        public readonly Ledger $ledger,
        /** Seconds that one operation may take. */
        private int $patience,
        /** Seconds that a guest gets to boot before it is asked to shut down. */
        private int $boot
    ) {
    }

    /**
     * Orders a VM and waits until it is delivered.
     *
     * @return bool whether there is a VM to go on with
     */
    public function begin(Wares $wares, Names $names): bool
    {
        $this->wares = $wares;
        $this->names = $names;
        $asked = "template {$wares->template()}";
        $began = microtime(true);
        try {
            // Its VM may get the number of one that is gone, whose tasks are still listed.
            $this->known = $this->ended();
            $this->service = $this->hand->order();
            $this->rest->await($this->service, 'ready', $this->patience);
        } catch (Problem $problem) {
            $this->ledger->fail('deploy', $asked, $problem->getMessage(), microtime(true) - $began);
            return false;
        }
        $query = "select owner_mark from puqProxmoxKVM_vm_info where service_id = $this->service";
        $this->guest = new Guest($this->cluster, (string) $this->site->rows($query)[0]['owner_mark']);
        $this->wanted = $wares->delivered(1, $this->service);
        $this->wanted->change($this->around('Active') + ['mails' => 'Welcome Email | VM is ready']);
        $this->compare('deploy', $asked, [
            'vmid', 'node', 'power', 'cores', 'memory', 'system_gib', 'ip4', 'ip6', 'net_rate',
        ], $began, ['qmstart']);
        return true;
    }

    /**
     * One operation.
     *
     * @param array<string, string> $changes What it shall change of the fields.
     * @param string[] $tasks Kinds of Proxmox tasks that must have ended well.
     * @param callable(): (string[]|null) $ask Asks for it; may answer with other kinds of tasks.
     */
    public function step(string $operation, array $changes, array $tasks, callable $ask): void
    {
        $began = microtime(true);
        $asked = $this->describe($changes);
        try {
            $this->known = array_keys($this->tasks([]));
            $tasks = $ask() ?? $tasks;
            $this->settle();
        } catch (Problem $problem) {
            $this->ledger->fail($operation, $asked, $problem->getMessage(), microtime(true) - $began);
            $this->wanted->change($changes);
            return;
        }
        $this->wanted->change($changes);
        $this->compare($operation, $asked, array_keys($changes), $began, $tasks);
    }

    /** The last operation: afterwards there is no VM. */
    public function end(): void
    {
        $began = microtime(true);
        $asked = 'no VM, no backups, no names';
        try {
            $this->must($this->hand->command($this->service, 'Terminate'));
            $this->rest->await($this->service, 'remove', $this->patience);
            $place = $this->guest->place();
            $backups = $this->guest->backups($this->wanted->field('node'), $this->wares->backupStorage);
            $reported = [
                'vm' => $place === null ? '' : "VM {$place['vmid']}", 'backups' => implode(' | ', $backups),
                'names' => implode(', ', $this->names->found()), 'whmcs' => $this->whmcs(),
            ];
            $nothing = new Wanted(['vm' => '', 'backups' => '', 'names' => '', 'whmcs' => 'Terminated']);
            $text = $place === null ? 'no VM carries the mark, qmdestroy' : $reported['vm'];
            $differences = $nothing->differences($reported);
            $this->ledger->enter('terminate', $asked, $text, microtime(true) - $began, $differences);
        } catch (Problem $problem) {
            $this->ledger->fail('terminate', $asked, $problem->getMessage(), microtime(true) - $began);
        }
    }

    /** A guest that boots hears no power button yet, and its agent does not answer. */
    public function letBoot(): void
    {
        sleep($this->boot);
    }

    /**
     * Waits until Proxmox reports the VM as running. After a reboot a process of its own starts it, a moment after the
     * task has ended (PVE::CLI::qm, cleanup).
     */
    public function awaitRunning(): void
    {
        $end = microtime(true) + self::RESTART;
        while ($this->guest->power() !== 'running' && microtime(true) < $end) {
            usleep(300000);
        }
    }

    /** Whether every disk of the VM is where snapshots can be made. */
    public function canSnapshot(): bool
    {
        return $this->guest->has('snapshot');
    }

    /** Runs the cron until the service is at rest. */
    public function settle(): void
    {
        $this->rest->await($this->service, 'ready', $this->patience);
    }

    /**
     * Asks as the owner, and insists.
     *
     * @param array<string, string> $fields
     * @return array<string, mixed> the answer
     * @throws Problem with the refusal
     */
    public function client(array $fields): array
    {
        return self::granted($this->hand->client($this->service, $fields), $fields['op']);
    }

    /**
     * Asks as staff, and insists.
     *
     * @param array<string, string> $fields
     * @return array<string, mixed> the answer
     * @throws Problem with the refusal
     */
    public function staff(array $fields): array
    {
        return self::granted($this->hand->staff($this->service, $fields), $fields['op']);
    }

    /** @throws Problem unless the module's answer is "success" */
    public function must(string $answer): void
    {
        if ($answer !== 'success') {
            throw new Problem("The module answers: $answer");
        }
    }

    /** How the last task of a kind ended since the operation began; '' where there is none. */
    public function lastEnd(string $type): string
    {
        $end = '';
        foreach ($this->tasks($this->known) as $task) {
            $end = $task['type'] === $type ? $task['end'] : $end;
        }
        return $end;
    }

    /**
     * @param string[] $shown Fields that the line names.
     * @param string[] $tasks
     */
    private function compare(string $operation, string $asked, array $shown, float $began, array $tasks): void
    {
        try {
            $reported = $this->guest->fields();
            $backups = $this->guest->backups($reported['node'], $this->wares->backupStorage);
            $reported += ['backups' => implode(' | ', $backups), 'names' => implode(', ', $this->names->found()),
                'whmcs' => $this->whmcs(), 'mails' => $this->mails()];
            $ended = $this->tasks($this->known);
            $password = $this->password();
        } catch (Problem $problem) {
            $this->ledger->fail($operation, $asked, $problem->getMessage(), microtime(true) - $began);
            return;
        }
        $differences = $this->wanted->differences($reported);
        $done = [];
        foreach ($ended as $task) {
            $done[$task['type']] = $task['end'];
        }
        foreach ($tasks as $type) {
            if (strpos($done[$type] ?? '', 'OK') !== 0 && strpos($done[$type] ?? '', 'WARNINGS') !== 0) {
                $differences["task $type"] = ['asked' => 'OK', 'reported' => $done[$type] ?? 'no such task'];
            }
        }
        $knows = $this->guest->knows($password, $reported);
        if ($knows === false) {
            $differences['login'] = ['asked' => 'the password in WHMCS', 'reported' => 'another one'];
        }
        $text = $this->describe(array_intersect_key($reported, array_flip($shown)));
        if ($knows === true && in_array('password', $shown, true)) {
            $text .= ', the password is the one in WHMCS';
        }
        foreach ($done as $type => $end) {
            $text .= ", $type $end";
        }
        $agree = $this->wanted->count() - count(array_intersect_key($differences, $reported));
        $text .= ", $agree of {$this->wanted->count()} fields agree";
        $this->ledger->enter($operation, $asked, ltrim($text, ', '), microtime(true) - $began, $differences);
    }

    /** @return string[] What the nodes list now, of whichever VM. */
    private function ended(): array
    {
        $listed = [];
        foreach ((array) $this->cluster->get('/nodes') as $node) {
            $tasks = (array) $this->cluster->get("/nodes/{$node['node']}/tasks?source=all&limit=500");
            $listed = array_merge($listed, array_column($tasks, 'upid'));
        }
        return $listed;
    }

    /** @param string[] $known @return array<string, array{type: string, end: string}> */
    private function tasks(array $known): array
    {
        $place = $this->guest->place();
        return $place === null ? [] : $this->guest->tasks($place['node'], $place['vmid'], $known);
    }

    /** What WHMCS and the name server must have. @return array<string, string> */
    public function around(string $status): array
    {
        $address = explode('/', $this->wares->delivered(1, $this->service)->field('ip4'))[0];
        $fields = ['whmcs' => trim("$status " . ($address === 'dhcp' ? '' : $address))];
        return $fields + ['names' => implode(', ', $this->names->wanted("1-$this->service"))];
    }

    private function whmcs(): string
    {
        $row = $this->site->rows("select domainstatus, dedicatedip from tblhosting where id = $this->service")[0];
        return trim($row['domainstatus'] . ' ' . $row['dedicatedip']);
    }

    /** The guest's password as WHMCS has it. */
    public function password(): string
    {
        return (string) $this->site->json(['service', (string) $this->service])['service']['password'];
    }

    /** The mails that the service's owner got, by their templates. */
    private function mails(): string
    {
        $names = [];
        foreach ($this->site->json(['mail', 'list', '--json']) as $mail) {
            if ((int) $mail['relid'] === $this->service) {
                $names[] = preg_replace('/^puqProxmox(KVM|VKM) /', '', (string) $mail['template_name']);
            }
        }
        return implode(' | ', $names);
    }

    /** @param array<string, string> $fields */
    private function describe(array $fields): string
    {
        $words = [];
        foreach ($fields as $name => $value) {
            if (!in_array($name, ['mails', 'whmcs'], true) && $value !== Wanted::ANY) {
                $words[] = "$name=" . ($value === '' ? 'none' : $value);
            }
        }
        return implode(', ', $words) ?: 'as it was';
    }

    /** @param array<string, mixed> $answer @return array<string, mixed> */
    private static function granted(array $answer, string $op): array
    {
        if (($answer['ok'] ?? false) !== true) {
            throw new Problem("The module refuses \"$op\": " . ($answer['error'] ?? json_encode($answer)));
        }
        return $answer;
    }
}
