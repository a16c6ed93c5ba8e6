<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/bootstrap.php';
require_once __DIR__ . '/Tree.php';

/**
 * Smarty templates compile in both versions, and nothing is printed without being escaped.
 */
final class TemplatesTest extends TestCase
{
    /** The only thing printed as it is: HTML that other modules' hooks made for this place. */
    private const RAW = ['{$output nofilter}'];

    public function templates(): array
    {
        return Tree::cases('tpl');
    }

    public function views(): array
    {
        return array_filter(Tree::cases('php'), static fn (array $case): bool => strpos($case[0], '/views/') !== false);
    }

    /** @dataProvider templates */
    public function testCompilesInBothSmartys(string $name, string $path): void
    {
        foreach (['smarty4', 'smarty3'] as $smarty) {
            $target = sys_get_temp_dir() . '/puq-tpl-' . getmypid();
            $script = 'error_reporting(E_ALL & ~E_DEPRECATED); require $argv[1] . "/Smarty.class.php";'
                . ' $s = new Smarty(); $s->setCompileDir($argv[3]);'
                . ' set_error_handler(function ($n, $text) { if ($n === E_USER_DEPRECATED) { exit($text); } });'
                . ' $s->assign("puq", ["view" => "{}"]);'
                . ' $s->createTemplate("file:" . $argv[2])->compileTemplateSource();'
                . ' echo "compiled";';
            $command = implode(' ', array_map('escapeshellarg', [PHP_BINARY, '-r', $script, $smarty, $path, $target]));
            exec($command . ' 2>&1; rm -rf ' . escapeshellarg($target), $output);
            self::assertSame('compiled', end($output), "$smarty, $name\n" . implode("\n", $output));
        }
    }

    /** Which shape a list of WHMCS's has in a module's template is not documented: none may end the page. */
    public function testNoShapeOfWhmcsListsBreaksTheOverview(): void
    {
        $script = <<<'SCRIPT'
            error_reporting(E_ALL & ~E_DEPRECATED);
            set_error_handler(function ($level, $text) { throw new ErrorException($text); }, E_ALL & ~E_DEPRECATED);
            require $argv[1] . "/Smarty.class.php";
            $row = ["name" => "N", "value" => "V", "optionname" => "O", "selectedoption" => "S", "displayName" => "D"];
            $shapes = [null, "", "text", 5, [], [$row], ["Note" => "typed"], [["a" => ["b"]]], [1, "x"],
                [array_fill_keys(array_keys($row), ["list"])], [array_fill_keys(array_keys($row), null)],
                [["name" => "N"], ["optionname" => "O"], ["displayName" => "D"]], [(object) $row], (object) $row];
            $lists = ["customfields", "productcustomfields", "configoptions", "configurableoptions", "metricStats"];
            foreach ($lists as $at) {
                foreach ($shapes as $number => $shape) {
                    $s = new Smarty();
                    $s->setErrorReporting(error_reporting());
                    $s->setCompileDir($argv[3]);
                    $texts = new class implements ArrayAccess {
                        public function offsetExists($at): bool { return true; }
                        public function offsetGet($at): mixed { return "text"; }
                        public function offsetSet($at, $to): void {}
                        public function offsetUnset($at): void {}
                    };
                    $parts = dirname($argv[2]) . "/parts/";
                    $files = array_diff(glob($parts . "*.tpl"), [$parts . "billing.tpl"]);
                    $names = array_map(fn ($file) => basename($file, ".tpl"), $files);
                    $puq = ["text" => $texts, "action" => $texts, "first" => $texts, "fields" => [], "id" => 1,
                        "parts" => array_combine($names, $files), "billing" => $parts . "billing.tpl",
                        "tabs" => array_fill_keys($names, "T"), "pages" => array_fill_keys($names, true),
                    ] + array_fill_keys(["version", "params", "view", "texts", "renew", "rtl", "locale"], "");
                    $s->assign(["WEB_ROOT" => "", "product" => "P", "status" => "Active", "puq" => $puq]);
                    $s->assign($at, $shape);
                    try {
                        $page = $s->fetch("file:" . $argv[2]);
                    } catch (Throwable $fault) {
                        while (ob_get_level() > 0) { ob_end_clean(); }
                        exit("$at, shape $number: " . $fault->getMessage());
                    }
                    if ($at === "productcustomfields" && $number === 6 && !str_contains($page, "typed")) {
                        exit("the fields by their names are not shown");
                    }
                }
            }
            echo "well";
            SCRIPT;
        $path = Tree::root() . '/modules/servers/puqProxmoxKVM/templates/overview.tpl';
        foreach (['smarty4', 'smarty3'] as $smarty) {
            $target = sys_get_temp_dir() . '/puq-shapes-' . getmypid();
            $command = implode(' ', array_map('escapeshellarg', [PHP_BINARY, '-r', $script, $smarty, $path, $target]));
            $output = [];
            exec($command . ' 2>&1; rm -rf ' . escapeshellarg($target), $output);
            self::assertSame('well', implode("\n", $output), $smarty);
        }
    }

