<?php

declare(strict_types=1);

namespace Contract;

use PHPUnit\Framework\TestCase;
use Support\Process;
use Support\Simulator;

require_once dirname(__DIR__) . '/support/autoload.php';

/** The demo on a cluster of somebody's own, for which a simulated single node stands in: it takes away what it made. */
final class DemoTest extends TestCase
{
    private Simulator $simulator;
    private string $directory;

    protected function setUp(): void
    {
        $this->directory = sys_get_temp_dir() . '/demo-test-' . getmypid();
        $this->simulator = new Simulator((string) getenv('DEMO_SIMULATOR'), $this->directory . '/node', [
            '--scenario', 'single', '--scale', '0.05', '--listen', 'pve=127.0.0.1:0',
        ]);
    }

    protected function tearDown(): void
    {
        $this->simulator->stop();
        exec('rm -rf ' . escapeshellarg($this->directory));
    }

    public function testItMakesOneVmAndTakesAwayThatOneOnly(): void
    {
        $cluster = $this->simulator->cluster();
        // A VM of somebody else, one that looks like the demo's, and one that carries another shop's mark.
        $cluster->meddle(['vmid' => 100, 'config' => ['name' => 'mail', 'memory' => '512']]);
        $cluster->meddle(['vmid' => 102, 'config' => ['name' => '1-1', 'description' => 'WHMCS service 1']]);
        $mark = str_repeat('ab', 16);
        $cluster->meddle(['vmid' => 103, 'config' => ['name' => '1-1', 'description' => "puq-owner=$mark"]]);
        $before = $this->world();

        [$status, $output, $errors] = $this->demo('run', []);
        self::assertSame(0, $status, $output . $errors);
        self::assertStringContainsString('VM 101 is ready.', $output);
        self::assertStringContainsString('ip=dhcp', $output);
        self::assertStringContainsString($this->simulator->value('fingerprint'), $output);
        self::assertStringNotContainsString($this->simulator->value('token_secret'), $output . $errors);
        self::assertCount(count($before[0]) + 1, $this->world()[0]);

        [$status, , $errors] = $this->demo('clean', ['PVE_URL' => 'https://127.0.0.1:1']);
        self::assertSame(1, $status);
        self::assertStringContainsString('nothing is touched', $errors);

        [$status, $output, $errors] = $this->demo('clean', []);
        self::assertSame(0, $status, $output . $errors);
        // The names of the other two are taken, so ours got one of its own.
        self::assertStringContainsString('VM 101 (1-1-1) on pve removed', $output);
        self::assertSame($before, $this->world());

        [$status, $output] = $this->demo('clean', []);
        self::assertSame(0, $status);
        self::assertStringContainsString('nothing to remove', $output);
    }

    public function testAnAddressRangeIsUsedAndARunThatFailsSaysWhy(): void
    {
        [$status, $output, $errors] = $this->demo('run', ['PVE_POOL' => '192.0.2.50-192.0.2.60/24,192.0.2.1']);
        self::assertSame(0, $status, $output . $errors);
        self::assertStringContainsString('ip=192.0.2.50/24,gw=192.0.2.1', $output);
        $plain = substr($this->simulator->value('url'), strlen('https://'));
        foreach ([$plain, "HTTPS://$plain/", "https://$plain/api2/json/", "https://$plain/#v1:0:18"] as $spelling) {
            [$status, , $errors] = $this->demo('run', ['PVE_URL' => $spelling, 'PVE_TEMPLATE' => '12345']);
            self::assertSame(1, $status, $spelling);
            self::assertStringContainsString('The token sees: 9000 tmpl.', $errors, $spelling);
        }
        $wrong = [
            'PVE_POOL' => 'nonsense', 'PVE_URL' => 'http://192.0.2.1', 'PVE_TOKEN_ID' => 'root',
            'PVE_TEMPLATE' => '12345', 'PVE_FINGERPRINT' => str_repeat('ab', 32), 'PVE_NODE' => 'PVE',
            'PVE_STORAGE' => 'local-lvm', 'PVE_BRIDGE' => 'vmbr7',
        ];
        foreach ($wrong as $name => $value) {
            [$status, , $errors] = $this->demo('run', [$name => $value]);
            self::assertSame(1, $status, $name);
            self::assertStringStartsWith('demo: ', $errors, $name);
        }
    }

    /** @return array{0: array<string, mixed>, 1: array<mixed>} VMs and volumes of the node. */
    private function world(): array
    {
        $state = $this->simulator->cluster()->simulated();
        return [array_column($state['vms'], 'config', 'vmid'), array_column($state['volumes'], 'volid')];
    }

    /**
     * @param array<string, string> $environment
     * @return array{0: int, 1: string, 2: string}
     */
    private function demo(string $verb, array $environment): array
    {
        return Process::run([PHP_BINARY, dirname(__DIR__) . '/demo/demo', $verb], $environment + [
            'DEMO_DIR' => $this->directory . '/state', 'DEMO_EXTENSION' => (string) getenv('TEST_EXTENSION'),
            'ONCE' => '1', 'PVE_URL' => $this->simulator->value('url'),
            'PVE_TOKEN_ID' => $this->simulator->value('token_id'),
            'PVE_TOKEN_SECRET' => $this->simulator->value('token_secret'), 'PVE_TEMPLATE' => '9000',
        ]);
    }
}
