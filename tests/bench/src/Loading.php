<?php

declare(strict_types=1);

namespace Bench;

use Support\Process;
use Support\Site;

/** What it costs everybody else that the extension is loaded. */
final class Loading
{
    /** Requests of each side, and how many of one side follow one another. */
    private const REQUESTS = 10000;
    private const BLOCK = 50;

    /** Starts of the command line, each side. */
    private const STARTS = 100;

    public function __construct(private Lab $lab)
    {
    }

    /** @return array<string, float> seconds of processor time: cli, cli_with, fpm, fpm_with; ratios; bytes */
    public function run(Site $site): array
    {
        $directory = $this->lab->directory;
        $plain = "$directory/plain.php";
        file_put_contents($plain, "<?php\nheader('Content-Type: text/plain');\necho 'nothing of ours';\n");
        $without = new Fpm($directory, 'without', '');
        $with = new Fpm($directory, 'with', $this->lab->extension);
        // All on one processor: where a worker is woken on another one, its share of that costs more than a small page.
        foreach ([getmypid(), $with->worker(), $without->worker()] as $process) {
            self::pin('0', $process);
        }
        try {
            $results = ['fpm' => $this->compare($with, $without, $plain, self::REQUESTS)];
            $page = $this->page($directory, $site, 'page', '');
            $results['page'] = $this->compare($with, $without, $page, 200);
            $results['memory'] = $this->memory($directory, $site);
        } finally {
            self::pin('0-' . ((int) shell_exec('nproc --all') - 1), getmypid());
            $with->stop();
            $without->stop();
        }
        $results['cli'] = $this->starts();
        return $results;
    }

    private static function pin(string $processors, int $process): void
    {
        [$status, , $errors] = Process::run(['taskset', '--pid', '--cpu-list', $processors, (string) $process]);
        if ($status !== 0) {
            throw new \Support\Problem("Process $process cannot be kept on processor $processors: $errors");
        }
    }

    /** @return array{with: float, without: float, ratio: float} seconds each request; the median of the blocks' ratios */
    private function compare(Fpm $with, Fpm $without, string $script, int $requests): array
    {
        $block = min(self::BLOCK, max(1, intdiv($requests, 10)));
        $ratios = [];
        $spent = ['with' => 0.0, 'without' => 0.0];
        for ($warm = 0; $warm < $block; $warm++) {
            $with->ask($script);
            $without->ask($script);
        }
        for ($done = 0; $done < $requests; $done += $block) {
            $times = [];
            $sides = ['with' => $with, 'without' => $without];
            // Whoever comes first in a pair is not always the same.
            foreach (intdiv($done, $block) % 2 === 0 ? $sides : array_reverse($sides, true) as $name => $side) {
                $before = $side->seconds();
                for ($request = 0; $request < $block; $request++) {
                    $side->ask($script);
                }
                $times[$name] = $side->seconds() - $before;
                $spent[$name] += $times[$name];
            }
            $ratios[] = $times['with'] / $times['without'];
        }
        return [
            'with' => $spent['with'] / $requests, 'without' => $spent['without'] / $requests,
            'ratio' => Rest::median($ratios),
        ];
    }

    /** @return array{before: int, after: int} bytes of a worker that has shown pages, and of one that used the extension */
    private function memory(string $directory, Site $site): array
    {
        $service = $this->lab->database('deploys')
            ->query("SELECT service_id FROM puqProxmoxKVM_vm_info WHERE vm_status = 'ready' LIMIT 1")->fetchColumn();
        $use = $this->page($directory, $site, 'use', "
            \$params = PuqProxmoxKvm\\Native::plain(Standin\\Params::ofService($service));
            \$page = PuqProxmoxKvm\\Native::call('client_api', \$params, ['op' => 'status'])['data'];
            echo json_encode(\$page['live'] === null ? \$page : 'live');");
        $same = $this->page($directory, $site, 'same', "
            \$params = PuqProxmoxKvm\\Native::plain(Standin\\Params::ofService($service));
            echo json_encode(count(\$params));");
        $worker = new Fpm($directory, 'worker', $this->lab->extension);
        try {
            for ($page = 0; $page < 50; $page++) {
                $worker->ask($same);
            }
            $before = $worker->memory();
            for ($page = 0; $page < 100; $page++) {
                $answer = $worker->ask($use);
                if ($answer !== '"live"') {
                    throw new \Support\Problem("The page in php-fpm shows no VM: $answer");
                }
            }
            return ['before' => $before, 'after' => $worker->memory()];
        } finally {
            $worker->stop();
        }
    }

    private function page(string $directory, Site $site, string $name, string $code): string
    {
        $root = var_export($site->root(), true);
        file_put_contents("$directory/$name.php", "<?php
            require $root . '/init.php';
            require_once $root . '/modules/servers/puqProxmoxKVM/puqProxmoxKVM.php';
            require_once $root . '/modules/addons/puq_proxmox_kvm/puq_proxmox_kvm.php';
            require_once $root . '/modules/addons/puq_proxmox_kvm/lib/autoload.php';
            $code");
        return "$directory/$name.php";
    }

    /** @return array{with: float, without: float, ratio: float} seconds of a start of the command line */
    private function starts(): array
    {
        $spent = ['with' => [], 'without' => []];
        for ($start = 0; $start < self::STARTS; $start++) {
            foreach (['without' => [], 'with' => ['-d', 'extension=' . $this->lab->extension]] as $name => $more) {
                $before = self::children();
                Process::run(array_merge([PHP_BINARY], $more, ['-r', ';']));
                $spent[$name][] = self::children() - $before;
            }
        }
        $with = Rest::median($spent['with']);
        $without = Rest::median($spent['without']);
        return ['with' => $with, 'without' => $without, 'ratio' => $with / $without];
    }

    private static function children(): float
    {
        $usage = getrusage(1);
        return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']
            + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e6;
    }
}
