<?php

declare(strict_types=1);

namespace Contract;

use PHPUnit\Framework\TestCase;
use Standin\Testing\Chrome;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * The client's page inside every skin, wide and narrow, in both forms of stored texts and of template variables: it
 * says everything once and rightly, fits the window, is readable, and its scripts have nothing to complain about.
 * STANDIN_THEMES names a directory with themes from elsewhere, whose page is then looked at too; PUQ_SHOTS one for
 * pictures.
 */
final class ThemesTest extends TestCase
{
    private ?ModuleSite $site = null;
    private ?Chrome $chrome = null;

    protected function setUp(): void
    {
        if (!Chrome::isInstalled()) {
            self::markTestSkipped('No Chromium.');
        }
    }

    protected function tearDown(): void
    {
        if ($this->chrome !== null) {
            $this->chrome->close();
        }
        if ($this->site !== null) {
            $this->site->close();
        }
    }

    public static function forms(): array
    {
        return [
            'stored encoded, parameters win' => [['stored' => 'encoded', 'params' => 'win', 'smarty' => '4']],
            'stored raw, parameters lose' => [['stored' => 'raw', 'params' => 'lose', 'smarty' => '3']],
        ];
    }

    /**
     * @dataProvider forms
     * @param array<string, string> $switches
     */
    public function testEveryThemeShowsThePageRightly(array $switches): void
    {
        $this->site = new ModuleSite(['192.0.2.10', '192.0.2.30'], $switches);
        $service = $this->site->delivered();
        $this->measure($service);
        $this->chrome = new Chrome();
        $url = $this->site->host()->url('');
        $this->chrome->signIn($url, 'client1@example.com');
        foreach ($this->themes() as $theme) {
            foreach ([1280, 390] as $width) {
                $this->chrome->resize($width, 1600);
                $this->chrome->open($url . "clientarea.php?action=productdetails&systpl=$theme&id=$service");
                $this->chrome->waitFor('document.body.innerText.includes("Running")');
                $this->assertPage("$theme at $width");
                $this->shot("client-$theme-$width");
            }
            $this->assertReadableQuestion($theme);
            $this->assertEveryPart($theme, $service);
        }
        self::assertSame([], $this->chrome->complaints());
    }

    /** Each part stands inside the theme, fits the window, and has its tab marked. */
    private function assertEveryPart(string $theme, int $service): void
    {
        foreach (['snapshots', 'backups', 'reinstall', 'access', 'network', 'firewall', 'iso', 'charts'] as $part) {
            foreach ([1280, 390] as $width) {
                $this->chrome->resize($width, 1600);
                $page = "clientarea.php?action=productdetails&systpl=$theme&visit=$part$width&id=$service#$part";
                $this->chrome->open($this->site->host()->url($page));
                $pane = "document.querySelector('[data-pane=$part]:not([hidden])')";
                $this->chrome->waitFor("$pane && $pane.getClientRects().length"
                    . " && [...$pane.querySelectorAll('.kvm-wait')].every(one => one.hidden)");
                $wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
                self::assertLessThanOrEqual(0, $this->chrome->evaluate($wide), "$theme, $part: wider than $width");
                $this->chrome->waitFor("$pane.innerText.trim().length > 20");
                $current = 'document.querySelector(".kvm-tabs [aria-current=page]").dataset.tab';
                self::assertSame($part, $this->chrome->evaluate($current), "$theme, $part");
                $this->shot("client-$theme-$part-$width");
            }
        }
    }

    /** Values as the daily run leaves them. */
    private function measure(int $service): void
    {
        $hour = time() - time() % 3600;
        $this->site->host()->sql('delete from puqProxmoxKVM_statistics');
        $this->site->host()->sql('insert into puqProxmoxKVM_statistics (service_id, hour, netin, netout, counter_in,'
            . " counter_out, sampled_at, estimated) values ($service, $hour, 3221225472, 1073741824, 0, 0, $hour, 0)");
        $this->site->host()->mustRun(['cron', '--daily']);
    }

    /** @return string[] */
    private function themes(): array
    {
        $themes = ['standin3', 'standin4', 'standin9', 'dark'];
        $others = (string) getenv('STANDIN_THEMES');
        if ($others !== '') {
            $this->site->host()->mustRun(['install', '--themes', $others]);
            $themes = array_merge($themes, array_map('basename', glob($others . '/*', GLOB_ONLYDIR) ?: []));
        }
        return $themes;
    }

