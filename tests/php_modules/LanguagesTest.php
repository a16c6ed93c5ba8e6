<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;
use PuqProxmoxKvm\Lang;
use PuqProxmoxKvm\Progress;

require_once __DIR__ . '/bootstrap.php';
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

    /** What only staff read, in files whose other sentences clients read too. */
    private const OF_STAFF = [
        'The firewall of this product\'s VMs is off: it is not enabled, or there is no static address.',
        'Both policies must be ACCEPT, DROP or REJECT.',
        'VM :vmid is gone: no node of the cluster has it. Redeploy the service, or terminate it.',
        'The VM is running. Stop it first: installing anew deletes everything on it.',
        'Nothing is saved for this product yet.',
        'Nothing is under way: the service stands at :state.',
        'The VM is being worked on (:state).',
        'No server is assigned to the service. Choose one, or give the product a server group.',
        'The service has a VM already (state :state). Terminate it first, or use Redeploy.',
        'The service\'s former VM is being removed still. Create again when that is done.',
        'The service has no VM yet. Create it first.',
        'The service\'s VM is removed or being removed (state :was).',
        'A restore failed and left the VM unfinished; restore again or reinstall first.',
        'The names are saved, but not all were written (:lines). The cron goes on trying.',
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
            $keys = array_merge($asked[1], array_map(static fn (string $key): string => 'client_' . $key, $printed[1]));
            self::assertSame([], array_values(array_diff($keys, array_keys($texts[$module]))), $name);
        }
    }

    public function testEveryStateHasWords(): void
    {
        $texts = $this->read(self::MODULES[0], 'english');
        foreach (Progress::states() as $state) {
            $progress = Progress::of($state);
            if ($progress !== null) {
                self::assertArrayHasKey('flow_' . $progress['flow'], $texts);
                self::assertArrayHasKey('step_' . $progress['step'], $texts);
            }
        }
        foreach (Progress::RESETS as $state) {
            self::assertArrayHasKey('reset_' . $state, $this->read(self::MODULES[1], 'english'));
        }
    }

    /** Every state of the extension is known here, so that no page is without words. */
    public function testTheStatesAreThoseOfTheExtension(): void
    {
        $source = (string) file_get_contents(dirname(__DIR__, 2) . '/src/model/state.rs');
        $source = explode("\n    }\n", explode('VmState {', $source)[1] ?? '')[0];
        preg_match_all('/^        [A-Z]\w+ = "([a-z_]+)",$/m', $source, $words);
        self::assertNotEmpty($words[1]);
        self::assertSame([], array_values(array_diff($words[1], Progress::states())));
        self::assertSame([], array_values(array_diff(Progress::states(), $words[1])));
    }

    /** What the extension says to clients is said in their language: every sentence in the files behind their pages. */
    public function testTheExtensionsSentencesAreKnown(): void
    {
        $known = array_filter($this->read(self::MODULES[0], 'english'), static function (string $key): bool {
            return strncmp($key, 'said_', 5) === 0;
        }, ARRAY_FILTER_USE_KEY);
        $pages = [
            'answer', 'page', 'client', 'power', 'backups', 'snapshots', 'charts', 'iso', 'firewall', 'firewall_rule',
            'reinstall', 'rdns',
            'module_commands', 'vm_view', 'caller', 'product',
        ];
        $said = $this->literals('model/reason', '[A-Z](?:[^"\\\\]|\\\\.)*\.');
        foreach ($pages as $page) {
            $said = array_merge($said, $this->literals("actions/$page", '[A-Z](?:[^"\\\\]|\\\\.)*\.'));
        }
        foreach (['custody/hindrance', 'custody/refusal'] as $file) {
            $said = array_merge($said, $this->literals($file, '[A-Z](?:[^"\\\\]|\\\\.)*\.'));
        }
        // The rest of a sentence about a field.
        foreach (['actions/firewall_rule', 'actions/rdns'] as $file) {
            foreach ($this->literals($file, '(?:must|needs|is no) (?:[^"\\\\]|\\\\.)*') as $rule) {
                $said[] = ucfirst($rule) . '.';
            }
        }
        // What has a key already.
        $said = array_merge($said, $this->literals('model/say/service', '(?:[^"\\\\]|\\\\.)*'));
        $bare = static fn (string $text): string => (string) preg_replace('/\{\w*\}|:[a-z]+/', '…', $text);
        $said = array_diff(array_map($bare, $said), array_map($bare, self::OF_STAFF));
        self::assertGreaterThan(60, count(array_unique($said)));
        self::assertSame([], array_values(array_diff($said, array_map($bare, $known))));
        self::assertSame([], array_values(array_diff(array_map($bare, $known), $said)), 'nothing says these any more');
    }

    /** The same of what it says of the addon's forms: what a field must be, and that nothing was saved. */
    public function testTheExtensionsSentencesOfTheAddonsFormsAreKnown(): void
    {
        $known = array_filter($this->read(self::MODULES[1], 'english'), static function (string $key): bool {
            return strncmp($key, 'said_', 5) === 0;
        }, ARRAY_FILTER_USE_KEY);
        $said = [];
        foreach (['pools', 'zones', 'settings'] as $page) {
            $said = array_merge($said, $this->literals("actions/$page", '[A-Z](?:[^"\\\\]|\\\\.)*\.'));
        }
        $said = array_merge($said, $this->literals('model/say/forms', '(?:[^"\\\\]|\\\\.)*'));
        foreach (['actions/zones', 'actions/dns_export'] as $file) {
            foreach ($this->literals($file, '(?:must|may have) (?:[^"\\\\]|\\\\.)*') as $rule) {
                $said[] = ucfirst($rule) . '.';
            }
        }
        // The units of a number.
        preg_match_all('/, \d+, "(\w+)"\)/', (string) file_get_contents(
            dirname(__DIR__, 2) . '/src/actions/settings.rs'
        ), $units);
        $said = array_merge($said, $units[1]);
        $bare = static fn (string $text): string => (string) preg_replace('/\{\w*\}|:[a-z]+/', '…', $text);
        $said = array_map($bare, $said);
        self::assertGreaterThan(38, count(array_unique($said)));
        self::assertSame([], array_values(array_diff($said, array_map($bare, $known))));
        self::assertSame([], array_values(array_diff(array_map($bare, $known), $said)), 'nothing says these any more');
    }

    public function testWhatAFormRefusesIsSaidInTheLanguageOfTheStaff(): void
    {
        Whmcs::reset();
        $_SESSION['adminlang'] = 'german';
        $lang = Lang::forAdmin(Tree::root() . '/modules/' . self::MODULES[1] . '/lang');
        foreach (
            [
                'The pool is not saved.' => 'Der Pool ist nicht gespeichert.',
                'Must be an IPv4 address, not "".' => 'Muss eine IPv4-Adresse sein, nicht „“.',
                'Must be a whole number of seconds from 1 to 300.' =>
                    'Muss eine ganze Zahl von 1 bis 300 sein (Sekunden).',
                'Overlaps with pool 3 (192.0.2.1 - 192.0.2.9).' =>
                    'Überschneidet sich mit Pool 3 (192.0.2.1 - 192.0.2.9).',
                'Proxmox said something.' => 'Proxmox said something.',
            ] as $english => $german
        ) {
            self::assertSame($german, $lang->said($english));
        }
    }

    public function testASentenceIsSaidInTheReadersLanguage(): void
    {
        Whmcs::reset();
        $_SESSION['Language'] = 'german';
        $lang = Lang::forClient();
        $answer = $lang->answer([
            'ok' => false, 'error' => 'All 3 backups of the package are in use; remove one first.',
            'errors' => ['dest' => 'Must have a prefix from 1 to 32.', 'comment' => 'Something new.'],
            'data' => ['busy' => 'The VM is busy (suspended).', 'why' => null, 'limit' => 3],
        ]);
        self::assertSame([
            'ok' => false, 'error' => 'Alle 3 Backups des Pakets sind belegt; entfernen Sie zuerst eines.',
            'errors' => ['dest' => 'Muss ein Präfix von 1 bis 32 haben.', 'comment' => 'Something new.'],
            'data' => ['busy' => 'Die VM ist beschäftigt (suspended).', 'why' => null, 'limit' => 3],
        ], $answer);
        // What stands in a placeholder may be a sentence's part itself.
        self::assertSame(
            'Zeile 2 ist kein öffentlicher SSH-Schlüssel: der Text nach der Art ist kein Base64.',
            $lang->said('Line 2 is no SSH public key: the text after the kind is not base64.')
        );
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
     * Texts in a file of the extension, without its tests.
     *
     * @return list<string>
     */
    private function literals(string $file, string $pattern): array
    {
        $source = (string) file_get_contents(dirname(__DIR__, 2) . "/src/$file.rs");
        $source = explode('#[cfg(test)]', $source)[0];
        $source = (string) preg_replace(['/^\s*\/\/.*$/m', '/\\\\\n\s*/'], '', $source);
        preg_match_all('/"(' . $pattern . ')"/', $source, $found);
        return array_map('stripslashes', $found[1]);
    }

    /** @return array<string, string> */
    private function read(string $module, string $language): array
    {
        $_ADDONLANG = [];
        $returned = include Tree::root() . "/modules/$module/lang/$language.php";
        $more = Tree::root() . "/modules/$module/lang/client/$language.php";
        $client = is_file($more) ? include $more : [];
        $texts = is_array($returned) ? $returned : $_ADDONLANG;
        self::assertSame([], array_intersect_key($texts, $client), 'Each text stands in one file.');
        return $texts + $client;
    }

    /** @return list<string> */
    private function placeholders(string $text): array
    {
        preg_match_all('/:[a-z]+/', $text, $found);
        sort($found[0]);
        return $found[0];
    }
}
