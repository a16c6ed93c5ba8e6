<?php

declare(strict_types=1);

namespace Contract;

use PHPUnit\Framework\TestCase;
use Support\Process;
use Support\Simulator;

require_once dirname(__DIR__) . '/support/autoload.php';

/** The program behind "make lifecycle" on a cluster of somebody's own, for which a simulated single node stands in. */
final class LifecycleTest extends TestCase
{
    private Simulator $simulator;
    private string $directory;

    protected function setUp(): void
    {
        $this->directory = sys_get_temp_dir() . '/lifecycle-test-' . getmypid();
        $this->simulator = new Simulator((string) getenv('DEMO_SIMULATOR'), $this->directory . '/node', [
            '--scenario', 'single', '--scale', '0.05', '--listen', 'pve=127.0.0.1:0',
        ]);
        // A VM of somebody else, one that looks like ours, and one that carries another shop's mark.
        $cluster = $this->simulator->cluster();
        $cluster->control('volume', ['volid' => 'local:iso/rescue.iso', 'content' => 'iso', 'size' => 1048576]);
        $cluster->meddle(['vmid' => 100, 'config' => ['name' => 'mail', 'memory' => '512']]);
        $cluster->meddle(['vmid' => 102, 'config' => ['name' => '1-1-old', 'description' => 'WHMCS service 1']]);
        $mark = str_repeat('ab', 16);
        $cluster->meddle(['vmid' => 103, 'config' => ['name' => '1-1-new', 'description' => "puq-owner=$mark"]]);
    }

    protected function tearDown(): void
    {
        $this->simulator->stop();
        exec('rm -rf ' . escapeshellarg($this->directory));
    }

    public function testEverythingAgreesAndNothingIsLeft(): void
    {
        $before = $this->world();
        [$status, $output, $errors] = Process::run($this->command(), $this->environment());
        self::assertSame(0, $status, $output . $errors);
        self::assertStringContainsString(' 0 do not', $output);
        self::assertStringContainsString('Nothing of it is left on the cluster.', $output);
        foreach (['mount ISO', 'reinstall', 'terminate'] as $operation) {
            self::assertMatchesRegularExpression("/^ok +$operation /m", $output);
        }
        // Each says what the guest is told.
        $lines = [
            'addresses up' => 'ip4=192\.0\.2\.50/24.*fw_addresses=\S+192\.0\.2\.50 \S+192\.0\.2\.51',
            'addresses down' => 'ip4=none.*fw_addresses=none', 'first address again' => 'ip4=192\.0\.2\.50/24',
            'restore' => 'ip4=192\.0\.2\.50/24.*the password is the one in WHMCS',
        ];
        foreach ($lines as $operation => $held) {
            self::assertMatchesRegularExpression("~^ok +$operation .*$held~m", $output);
        }
        self::assertStringNotContainsString($this->simulator->value('token_secret'), $output . $errors);
        self::assertSame($before, $this->world());
        self::assertSame([], $this->simulator->complaints());
    }

    public function testADisagreementIsShownAndCtrlCLeavesNothing(): void
    {
        $before = $this->world();
        $log = $this->directory . '/log';
        $run = new Process($this->command(), $this->environment(), $log);
        $this->awaitLine($run, $log, '/^ok +deploy .*vmid=101,/m');
        $this->simulator->cluster()->meddle(['vmid' => 101, 'config' => ['cores' => '7']]);
        $this->awaitLine($run, $log, '/^ +cores: asked "1", Proxmox reports "7"$/m');
        self::assertStringContainsString("\nDISAGREE ", (string) file_get_contents($log));
        $run->stop(SIGINT);
        $output = (string) file_get_contents($log);
        self::assertStringContainsString('Interrupted', $output);
        self::assertStringContainsString('Nothing of it is left on the cluster.', $output);
        self::assertSame($before, $this->world(), $output);
    }

    /** What a run that could not clean up left is taken away by the next one. */
    public function testARunThatWasKilledIsCleanedUpByTheNext(): void
    {
        $before = $this->world();
        $log = $this->directory . '/log';
        $run = new Process($this->command(), $this->environment(), $log);
        $this->awaitLine($run, $log, '/^ok +deploy /m');
        $run->kill();
        self::assertNotSame($before, $this->world());
        [$status, $output, $errors] = Process::run($this->command(), $this->environment() + ['PVE_NODE' => 'ghost']);
        self::assertSame(1, $status, $output . $errors);
        self::assertStringContainsString('VM 101 (1-1) on pve removed', $output);
        self::assertSame($before, $this->world());
    }

    private function awaitLine(Process $run, string $log, string $pattern): void
    {
        while (preg_match($pattern, (string) file_get_contents($log)) !== 1) {
            self::assertTrue($run->isRunning(), (string) file_get_contents($log));
            usleep(20000);
        }
    }

    /** @return array{0: array<string, mixed>, 1: array<mixed>} VMs and volumes of the node. */
    private function world(): array
    {
        $state = $this->simulator->cluster()->simulated();
        return [array_column($state['vms'], 'config', 'vmid'), array_column($state['volumes'], 'volid')];
    }

    /** @return string[] */
    private function command(): array
    {
        return [PHP_BINARY, dirname(__DIR__) . '/lifecycle/lifecycle'];
    }

    /** @return array<string, string> */
    private function environment(): array
    {
        return [
            'DEMO_DIR' => $this->directory . '/state', 'DEMO_EXTENSION' => (string) getenv('TEST_EXTENSION'),
            'PVE_URL' => $this->simulator->value('url'), 'PVE_TOKEN_ID' => $this->simulator->value('token_id'),
            'PVE_TOKEN_SECRET' => $this->simulator->value('token_secret'), 'PVE_TEMPLATE' => '9000',
            'PVE_POOL' => '192.0.2.50-192.0.2.60/24,192.0.2.1', 'PVE_BOOT' => '0',
        ];
    }
}
