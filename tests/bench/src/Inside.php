<?php

declare(strict_types=1);

namespace Bench;

use PuqProxmoxKvm\Native;
use Standin\Params;
use Support\Inside as Shop;
use WHMCS\Database\Capsule;

/** What is measured within WHMCS's own process. */
final class Inside
{
    /**
     * @param array<string, mixed> $request
     * @return array<mixed>
     */
    public function answer(string $verb, array $request): array
    {
        return match ($verb) {
            'orders' => Shop::orders($request + ['client' => 1, 'product' => 1]),
            'order_and_allocate' => self::orderAndAllocate($request),
            'rest' => $this->rest((int) $request['ticks']),
            'overview' => self::overview((array) $request['services']),
            'peak' => ['peak' => self::peak()],
        };
    }

    /** @return int Bytes this process had in memory at most. */
    public static function peak(string $process = 'self'): int
    {
        $status = (string) @file_get_contents("/proc/$process/status");
        return preg_match('/^VmHWM:\s+(\d+) kB/m', $status, $match) === 1 ? (int) $match[1] * 1024 : 0;
    }

    /**
     * One order, and the step that takes its address as soon as everybody is there.
     *
     * @param array<string, mixed> $request
     * @return array<mixed>
     */
    private static function orderAndAllocate(array $request): array
    {
        $service = Shop::orders(['number' => 1, 'client' => 1, 'product' => 1])[0];
        $params = Native::plain(Params::ofService($service));
        touch($request['here'] . '/' . getmypid());
        while (!file_exists($request['go'])) {
            usleep(1000);
        }
        $began = hrtime(true);
        $answer = Native::ask('admin_api', $params, ['op' => 'step', 'step' => 'vm_set_dedicated_ip']);
        if (($answer['ok'] ?? false) !== true) {
            throw new \RuntimeException("Service $service got no address: " . json_encode($answer));
        }
        return ['service' => $service, 'seconds' => (hrtime(true) - $began) / 1e9];
    }

    /**
     * Ticks with every task due and nothing to do.
     *
     * @return array<string, mixed>
     */
    private function rest(int $ticks): array
    {
        $walls = [];
        $queries = [];
        $rows = [];
        // The first prepares what a process prepares once.
        for ($tick = -1; $tick < $ticks; $tick++) {
            Capsule::connection()->update('UPDATE puq_proxmox_kvm_tasks SET last_run = NULL');
            $before = self::status();
            $began = hrtime(true);
            $this->cron([]);
            $wall = (hrtime(true) - $began) / 1e6;
            $after = self::status();
            if ($tick >= 0) {
                $walls[] = $wall;
                // One of them asked for the status.
                $queries[] = $after['queries'] - $before['queries'] - 1;
                $rows[] = $after['rows'] - $before['rows'];
            }
        }
        return ['walls' => $walls, 'queries' => $queries, 'rows' => $rows, 'peak' => self::peak()];
    }

    /** @param string[] $arguments */
    private function cron(array $arguments): void
    {
        // Counted neither for nor against anybody: where the lines go.
        ob_start(static fn (): string => '', 1);
        $status = Native::call('cron_main', array_merge(['cron.php'], $arguments));
        ob_end_clean();
        if ($status !== 0 && $arguments === []) {
            throw new \RuntimeException("The cron ended with $status.");
        }
    }

    /** @return array{queries: int, rows: int} What this connection has asked, and how many rows were read for it. */
    private static function status(): array
    {
        $status = ['queries' => 0, 'rows' => 0];
        $read = '/^Handler_read_(first|key|last|next|prev|rnd|rnd_next)$/';
        foreach (Capsule::connection()->select('SHOW SESSION STATUS') as $row) {
            $row = (array) $row;
            if ($row['Variable_name'] === 'Questions') {
                $status['queries'] = (int) $row['Value'];
            } elseif (preg_match($read, $row['Variable_name']) === 1) {
                $status['rows'] += (int) $row['Value'];
            }
        }
        return $status;
    }

    /**
     * @param int[] $services
     * @return array<mixed>
     */
    private static function overview(array $services): array
    {
        $walls = [];
        foreach ($services as $service) {
            $params = Native::plain(Params::ofService((int) $service));
            $began = hrtime(true);
            $page = (array) (Native::call('client_api', $params, ['op' => 'status'])['data'] ?? []);
            $walls[] = (hrtime(true) - $began) / 1e6;
            if (($page['error'] ?? null) !== null || ($page['live'] ?? null) === null) {
                throw new \RuntimeException('The overview shows no VM: ' . json_encode($page));
            }
        }
        return ['walls' => $walls];
    }
}
