<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;
use PuqProxmoxKvm\Lang;

require_once __DIR__ . '/bootstrap.php';
require_once __DIR__ . '/Shape.php';
require_once __DIR__ . '/Tree.php';

/**
 * 25 languages with the same keys and placeholders, and no key that a page asks for is missing.
 */
final class LanguagesTest extends TestCase
{
    private const LANGUAGES = [
        'arabic', 'azerbaijani', 'catalan', 'chinese', 'croatian', 'czech', 'danish', 'dutch', 'english', 'estonian',
        'farsi', 'french', 'german', 'hebrew', 'hungarian', 'italian', 'macedonian', 'norwegian', 'polish', 'romanian',
        'russian', 'spanish', 'swedish', 'turkish', 'ukrainian',
    ];

    private const MODULES = ['servers/puqProxmoxKVM', 'addons/puq_proxmox_kvm'];

    public function files(): array
    {
        $files = [];
        foreach (self::MODULES as $module) {
            foreach (self::LANGUAGES as $language) {
                $files["$module $language"] = [$module, $language];
            }
        }
        return $files;
    }

    /** @dataProvider files */
    public function testHasTheKeysAndPlaceholdersOfEnglish(string $module, string $language): void
    {
        $english = $this->read($module, 'english');
        $texts = $this->read($module, $language);
        self::assertSame(array_keys($english), array_keys($texts));
        foreach ($english as $key => $text) {
            self::assertSame($this->placeholders($text), $this->placeholders($texts[$key]), $key);
            self::assertNotSame('', trim($texts[$key]), $key);
            self::assertSame($texts[$key], strip_tags($texts[$key]), $key);
            self::assertSame(1, preg_match('//u', $texts[$key]), $key);
        }
    }

    /** @dataProvider files */
    public function testIsTranslated(string $module, string $language): void
    {
        if ($language === 'english') {
            self::assertGreaterThan(50, count($this->read($module, $language)));
            return;
        }
        $same = array_intersect_assoc($this->read($module, $language), $this->read($module, 'english'));
        // Names, units and words that are the same in both languages.
        self::assertLessThan(0.3 * count($this->read($module, 'english')), count($same), implode(', ', $same));
    }

    /** Of two texts of one key PHP takes the last, without a word. */
    public function testNoFileHasAKeyTwice(): void
    {
        $files = glob(dirname(__DIR__, 2) . '/php/modules/*/*/lang/{,*/}*.php', GLOB_BRACE);
        self::assertGreaterThan(100, count($files));
        foreach ($files as $file) {
            $text = (string) file_get_contents($file);
            preg_match_all("/^ *(?:\\\$_ADDONLANG\\[)?'([a-z0-9_]+)'\\]? *=/m", $text, $found);
            self::assertSame([], array_diff_key($found[1], array_unique($found[1])), $file);
        }
    }

    public function testWhmcsSpellingOfUkrainian(): void
    {
        Whmcs::reset();
        $_SESSION['Language'] = 'ukranian';
        $ukrainian = $this->read(self::MODULES[0], 'ukrainian');
        self::assertSame($ukrainian['status_running'], Lang::forClient()->text('status_running'));
        self::assertSame(
            $this->read(self::MODULES[1], 'ukrainian'),
            $this->read(self::MODULES[1], 'ukranian')
        );
    }

    public function testOnlyNamesOfLanguagesReachTheFileSystem(): void
    {
        Whmcs::reset();
        foreach (['../../../../configuration', 'klingon', '', ['german']] as $name) {
            $_SESSION['Language'] = $name;
            self::assertSame('Running', Lang::forClient()->text('status_running'));
        }
    }

    public function testPlaceholdersAreFilled(): void
    {
        Whmcs::reset();
        self::assertSame('3 d 4 h', Lang::forClient()->text('uptime_days', ['days' => 3, 'hours' => 4]));
        self::assertSame('no_such_key', Lang::forClient()->text('no_such_key'));
    }

    public function testEveryKeyThatIsAskedForExists(): void
    {
        $texts = [];
        foreach (self::MODULES as $module) {
            $texts[$module] = $this->read($module, 'english');
        }
        foreach (Tree::files('php') + Tree::files('tpl') as $name => $path) {
            $module = strpos($name, 'addons/') !== false ? self::MODULES[1] : self::MODULES[0];
            $source = (string) file_get_contents($path);
            preg_match_all('/(?:\$t|->text)\(\'([a-z_A-Z0-9]+)\'[,)]/', $source, $asked);
            preg_match_all('/\$puq\.text\.([a-z_]+)/', $source, $printed);
            preg_match_all('/->sentence\(\'([a-z_]+)\'/', $source, $said);
            $said = array_map(static function (string $key): string {
                return 'said_' . $key;
            }, $said[1]);
            $everywhere = $texts[self::MODULES[0]] + $texts[self::MODULES[1]];
            self::assertSame([], array_values(array_diff($said, array_keys($everywhere))), $name);
            $keys = array_merge($asked[1], array_map(static fn (string $key): string => 'client_' . $key, $printed[1]));
            self::assertSame([], array_values(array_diff($keys, array_keys($texts[$module]))), $name);
        }
    }

