<?php

declare(strict_types=1);

namespace Contract;

use Support\Process;

require_once dirname(__DIR__) . '/support/autoload.php';

/** Many processes take addresses from one small pool at the same moment, until it is empty. */
final class AllocationTest extends SiteTestCase
{
    private const PROCESSES = 6;
    private const ORDERS_OF_EACH = 3;

    /** Fewer than the orders: some go away empty-handed. */
    private const POOL = ['192.0.2.50', '192.0.2.61'];

    public static function setUpBeforeClass(): void
    {
        self::$site = new ModuleSite(self::POOL);
    }

    /** @return int[] services that got none */
    public function testEachAddressIsTakenOnceAndNoneIsLost(): array
    {
        $orders = [];
        for ($order = 0; $order < self::PROCESSES * self::ORDERS_OF_EACH; $order++) {
            $orders[] = self::$site->ordered();
        }
        $answers = self::atOnce(array_chunk($orders, self::ORDERS_OF_EACH));
        self::assertCount(count($orders), $answers);

        self::assertSame(self::pool(), self::held(), 'the pool is empty, and each address is one service\'s');
        $empty = array_keys(array_filter($answers, static fn (array $answer): bool => !$answer['ok']));
        self::assertCount(count($orders) - count(self::pool()), $empty);
        foreach ($empty as $service) {
            self::assertSame(
                'No IPv4 address of server 1 is free. Add an IP pool or addresses to the server entry.',
                $answers[$service]['error']
            );
            self::assertSame('creation', self::$site->state($service));
            self::assertSame('', (string) self::$site->host()->json(['service', (string) $service])['service']
                ['dedicatedip']);
        }
        foreach (array_diff($orders, $empty) as $service) {
            self::assertSame('set_ip', self::$site->state($service));
        }
        return $empty;
    }

    /**
     * One address comes back: one of those that wait gets it, and only one.
     *
     * @depends testEachAddressIsTakenOnceAndNoneIsLost
     * @param int[] $empty
     */
    public function testWhatComesBackGoesToOneOfThoseWhoWait(array $empty): void
    {
        $host = self::$site->host();
        $winner = (int) $host->sql("select service_id from puq_proxmox_kvm_addresses where state = 'held'")[0]
            ['service_id'];
        $ask = ['ajax' => '1', 'scope' => 'service', 'service_id' => (string) $winner, 'op' => 'reset',
            'state' => 'remove', 'confirm' => (string) $host->sql(
                "select vm_name from puqProxmoxKVM_vm_info where service_id = $winner"
            )[0]['vm_name']];
        $answer = self::$site->staff()->post('admin/addonmodules.php?module=puq_proxmox_kvm', $ask);
        self::assertTrue(json_decode($answer['body'], true)['ok'] ?? false, $answer['body']);
        self::assertCount(count(self::pool()) - 1, self::held());

        $answers = self::atOnce(array_chunk($empty, 1));
        foreach ($answers as $answer) {
            self::assertStringContainsString('quarantine', $answer['error']);
        }
        // What the end of its quarantine does.
        $host->sql("update puq_proxmox_kvm_addresses set state = 'free', freed_at = null where state = 'quarantine'");
        $answers = self::atOnce(array_chunk($empty, 1));
        self::assertCount(1, array_filter(array_column($answers, 'ok')));
        self::assertSame(self::pool(), self::held());
    }

    /** @depends testWhatComesBackGoesToOneOfThoseWhoWait */
    public function testNothingBadWasLeftBehind(): void
    {
        self::assertNothingBad();
    }

    /**
     * @param array<int, int[]> $shares the services of each process
     * @return array<int, array<string, mixed>> service => answer
     */
    private static function atOnce(array $shares): array
    {
        $directory = self::$site->host()->root() . '/at-once-' . bin2hex(random_bytes(3));
        mkdir("$directory/here", 0700, true);
        $processes = [];
        foreach ($shares as $number => $services) {
            $request = ['services' => $services, 'here' => "$directory/here", 'go' => "$directory/go"];
            $root = self::$site->host()->root();
            $extension = (string) getenv('TEST_EXTENSION');
            $command = \Support\Inside::command($root, $extension, Inside::class, 'take_addresses', $request);
            $processes[] = new Process($command, [], "$directory/$number");
        }
        $running = static function () use ($processes): int {
            return count(array_filter($processes, static fn (Process $process): bool => $process->isRunning()));
        };
        while (count((array) glob("$directory/here/*")) < count($processes)) {
            if ($running() < count($processes)) {
                self::fail('A process ended early: ' . implode("\n", self::said($directory, count($processes))));
            }
            usleep(5000);
        }
        touch("$directory/go");
        while ($running() > 0) {
            usleep(5000);
        }
        $answers = [];
        foreach (self::said($directory, count($processes)) as $text) {
            $answer = json_decode($text, true);
            self::assertIsArray($answer, $text);
            $answers += $answer;
        }
        return $answers;
    }

    /** @return string[] */
    private static function said(string $directory, int $count): array
    {
        return array_map(static function (int $number) use ($directory): string {
            return (string) file_get_contents("$directory/$number");
        }, range(0, $count - 1));
    }

    /** @return string[] addresses in use, each as often as it is, in their order */
    private static function held(): array
    {
        $sql = "select text, service_id from puq_proxmox_kvm_addresses where state = 'held' order by address";
        $rows = self::$site->host()->sql($sql);
        self::assertCount(count($rows), array_unique(array_column($rows, 'service_id')));
        return array_column($rows, 'text');
    }

    /** @return string[] */
    private static function pool(): array
    {
        return array_map('long2ip', range(...array_map('ip2long', self::POOL)));
    }
}