    /** @dataProvider templates */
    public function testEveryPrintedVariableIsEscaped(string $name, string $path): void
    {
        preg_match_all('/\{\$[^}]*\}/', (string) file_get_contents($path), $prints);
        self::assertNotEmpty($prints[0]);
        foreach ($prints[0] as $print) {
            if (!in_array($print, self::RAW, true)) {
                // What WHMCS hands over may be encoded already: that is left as it is.
                $escaped = "/^\{\\$[\w.]+(->diffForHumans\(\))?\|escape:'(html|url)'(:'UTF-8':false)?\}$/";
                self::assertMatchesRegularExpression($escaped, $print, $name);
            }
        }
    }

    /**
     * A printed expression is a call that escapes, or chooses between literals and such calls.
     *
     * @dataProvider views
     */
    public function testEveryPrintedExpressionIsEscaped(string $name, string $path): void
    {
        preg_match_all('/<\?=(.*?)\?>/s', (string) file_get_contents($path), $prints);
        foreach ($prints[1] as $print) {
            $print = trim($print);
            // The frame puts the page, which its own view has escaped, into its place.
            if ($print === '$content' && substr($name, -9) === 'frame.php') {
                continue;
            }
            $safe = '(?:\$(?:e|t|json)(\((?:[^()]|(?1))*\))|\'[^\']*\'|\s|\.|\?|:)+';
            // What a choice depends on is not printed.
            if (preg_match('/^' . $safe . '$/', $print) !== 1) {
                $print = (string) preg_replace('/^(?:isset\([^)]*\)|[^?]*) \? (?=[\'$])/', '', $print);
            }
            self::assertMatchesRegularExpression('/^' . $safe . '$/', $print, $name);
        }
        self::assertDoesNotMatchRegularExpression('/^\s*echo /m', (string) file_get_contents($path), $name);
    }

    /**
     * A hoster's policy may forbid whatever stands in the page itself; and no attribute writes markup.
     *
     * @dataProvider templates
     */
    public function testATemplateHasNoScriptOrStyleOfItsOwn(string $name, string $path): void
    {
        $source = (string) file_get_contents($path);
        self::assertDoesNotMatchRegularExpression('/<[^>]*\s(on\w+|style)=/i', $source, $name);
        self::assertDoesNotMatchRegularExpression('/<style|<script(?![^>]* src=)|javascript:|(kvm|x)-html/i', $source);
        // Another Alpine, of the theme, reads its own attributes wherever it finds them.
        self::assertDoesNotMatchRegularExpression('/\s(x-[a-z]+|[@:][a-z.-]+)=/', $source, $name);
    }

    public function testScriptsNeverWriteMarkup(): void
    {
        $pages = dirname(__DIR__, 2) . '/php/web/src';
        $files = array_filter(Tree::files('js'), static function (string $name): bool {
            // What is bundled comes from there, and from libraries.
            return strpos($name, '/assets/built/') === false;
        }, ARRAY_FILTER_USE_KEY);
        foreach (array_merge(glob("$pages/*.js") ?: [], glob("$pages/*/*.js") ?: []) as $path) {
            $files[$path] = $path;
        }
        self::assertGreaterThan(6, count($files));
        foreach ($files as $name => $path) {
            $source = (string) file_get_contents($path);
            foreach (['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'document.write', 'eval('] as $way) {
                self::assertStringNotContainsString($way, $source, $name);
            }
        }
    }
}
