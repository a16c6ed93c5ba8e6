<?php

declare(strict_types=1);

namespace Contract;

use Support\Process;

require_once dirname(__DIR__) . '/support/autoload.php';

/** Three cron processes at once on one database. One of them is killed in the middle of its work. */
final class MachinesTest extends SiteTestCase
{
    private const ORDERS_OF_EACH = 4;

    /** Seconds that something may take at most; only a failure waits so long. */
    private const PATIENCE = 120;

    public function testTheWorkIsSharedAndWhatAKilledOneLeftIsDoneByTheOthers(): void
    {
        $host = self::$site->host();
        $before = self::$site->guests();
        $machines = [];
        $services = [];
        for ($machine = 0; $machine < 3; $machine++) {
            for ($order = 0; $order < self::ORDERS_OF_EACH; $order++) {
                $services[] = self::$site->ordered();
            }
            $machines[] = $this->machine($machine);
            // Its share is leased before the next machine comes.
            $this->await("machine $machine has its share", fn (): bool => self::unclaimed($services) === 0);
        }
        // An order that is placed while a run is on may join it, so who does what is not known beforehand: whoever has
        // something under way is killed.
        $victim = null;
        $this->await('one has something under way', static function () use ($machines, &$victim): bool {
            $open = "select distinct holder from puq_proxmox_kvm_operations where outcome = ''";
            foreach (self::$site->host()->sql($open) as $row) {
                foreach ($machines as $number => $machine) {
                    $victim = (int) explode(':', $row['holder'])[1] === $machine->number() ? $number : $victim;
                }
            }
            return $victim !== null;
        });
        $machines[$victim]->kill();
        unset($machines[$victim]);
        $left = count(array_filter($services, static function (int $service): bool {
            return self::$site->state($service) !== 'ready';
        }));
        self::assertGreaterThan(0, $left, 'it was killed before its work was done');
        foreach ($machines as $machine) {
            $this->await('the other two end', static fn (): bool => !$machine->isRunning());
        }
        foreach ($services as $service) {
            self::$site->until($service, 'ready');
        }
        $this->assertAllIsThereOnce($services, $before);
        $sent = 'select distinct holder from puq_proxmox_kvm_operations';
        self::assertGreaterThanOrEqual(2, count($host->sql($sent)), 'the work was shared');
        self::assertSame([], self::holders(), 'nobody holds anything any more');
        self::assertSame([], $host->sql("select id from puq_proxmox_kvm_operations where outcome = ''"));
    }

    /** @depends testTheWorkIsSharedAndWhatAKilledOneLeftIsDoneByTheOthers */
    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    private function machine(int $number): Process
    {
        $log = self::$site->host()->root() . "/machine-$number.log";
        return new Process(self::$site->cronCommand(['--no-lock', '--task=processVirtualMachines']), [], $log);
    }

    private function await(string $what, callable $holds): void
    {
        $until = time() + self::PATIENCE;
        while (!$holds()) {
            if (time() > $until) {
                self::fail("It did not come about that $what.");
            }
            usleep(1000);
        }
    }

    /** @param int[] $services */
    private static function unclaimed(array $services): int
    {
        $query = "select v.service_id from puqProxmoxKVM_vm_info v join puq_proxmox_kvm_leases l"
            . " on l.service_id = v.service_id where v.vm_status = 'creation' and l.holder = ''"
            . ' and v.service_id in (' . implode(', ', $services) . ')';
        return count(self::$site->host()->sql($query));
    }

    /** @return string[] */
    private static function holders(): array
    {
        $query = "select distinct holder from puq_proxmox_kvm_leases where holder <> ''";
        return array_column(self::$site->host()->sql($query), 'holder');
    }

    /**
     * @param int[] $services
     * @param int[] $before the VMs that were there
     */
    private function assertAllIsThereOnce(array $services, array $before): void
    {
        $host = self::$site->host();
        $numbers = [];
        foreach ($services as $service) {
            $vm = self::$site->vm($service);
            self::assertNotNull($vm, "service $service has its VM");
            self::assertSame('running', $vm['status']);
            $numbers[] = (int) $vm['vmid'];
        }
        self::assertSame($numbers, array_unique($numbers));
        self::assertEqualsCanonicalizing(array_merge($before, $numbers), self::$site->guests(), 'and no other');
        $held = array_column($host->sql("select text from puq_proxmox_kvm_addresses where state = 'held'"), 'text');
        self::assertCount(count($services), $held);
        self::assertSame($held, array_unique($held));
    }
}