    private function assertPage(string $where): void
    {
        $text = $this->chrome->text();
        foreach (
            ['VPS & Co "S"', 'Servers A & B', '€10.00', 'R&D "lab" of O\'Brien', 'Bank Transfer', '192.0.2.10'] as $part
        ) {
            self::assertStringContainsString($part, $text, $where);
        }
        self::assertDoesNotMatchRegularExpression('/&(amp|lt|gt|quot|euro|#0*39);/', $text, $where);
        // What the theme's own overview has and ours takes the place of.
        foreach (['a[href*="action=cancel"]', 'a[href*="service-renewals"], a[href*="service/renewals"]'] as $link) {
            $selector = '.puq-kvm ' . str_replace(', ', ', .puq-kvm ', $link);
            $find = 'document.querySelector(' . json_encode($selector) . ')';
            self::assertTrue($this->chrome->evaluate("Boolean($find)"), "$where: $link is missing.");
        }
        self::assertMatchesRegularExpression('/\b3(\.0+)? ?GB/', $text, "$where: the usage that is billed is missing.");
        self::assertLessThanOrEqual(0, $this->chrome->evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        ), "$where is wider than the window.");
        self::assertSame([], $this->chrome->evaluate(self::CUT_OFF), "$where: something is cut off.");
        self::assertSame([], $this->chrome->evaluate(self::faint('.puq-kvm')), "$where: unreadable text.");
    }

    private function assertReadableQuestion(string $theme): void
    {
        $this->chrome->click('[data-op="stop"]');
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        self::assertSame([], $this->chrome->evaluate(self::faint('dialog[open]')), "$theme: an unreadable question.");
        $this->shot("question-$theme");
        $this->chrome->click('dialog[open] button');
    }

    /** Buttons whose right end is outside what holds them, or whose words do not fit into them. */
    private const CUT_OFF = '[...document.querySelectorAll(".puq-kvm button, .puq-kvm a.btn")].filter(function (one) {'
        . ' if (!one.offsetParent) { return false; } var box = one.getBoundingClientRect();'
        . ' var card = one.closest(".kvm-card"); var range = document.createRange(); range.selectNodeContents(one);'
        . ' var words = range.getBoundingClientRect();'
        . ' if (words.right > box.right || words.left < box.left) { return true; }'
        . ' return card && box.right > card.getBoundingClientRect().right + 1; })'
        . '.map(function (one) { return one.innerText; })';

    /** Script: visible texts below an element whose contrast with what is behind them is under 3 to 1. */
    private static function faint(string $root): string
    {
        return '(function (root) {
            function parts(text) { return (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number); }
            function over(top, below) {
                var a = top.length > 3 ? top[3] : 1;
                return [0, 1, 2].map(function (i) { return top[i] * a + below[i] * (1 - a); });
            }
            function behind(element) {
                var layers = [];
                for (var at = element; at; at = at.parentElement) {
                    var style = getComputedStyle(at);
                    if (style.backgroundImage !== "none") { return null; }
                    layers.push(parts(style.backgroundColor));
                }
                return layers.reverse().reduce(function (below, top) { return over(top, below); }, [255, 255, 255]);
            }
            function light(colour) {
                var c = colour.map(function (v) {
                    v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
                });
                return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
            }
            var walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [];
            while (walker.nextNode()) {
                var text = walker.currentNode.nodeValue.trim(), element = walker.currentNode.parentElement;
                var off = element.closest("script, style, [disabled]");
                if (!text || off || !element.getClientRects().length) { continue; }
                var ground = behind(element);
                if (!ground) { continue; }
                var a = light(over(parts(getComputedStyle(element).color), ground)), b = light(ground);
                if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 3) { found.push(text.slice(0, 40)); }
            }
            return found;
        })(document.querySelector(' . json_encode($root) . '))';
    }

    private function shot(string $name): void
    {
        $directory = (string) getenv('PUQ_SHOTS');
        if ($directory !== '') {
            $this->chrome->screenshot($directory . '/' . $name . '-' . getenv('STANDIN_STORED') . '.png');
        }
    }
}
