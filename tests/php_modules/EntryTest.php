<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/bootstrap.php';
require_once __DIR__ . '/Tree.php';

/**
 * What ends the process: JSON answers and cron.php, each in a process of its own.
 */
final class EntryTest extends TestCase
{
    private string $root;

    protected function setUp(): void
    {
        $this->root = sys_get_temp_dir() . '/puq-whmcs-' . bin2hex(random_bytes(6));
        mkdir($this->root);
        exec('cp -r ' . escapeshellarg(Tree::root() . '/modules') . ' ' . escapeshellarg($this->root));
        $this->init("require '" . __DIR__ . "/fake/native.php';");
    }

    protected function tearDown(): void
    {
        exec('rm -rf ' . escapeshellarg($this->root));
    }

    public function testTheCronPassesArgumentsAndStatus(): void
    {
        $this->init("require '" . __DIR__ . "/fake/native.php'; PuqFake\\Calls::\$answers['cron_main'] = 75;");
        [$status, $output] = $this->execute('modules/addons/puq_proxmox_kvm/cron.php', ['--task=scheduleBackup']);
        self::assertSame(75, $status);
        self::assertStringContainsString('Cron Start', $output);
    }

    public function testTheCronWithoutTheExtension(): void
    {
        $this->init('');
        [$status, $output] = $this->execute('modules/addons/puq_proxmox_kvm/cron.php');
        self::assertSame(69, $status);
        self::assertStringContainsString('"puq_proxmox_kvm" is not loaded', $output);
        self::assertSame(1, substr_count($output, "\n"));
    }

    public function testTheCronOfAPhpForWebServersSaysWhatToDo(): void
    {
        $php = '/usr/bin/php-cgi' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
        $words = [$php, '-q', "$this->root/modules/addons/puq_proxmox_kvm/cron.php"];
        $command = implode(' ', array_map('escapeshellarg', $words));
        exec('cd / && env -u REQUEST_METHOD -u GATEWAY_INTERFACE ' . $command . ' 2>&1', $output, $status);
        self::assertSame(69, $status);
        self::assertStringContainsString('command-line PHP', implode($output));
    }

    public function testTheCronWhereItsTimeCannotBeSet(): void
    {
        $file = 'modules/addons/puq_proxmox_kvm/cron.php';
        $this->init("require '" . __DIR__ . "/fake/native.php'; PuqFake\\Calls::\$answers['cron_main'] = 75;");
        foreach (['disable_functions=', 'disable_functions=set_time_limit'] as $off) {
            $settings = ['-d', 'max_execution_time=30', '-d', $off];
            self::assertSame(75, $this->execute($file, [], $settings)[0], $off);
        }
        $off = ['-d', 'disable_functions=set_time_limit,ini_set'];
        self::assertSame(75, $this->execute($file, [], $off)[0], 'the command line has no limit of its own');
        [$status, $output] = $this->execute($file, [], array_merge($off, ['-d', 'max_execution_time=30']));
        self::assertSame(69, $status);
        self::assertStringContainsString('-d max_execution_time=0', $output);
    }

    public function testABufferThatStaysDoesNotHoldUpAnAnswer(): void
    {
        $load = "require __DIR__ . '/modules/servers/puqProxmoxKVM/lib/autoload.php';";
        $this->script('json.php', $load . 'ob_start(null, 0, 0); PuqProxmoxKvm\JsonResponse::send(["ok" => true]);');
        [$status, $output] = $this->execute('json.php', [], ['-d', 'max_execution_time=5']);
        self::assertSame(0, $status);
        self::assertStringContainsString('"ok":true', $output);
        // The cron's lines go out one by one; a buffer that may not be flushed is no reason for a warning with each.
        $write = '$host = (new ReflectionClass("PuqProxmoxKvm\\Host"))->newInstanceWithoutConstructor();'
            . ' $host->write("a line\n"); var_dump(error_get_last());';
        foreach (['' => 'none', 'ob_start(null, 0, 0);' => 'stays', 'ob_start();' => 'ordinary'] as $buffer => $kind) {
            $this->script('write.php', $load . $buffer . $write);
            self::assertSame("a line\nNULL\n", $this->execute('write.php')[1], $kind);
        }
        $stays = "require '" . __DIR__ . "/fake/native.php'; ob_start(null, 0, 0);";
        $this->init($stays);
        [$status, $output] = $this->execute('modules/addons/puq_proxmox_kvm/cron.php');
        self::assertSame(0, $status);
        self::assertStringContainsString('Cron Start', $output);
    }

