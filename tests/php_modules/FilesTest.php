<?php

declare(strict_types=1);

namespace PuqTest;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/bootstrap.php';
require_once __DIR__ . '/Tree.php';

/**
 * Rules for every file of the modules.
 */
final class FilesTest extends TestCase
{
    /** Methods that newer Illuminate versions have and the oldest WHMCS does not. */
    private const TOO_NEW = [
        'upsert', 'updateFrom', 'crossJoinSub', 'clone', 'beforeQuery', 'whereBetweenColumns', 'orWhereBetweenColumns',
        'whereNotBetweenColumns', 'whereFullText', 'cursorPaginate', 'lazy', 'lazyById', 'lazyByIdDesc', 'chunkMap',
        'sole', 'foreignIdFor', 'foreignUuid', 'fullText', 'dropFullText', 'dropConstrainedForeignId', 'tinyText',
        'numericMorphs', 'dropColumns', 'createDatabase', 'dropDatabaseIfExists', 'valueOrFail', 'withOnly',
        'loadExists', 'loadSum', 'saveQuietly', 'updateQuietly', 'updateOrFail', 'deleteOrFail', 'change',
    ];

    /** Functions that came after PHP 7.4. */
    private const TOO_NEW_FUNCTIONS = [
        'str_contains', 'str_starts_with', 'str_ends_with', 'array_is_list', 'get_debug_type', 'array_find',
        'array_any', 'array_all', 'mb_str_pad', 'json_validate',
    ];

    public function php(): array
    {
        return Tree::cases('php');
    }

    /** @dataProvider php */
    public function testHasTheGuard(string $name, string $path): void
    {
        $source = (string) file_get_contents($path);
        if ($name === 'modules/addons/puq_proxmox_kvm/cron.php') {
            self::assertStringContainsString("if (PHP_SAPI !== 'cli')", $source);
            return;
        }
        if ($name === 'modules/servers/puqProxmoxKVM/lib/dns/dns.php') {
            // Asked for by name servers: it brings WHMCS up itself, and the extension decides who may read.
            self::assertStringContainsString("require_once \$root . '/init.php';", $source);
            self::assertStringContainsString('Require ip ', (string) file_get_contents(dirname($path) . '/.htaccess'));
            return;
        }
        self::assertStringContainsString("if (!defined('WHMCS')) {\n    exit(", $source);
        self::assertStringNotContainsString('?>' . "\n\n<?php", $source);
    }

    /** @dataProvider php */
    public function testIsShort(string $name, string $path): void
    {
        self::assertLessThan(400, count((array) file($path)), $name);
    }

    /** @dataProvider php */
    public function testHasNoByteOrderMarkAndUnixLines(string $name, string $path): void
    {
        $source = (string) file_get_contents($path);
        self::assertStringStartsWith('<?php', $source);
        self::assertStringNotContainsString("\r", $source);
    }

    /** @dataProvider php */
    public function testIsWrittenForTheOldestPhp(string $name, string $path): void
    {
        $new = ['T_MATCH', 'T_NULLSAFE_OBJECT_OPERATOR', 'T_ENUM', 'T_READONLY', 'T_ATTRIBUTE'];
        $words = [];
        foreach (token_get_all((string) file_get_contents($path)) as $token) {
            if (is_array($token)) {
                self::assertNotContains(token_name($token[0]), $new, $name . ':' . $token[2]);
                if ($token[0] === T_STRING) {
                    $words[] = $token[1];
                }
            }
        }
        self::assertSame([], array_values(array_intersect($words, self::TOO_NEW_FUNCTIONS)));
        self::assertNotContains('mixed', $words, 'The type "mixed" is younger than PHP 7.4.');
    }

    /** @dataProvider php */
    public function testCallsNothingThatOldIlluminateLacks(string $name, string $path): void
    {
        preg_match_all('/(?:->|::)(\w+)\s*\(/', (string) file_get_contents($path), $calls);
        self::assertSame([], array_values(array_intersect($calls[1], self::TOO_NEW)), $name);
    }

    /**
     * What WHMCS encodes is read in one place for each source, where it becomes what a person typed; see Typed.
     *
     * @dataProvider php
     */
    public function testOnlyOnePlaceReadsEachSource(string $name, string $path): void
    {
        $places = [
            'T_VARIABLE' => ['$_GET' => 'Input', '$_POST' => 'Input', '$_REQUEST' => 'Input', '$_COOKIE' => 'none'],
            'T_STRING' => ['decrypt' => 'Cipher', 'html_entity_decode' => 'none', 'htmlspecialchars_decode' => 'none',
                'filter_input' => 'none', 'filter_input_array' => 'none'],
        ];
        $elsewhere = [];
        $before = '';
        foreach (token_get_all((string) file_get_contents($path)) as $token) {
            $text = is_array($token) ? $token[1] : $token;
            $place = is_array($token) ? $places[token_name($token[0])][ltrim($text, '\\')] ?? null : null;
            if ($place !== null && $before !== '::' && $before !== 'function') {
                $isThere = basename($path) === "$place.php";
                $elsewhere = array_merge($elsewhere, $isThere ? [] : ["$text in line $token[2]"]);
            }
            $before = trim($text) === '' ? $before : $text;
        }
        $source = (string) file_get_contents($path);
        // The tables of WHMCS are read by Tables; the module's own texts are as they are.
        preg_match_all('/(?:database|new Database\(\)\))->select\(\s*[\'"]([^\'"]+)/i', $source, $reads);
        foreach ($reads[1] as $sql) {
            $mayBe = preg_match('/Mail|Staff/', basename($path)) === 1;
            $elsewhere = array_merge($elsewhere, $mayBe || strpos($sql, ' tbl') === false ? [] : [$sql]);
        }
        self::assertSame([], $elsewhere, $name);
    }

    public function testAllFilesParse(): void
    {
        foreach (Tree::files('php') as $name => $path) {
            exec(escapeshellarg(PHP_BINARY) . ' -l ' . escapeshellarg($path) . ' 2>&1', $output, $status);
            self::assertSame(0, $status, $name . "\n" . implode("\n", $output));
        }
    }

    public function testAllFilesKeepTheStyle(): void
    {
        $command = 'phpcs -q --standard=' . escapeshellarg(__DIR__ . '/phpcs.xml') . ' '
            . escapeshellarg(Tree::root()) . ' ' . escapeshellarg(__DIR__) . ' 2>&1';
        exec($command, $output, $status);
        self::assertSame(0, $status, implode("\n", $output));
    }

    public function testDirectoriesThatOnlyPhpReadsAreClosed(): void
    {
        foreach (['lib', 'views', 'lang'] as $directory) {
            foreach (['servers/puqProxmoxKVM', 'addons/puq_proxmox_kvm'] as $module) {
                self::assertFileExists(Tree::root() . "/modules/$module/$directory/.htaccess");
            }
        }
    }

    public function testDescriptionsAreJson(): void
    {
        foreach (Tree::files('json') as $name => $path) {
            $data = json_decode((string) file_get_contents($path), true);
            self::assertSame('1.0', $data['schema'] ?? null, $name);
        }
    }

    public function testTheVersionIsTheSameEverywhere(): void
    {
        $cargo = (string) file_get_contents(dirname(__DIR__, 2) . '/Cargo.toml');
        preg_match('/^version = "([^"]+)"/m', $cargo, $match);
        self::assertSame($match[1], \PuqProxmoxKvm\Native::VERSION);
        self::assertSame($match[1], \puq_proxmox_kvm_config()['version']);
    }
}