    /**
     * Every word that Rust sends and a page looks up has its text.
     */
    public function testEveryWordOfRustHasAText(): void
    {
        $shape = new Shape();
        $texts = $this->read(self::MODULES[0], 'english');
        foreach (['FlowKey' => 'flow_', 'Work' => 'step_', 'Standing' => 'status_'] as $type => $prefix) {
            self::assertNotEmpty($shape->type($type)['enum']);
            foreach ($shape->type($type)['enum'] as $word) {
                self::assertArrayHasKey($prefix . $word, $texts);
            }
        }
        foreach ($shape->type('ResetTarget')['enum'] as $state) {
            self::assertArrayHasKey('reset_' . $state, $this->read(self::MODULES[1], 'english'));
        }
        foreach (preg_grep('/^state_/', array_keys($texts)) as $key) {
            self::assertContains(substr($key, 6), $shape->type('VmState')['enum']);
        }
    }

    /** A sentence with a key is looked up, wherever it stands in an answer, and of both modules. */
    public function testASentenceWithAKeyIsLookedUp(): void
    {
        Whmcs::reset();
        $_SESSION['adminlang'] = 'german';
        $said = static function (string $key, array $args, string $text): array {
            return ['args' => $args, 'key' => $key, 'text' => $text];
        };
        $why = $said('since_vmid', [], 'Proxmox numbers its guests so');
        $rule = $said('must_whole_since', ['low' => '100', 'high' => '9', 'text' => ':why <b>', 'why' => $why], 'No.');
        $answer = Lang::forAdmin()->words(['ok' => false, 'data' => ['key' => 'x', 'list' => [1, null]], 'errors' => [
            'vm_id' => $rule,
            'vlan' => $said('vlan', ['text' => '5000'], 'Must be a VLAN.'),
            'later' => $said('of_another_version', ['a' => 'b'], 'Something new.'),
            'plain' => 'Proxmox said something.',
        ]]);
        self::assertSame(['ok' => false, 'data' => ['key' => 'x', 'list' => [1, null]], 'errors' => [
            'vm_id' => 'Muss eine ganze Zahl von 100 bis 9 sein, nicht „:why <b>“: Proxmox nummeriert seine Gäste so.',
            'vlan' => 'Muss von 0 (ohne Tag) bis 4094 sein, da 802.1Q 4095 reserviert, nicht „5000“.',
            'later' => 'Something new.',
            'plain' => 'Proxmox said something.',
        ]], $answer);
    }

    /** Every field of the product form has a label. */
    public function testEveryProductFieldHasALabel(): void
    {
        $catalogue = dirname(__DIR__, 2) . '/src/plan/catalogue.rs';
        $source = is_file($catalogue) ? (string) file_get_contents($catalogue) : '';
        preg_match_all('/plain\("(\w+)", "(\w+)"/', $source, $fields, PREG_SET_ORDER);
        $texts = $this->read(self::MODULES[0], 'english');
        foreach ($fields as [, $section, $key]) {
            self::assertArrayHasKey("product_{$section}_{$key}", $texts);
        }
        self::assertArrayHasKey('product_vm_node', $texts);
    }

    /**
     * @return array<string, string>
     */
    private function read(string $module, string $language): array
    {
        $_ADDONLANG = [];
        $returned = include Tree::root() . "/modules/$module/lang/$language.php";
        $texts = is_array($returned) ? $returned : $_ADDONLANG;
        foreach (['client', 'said', 'doctor', 'work'] as $folder) {
            $file = Tree::root() . "/modules/$module/lang/$folder/$language.php";
            $more = is_file($file) ? include $file : [];
            self::assertSame([], array_intersect_key($texts, $more), 'Each text stands in one file.');
            $texts += $more;
        }
        return $texts;
    }

    /** @return list<string> */
    private function placeholders(string $text): array
    {
        preg_match_all('/:[a-z]+/', $text, $found);
        sort($found[0]);
        return $found[0];
    }

    /** An address within a sentence that is written from right to left would be read from its other end. */
    public function testWhereOneReadsFromRightToLeftEachValueStandsApart(): void
    {
        $address = '2001:db8::1';
        $apart = "\u{2068}$address\u{2069}";
        foreach (['arabic' => true, 'hebrew' => true, 'farsi' => true, 'german' => false] as $language => $back) {
            $_SESSION['adminlang'] = $language;
            $lang = Lang::forAdmin(dirname(__DIR__, 2) . '/php/modules/addons/puq_proxmox_kvm/lang');
            $said = $lang->sentence('names_lack', ['address' => $address, 'zone' => 'ip6.arpa']);
            foreach ([(string) $said, $lang->text('since', ['time' => $address])] as $text) {
                self::assertStringContainsString($address, $text);
                self::assertSame($back, strpos($text, $apart) !== false, $text);
            }
        }
    }
}