    public function testTheCronOutsideOfWhmcs(): void
    {
        unlink($this->root . '/init.php');
        [$status, $output] = $this->execute('modules/addons/puq_proxmox_kvm/cron.php');
        self::assertSame(69, $status);
        self::assertStringContainsString('no init.php', $output);
    }

    public function testTheCronOfAnAddonAlone(): void
    {
        exec('rm -rf ' . escapeshellarg($this->root . '/modules/servers'));
        [$status, $output] = $this->execute('modules/addons/puq_proxmox_kvm/cron.php');
        self::assertSame(69, $status);
        self::assertStringContainsString('puqProxmoxKVM is missing', $output);
    }

    public function testTheCronWhenTheDatabaseGoesAway(): void
    {
        $this->init("require '" . __DIR__ . "/fake/native.php'; PuqTest\\Whmcs::\$away = true;"
            . " PuqFake\\Calls::\$answers['cron_main'] = new PDOException('select * from tblclients');");
        [$status, $output] = $this->execute('modules/addons/puq_proxmox_kvm/cron.php');
        self::assertSame(70, $status, $output);
        self::assertStringContainsString('(PDOException)', $output);
        self::assertStringNotContainsString('select', $output);
        self::assertStringNotContainsString('geheim', $output);
        self::assertStringNotContainsString('#0', $output);
    }

    public function testTheCronWhenPhpFails(): void
    {
        $this->init('ini_set("memory_limit", "16M"); str_repeat("x", 1 << 28);');
        self::assertSame(70, $this->execute('modules/addons/puq_proxmox_kvm/cron.php')[0]);
    }

    public function testTheCronWhenWhmcsCannotBeLoaded(): void
    {
        $this->init("require '" . __DIR__ . "/fake/native.php'; throw new PDOException('select 1');");
        [$status, $output] = $this->execute('modules/addons/puq_proxmox_kvm/cron.php');
        self::assertSame(69, $status, $output);
        self::assertStringNotContainsString('select', $output);
    }

    public function testNothingLeavesTheHooksWhenTheDatabaseIsAway(): void
    {
        $fault = "new PDOException('select * from tblclients')";
        $this->init("require '" . __DIR__ . "/fake/native.php'; PuqTest\\Whmcs::\$away = true;"
            . " PuqFake\\Calls::\$answers['cron_hook'] = $fault;"
            . " PuqFake\\Calls::\$answers['product_save'] = $fault;");
        $load = '';
        foreach (['servers/puqProxmoxKVM', 'addons/puq_proxmox_kvm'] as $module) {
            $load .= "require __DIR__ . '/modules/$module/hooks.php';";
        }
        $this->script('hooks-away.php', $load . 'PuqTest\Whmcs::run("AfterCronJob");'
            . ' PuqTest\Whmcs::run("AdminProductConfigFieldsSave", ["pid" => 1]); echo "went on";');
        [$status, $output] = $this->execute('hooks-away.php');
        self::assertSame(0, $status, $output);
        self::assertStringContainsString('went on', $output);
        self::assertStringNotContainsString('select *', $output);
    }

    public function testTheClientsJsonWhenTheDatabaseIsAway(): void
    {
        $fault = "ini_set('error_log', '/dev/null'); PuqTest\\Whmcs::\$away = true;"
            . " PuqFake\\Calls::\$answers['client_api'] = new PDOException('select * from tblclients');";
        $answer = $this->client("['op' => 'status']", 'POST', $fault);
        self::assertFalse($answer['ok']);
        self::assertStringNotContainsString('select', $answer['error']);
    }

    public function testModulesLoadWithoutTheExtension(): void
    {
        $this->init('');
        $loads = '';
        foreach (['servers/puqProxmoxKVM/puqProxmoxKVM', 'addons/puq_proxmox_kvm/puq_proxmox_kvm'] as $file) {
            $loads .= "require __DIR__ . '/modules/$file.php';";
            $loads .= "require __DIR__ . '/modules/" . dirname($file) . "/hooks.php';";
        }
        $this->script('load.php', $loads . 'PuqTest\Whmcs::run("AfterCronJob"); echo puqProxmoxKVM_CreateAccount([]);');
        [$status, $output] = $this->execute('load.php');
        self::assertSame(0, $status);
        self::assertStringContainsString('is not loaded', $output);
    }

