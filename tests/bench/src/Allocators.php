<?php

declare(strict_types=1);

namespace Bench;

use Support\Problem;
use Support\Process;

/** Many processes that take addresses at the same moment. */
final class Allocators
{
    public const NUMBER = 64;

    public function __construct(private Lab $lab)
    {
    }

    /** @return array{seconds: float, addresses: int, gaps: int} */
    public function run(): array
    {
        $this->lab->cluster();
        $site = $this->lab->site('allocators');
        $database = $this->lab->database('allocators');
        $here = $this->lab->directory . '/here';
        mkdir($here);
        $go = $this->lab->directory . '/go';
        $processes = [];
        for ($number = 0; $number < self::NUMBER; $number++) {
            $command = \Support\Inside::command(
                $site->root(),
                $this->lab->extension,
                Inside::class,
                'order_and_allocate',
                ['here' => $here, 'go' => $go]
            );
            $processes[] = new Process($command, [], $this->lab->directory . '/allocators.log');
        }
        while (count((array) glob("$here/*")) < self::NUMBER) {
            foreach ($processes as $process) {
                if (!$process->isRunning()) {
                    throw new Problem('An allocator ended early; see allocators.log.');
                }
            }
            usleep(20000);
        }
        $began = hrtime(true);
        touch($go);
        do {
            usleep(5000);
            $running = array_filter($processes, static fn (Process $process): bool => $process->isRunning());
        } while ($running !== []);
        $seconds = (hrtime(true) - $began) / 1e9;
        $rows = $database->query(
            "SELECT address FROM puq_proxmox_kvm_addresses WHERE state = 'held' ORDER BY address"
        )->fetchAll(\PDO::FETCH_COLUMN);
        $numbers = array_map(static fn (string $key): int => (int) hexdec(substr($key, -8)), $rows);
        $span = $numbers === [] ? 0 : max($numbers) - min($numbers) + 1;
        return ['seconds' => $seconds, 'addresses' => count(array_unique($numbers)), 'gaps' => $span - count($numbers)];
    }
}
