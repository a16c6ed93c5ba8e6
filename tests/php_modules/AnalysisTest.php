<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;

require_once 'PhpParser/autoload.php';
require_once __DIR__ . '/Tree.php';
require_once __DIR__ . '/Analysis.php';

/** The modules' PHP, read instead of run: every line of it, also those that no test comes by. */
final class AnalysisTest extends TestCase
{
    /** The extension asks its host for the one, WHMCS a provider of metrics for the other. */
    private const CALLED_FROM_OUTSIDE = ['describe', 'tenantUsage'];

    public function testEverythingThatIsUsedIsThere(): void
    {
        $sources = array_map('file_get_contents', Tree::files('php'));
        // The extension's functions and classes; the other file of the folder has the shapes of answers.
        $stub = dirname(__DIR__, 2) . '/stubs/puq_proxmox_kvm.stub.php';
        $analysis = new Analysis($sources + ['stub' => (string) file_get_contents($stub)]);
        $wrong = [];
        foreach (array_keys($sources) as $file) {
            foreach ($analysis->of($file) as $what) {
                $wrong[] = "$file:$what";
            }
        }
        self::assertSame([], $wrong);
        $unused = array_map(static function (string $line): string {
            return substr(strrchr($line, ' '), 1);
        }, $analysis->unused(array_keys($sources)));
        self::assertSame(self::CALLED_FROM_OUTSIDE, $unused);
    }

    public function testItFindsWhatIsWrong(): void
    {
        $text = <<<'PHP'
            <?php
            namespace PuqProxmoxKvm;
            final class Native { public static function call(string $function, ...$arguments) { return $arguments; } }
            class Base {
                const LIMIT = 1;
                protected $kept;
                protected function keep($one, $two = 0) { return $one + $two; }
            }
            final class Wrong extends Base {
                private $value;
                public function __construct(int $value) { $this->value = $value; }
                public function right(array $list) {
                    preg_match('/x/', 'x', $match);
                    foreach ($list as [$one, 'two' => $two]) { $sum = $one + $two; }
                    $all = array_map(function ($x) use (&$count) { $y = $x; return $y; }, $list);
                    $this->kept = [$match, $sum, $all, $count, self::LIMIT, $_GET];
                    Native::call('known', 1);
                    return $this->keep(1) + (new self(...$list))->value;
                }
                public function wrong() {
                    $this->missing(1);
                    self::nothing();
                    $this->keep();
                    $this->keep(1, 2, 3);
                    $this->gone = 1;
                    new Wrong();
                    Base::NOTHING;
                    str_repeat('x');
                    no_such_function();
                    Native::call('unknown');
                    Native::call('known');
                    try { Elsewhere::go(); } catch (\Nowhere $fault) { new \WHMCS\View\Menu\Item('x'); }
                    return array_map(function ($x) { return $outer . $x; }, [$typo]);
                }
            }
            PHP;
        $stub = '<?php namespace Puq\ProxmoxKvm { function known(object $host, int $one) {} }';
        $analysis = new Analysis(['text' => $text, 'stub' => $stub]);
        $found = $analysis->of('text');
        $said = array_map(static fn (string $line): string => explode(': ', $line, 2)[1], $found);
        self::assertSame([
            'no method PuqProxmoxKvm\Wrong::missing',
            'no method PuqProxmoxKvm\Wrong::nothing',
            'PuqProxmoxKvm\Wrong::keep with 0 arguments',
            'PuqProxmoxKvm\Wrong::keep with 3 arguments',
            'no property PuqProxmoxKvm\Wrong::gone',
            'new PuqProxmoxKvm\Wrong with 0 arguments',
            'no constant PuqProxmoxKvm\Base::NOTHING',
            'str_repeat with 1 arguments',
            'no function no_such_function',
            'the extension has no unknown',
            'known with 1 arguments',
            'no class Nowhere',
            'no class PuqProxmoxKvm\Elsewhere',
            'no variable $outer',
            'no variable $typo',
        ], $said);
        self::assertSame(
            ['text:12: nothing uses right', 'text:20: nothing uses wrong'],
            $analysis->unused(['text'])
        );
    }
}