    public function testTheClientsJson(): void
    {
        $answer = $this->client("['op' => 'start', 'id' => 10, 'token' => 't', 'modop' => 'custom']", 'POST');
        self::assertTrue($answer['ok']);
        self::assertSame('running', $answer['view']['status']['key']);
        self::assertArrayNotHasKey('data', $answer);
    }

    public function testTheClientsJsonByGetIsRefused(): void
    {
        self::assertFalse($this->client('[]', 'GET')['ok']);
    }

    public function testAFaultIsNotShownToTheClient(): void
    {
        $fault = "PuqFake\\Calls::\$answers['client_api'] = new RuntimeException('secret inner workings');";
        $answer = $this->client("['op' => 'status']", 'POST', $fault);
        self::assertFalse($answer['ok']);
        self::assertStringNotContainsString('inner workings', $answer['error']);
    }

    public function testTheAdminsJson(): void
    {
        $load = "require __DIR__ . '/modules/addons/puq_proxmox_kvm/puq_proxmox_kvm.php';"
            . "\$_SERVER['REQUEST_METHOD'] = 'POST';";
        $ask = function (string $post, string $more) use ($load): array {
            $request = "\$_REQUEST = \$_POST = $post + ['ajax' => 1];";
            $call = 'ob_start(); echo "noise"; puq_proxmox_kvm_output([]);';
            $this->script('ajax.php', $load . $request . $more . $call);
            return (array) json_decode($this->execute('ajax.php')[1], true);
        };
        $status = "['scope' => 'service', 'service_id' => 10, 'op' => 'status']";
        self::assertStringContainsString('sign in', $ask($status, '')['error']);
        $signedIn = "\$_SESSION['adminid'] = 1;";
        self::assertSame('2002', $ask($status, $signedIn)['view']['identity']['vmid']);
        $foreign = "['scope' => 'service', 'service_id' => 12]";
        self::assertStringContainsString('#12', $ask($foreign, $signedIn)['error']);
        self::assertFalse($ask("['scope' => 'eval']", $signedIn)['ok']);
    }

    /** @return array<string, mixed> */
    private function client(string $post, string $method, string $more = ''): array
    {
        $this->script('api.php', "require __DIR__ . '/modules/servers/puqProxmoxKVM/puqProxmoxKVM.php';"
            . "\$_SERVER['REQUEST_METHOD'] = '$method'; \$_POST = $post; $more"
            . "ob_start(); echo 'noise'; puqProxmoxKVM_api(['serviceid' => 10]);");
        return (array) json_decode($this->execute('api.php')[1], true);
    }

    private function script(string $name, string $code): void
    {
        file_put_contents("$this->root/$name", "<?php require __DIR__ . '/init.php'; $code");
    }

    private function init(string $code): void
    {
        $start = "<?php require 'Illuminate/Database/autoload.php'; require '" . __DIR__ . "/whmcs.php';"
            . "require '" . __DIR__ . "/fake/samples.php'; ";
        // The reset of the test's WHMCS clears what the fake was told, so the fake must be there first.
        $calls = '<?php namespace PuqFake; final class Calls { public static $all; public static $answers; }';
        file_put_contents($this->root . '/calls.php', $calls);
        $body = $code === ''
            ? "require __DIR__ . '/calls.php'; PuqTest\\Whmcs::reset();"
            : str_replace("native.php';", "native.php'; PuqTest\\Whmcs::reset();", $code);
        file_put_contents($this->root . '/init.php', $start . $body);
    }

    /**
     * @param list<string> $arguments
     * @param list<string> $settings Of PHP.
     * @return array{int, string}
     */
    private function execute(string $script, array $arguments = [], array $settings = []): array
    {
        $php = array_merge([PHP_BINARY, '-d', 'display_errors=stderr'], $settings);
        $words = array_merge($php, ["$this->root/$script"], $arguments);
        exec('cd / && ' . implode(' ', array_map('escapeshellarg', $words)) . ' 2>&1', $output, $status);
        return [$status, implode("\n", $output) . "\n"];
    }
}
