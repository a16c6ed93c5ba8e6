<?php

declare(strict_types=1);

namespace Chaos;

/**
 * A machine lost for good in the middle of its work. As long as its leases last nobody else may touch its services;
 * once they have lapsed the others go on.
 */
final class Loss
{
    /** Longer than any lease and any operation's deadline, in seconds. */
    private const AGE = 3600;

    /** @var array<string, bool> Operations that were there when it was lost. */
    private array $known;

    /** @param int[] $services The services it held. */
    private function __construct(private string $machine, private array $services, private Books $books)
    {
        $this->known = $this->operations();
    }

    /** Kills a machine for good if it is at work; null: it is not. */
    public static function strike(Machine $machine, Books $books): ?self
    {
        $name = $machine->name;
        $query = "select service_id from puq_proxmox_kvm_leases where holder like '$name:%' "
            . 'and expires_at > unix_timestamp()';
        if (count($books->rows($query)) === 0) {
            return null;
        }
        $machine->lose();
        $held = array_map('intval', array_column($books->rows($query), 'service_id'));
        // Between the look and the blow its run may have ended well: then it holds nothing.
        return new self($name, $held, $books);
    }

    public function count(): int
    {
        return count($this->services);
    }

    /** Whether others began something with its services meanwhile, which they must not. @return string[] */
    public function trespasses(): array
    {
        $wrong = [];
        foreach (array_keys(array_diff_key($this->operations(), $this->known)) as $operation) {
            $wrong[] = "while the lost machine's lease lasted, others began $operation";
        }
        return $wrong;
    }

    /** An hour passes for what the machine left behind: its leases lapse, its operations' deadlines are over. */
    public function age(): void
    {
        $age = self::AGE;
        $mine = "holder like '$this->machine:%'";
        $this->books->change("update puq_proxmox_kvm_leases set expires_at = expires_at - $age where $mine");
        $this->books->change(
            "update puq_proxmox_kvm_operations set deadline = deadline - $age where outcome = '' and $mine"
        );
    }

    /** Operations on its services. @return array<string, bool> */
    private function operations(): array
    {
        if ($this->services === []) {
            return [];
        }
        $services = implode(',', $this->services);
        $rows = $this->books->rows("select id, kind, service_id from puq_proxmox_kvm_operations "
            . "where service_id in ($services)");
        $found = [];
        foreach ($rows as $row) {
            $found["{$row['kind']} of service {$row['service_id']} ({$row['id']})"] = true;
        }
        return $found;
    }
}
