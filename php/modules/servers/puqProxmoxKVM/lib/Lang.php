<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Texts in the reader's language. English is the base: a key that a language lacks is read from there.
 */
final class Lang
{
    /** WHMCS spells its Ukrainian file without the second "i". */
    private const ALIASES = ['ukranian' => 'ukrainian'];

    private const LOCALES = [
        'arabic' => 'ar-u-ca-gregory-nu-latn', 'azerbaijani' => 'az', 'catalan' => 'ca', 'chinese' => 'zh-CN',
        'croatian' => 'hr', 'czech' => 'cs', 'danish' => 'da', 'dutch' => 'nl', 'estonian' => 'et',
        'farsi' => 'fa-u-ca-gregory-nu-latn', 'french' => 'fr', 'german' => 'de', 'hebrew' => 'he', 'hungarian' => 'hu',
        'italian' => 'it', 'macedonian' => 'mk', 'norwegian' => 'nb', 'polish' => 'pl', 'romanian' => 'ro',
        'russian' => 'ru', 'spanish' => 'es', 'swedish' => 'sv', 'turkish' => 'tr', 'ukrainian' => 'uk',
    ];

    /** Where the addon has its texts, seen from the directory of all modules. */
    private const ADDON = '/addons/puq_proxmox_kvm/lang';

    /** @var array<string, string> */
    private $texts;

    /** @var string */
    private $language;

    /** @var array<string, string>|null Texts of both modules, once a sentence was looked for in them. */
    private $everywhere;

    private function __construct(string $directory, string $language)
    {
        $this->language = $language;
        $this->texts = self::read($directory, $language) + self::read($directory, 'english');
    }

    /**
     * In the language of the client who is looking: the one chosen on the page, else the one of their profile.
     *
     * @param array<mixed> $params Of a module call, with the client's details.
     */
    public static function forClient(array $params = []): self
    {
        $details = $params['clientsdetails'] ?? null;
        $profile = is_array($details) ? $details['language'] ?? null : null;
        return new self(dirname(__DIR__) . '/lang', self::choose(['Language'], $profile));
    }

    /**
     * In the language of the admin who is looking; an addon brings its own directory of texts.
     */
    public static function forAdmin(?string $directory = null): self
    {
        return new self($directory ?? dirname(__DIR__) . '/lang', self::choose(['adminlang']));
    }

    /**
     * In the language of whoever this request is for; what no person asked for is answered in English.
     *
     * @param array<mixed> $arguments Of a call of the extension: the first may be the parameters of a module call.
     */
    public static function forReader(array $arguments): self
    {
        switch (Entry::who()) {
            case Entry::CLIENT:
                return self::forClient(is_array($arguments[0] ?? null) ? $arguments[0] : []);
            case Entry::STAFF:
                return self::forAdmin();
            default:
                return new self(dirname(__DIR__) . '/lang', 'english');
        }
    }

    /**
     * @param array<string, scalar> $values For the placeholders: ":name" in the text becomes the value of "name".
     */
    public function text(string $key, array $values = []): string
    {
        $text = $this->texts[$key] ?? $key;
        if ($values === []) {
            return $text;
        }
        return $this->filled($text, $values);
    }

    /**
     * @return string|null The text, or null when no language has the key.
     */
    public function find(string $key): ?string
    {
        return $this->texts[$key] ?? null;
    }

    /**
     * What the extension answered, with every sentence that has a key in the reader's language. The arguments of one
     * may be sentences themselves; one with the key of another version stays in English.
     *
     * @param mixed $answer
     * @return mixed
     */
    public function words($answer)
    {
        if (!is_array($answer)) {
            return $answer;
        }
        $answer = array_map([$this, 'words'], $answer);
        if (count($answer) !== 3 || !isset($answer['key'], $answer['args'], $answer['text'])) {
            return $answer;
        }
        return $this->sentence((string) $answer['key'], (array) $answer['args']) ?? $answer['text'];
    }

    /**
     * A sentence of the extension by its key.
     *
     * @param array<string, mixed> $args For the placeholders.
     * @return string|null Null when no language has the key.
     */
    public function sentence(string $key, array $args = []): ?string
    {
        $text = $this->everywhere()['said_' . $key] ?? null;
        if ($text === null) {
            return null;
        }
        return $this->filled($text, $args);
    }

    /**
     * A text with its placeholders filled. In a language that is written from right to left each value is set apart, by
     * marks that are not seen: otherwise 2001:db8::1 would read db8::1:2001.
     *
     * @param array<string, mixed> $values
     */
    private function filled(string $text, array $values): string
    {
        $pairs = [];
        foreach ($values as $name => $value) {
            $value = (string) $value;
            $pairs[':' . $name] = $this->rightToLeft() && $value !== '' ? "\u{2068}$value\u{2069}" : $value;
        }
        return strtr($text, $pairs);
    }

    /**
     * Pages of both modules show sentences of the extension; each of them stands in the files of one.
     *
     * @return array<string, string>
     */
    private function everywhere(): array
    {
        if ($this->everywhere === null) {
            $own = dirname(__DIR__) . '/lang/said';
            $doctor = dirname(__DIR__) . '/lang/doctor';
            $addon = dirname(__DIR__, 3) . self::ADDON;
            $this->everywhere = [];
            foreach ([$this->language, 'english'] as $language) {
                foreach ([$own, $doctor, $addon] as $directory) {
                    $this->everywhere += self::read($directory, $language);
                }
            }
        }
        return $this->everywhere;
    }

    /**
     * @return array<string, string> The texts whose keys begin so, with the rest of the key.
     */
    public function group(string $prefix): array
    {
        $group = [];
        foreach ($this->texts as $key => $text) {
            if (strncmp($key, $prefix, strlen($prefix)) === 0) {
                $group[substr($key, strlen($prefix))] = $text;
            }
        }
        return $group;
    }

    /**
     * @return array<string, string> How long something takes or took, for scripts that count.
     */
    public function lengths(): array
    {
        $lengths = [];
        foreach ($this->group('uptime_') as $key => $text) {
            $lengths['uptime_' . $key] = $text;
        }
        return $lengths;
    }

    /**
     * What browsers call the reader's language, with the digits and the calendar that addresses and invoices have.
     */
    public function locale(): string
    {
        return self::LOCALES[$this->language] ?? 'en';
    }

    /** The language's name, as its file has it. */
    public function name(): string
    {
        return self::ALIASES[$this->language] ?? $this->language;
    }

    public function rightToLeft(): bool
    {
        return in_array($this->language, ['arabic', 'farsi', 'hebrew'], true);
    }

    /**
     * @param list<string> $sources Session keys to look into, before the installation's own language.
     * @param mixed $profile Language of the profile, looked at between the two.
     */
    private static function choose(array $sources, $profile = null): string
    {
        $wanted = [];
        foreach ($sources as $source) {
            $wanted[] = $_SESSION[$source] ?? null;
        }
        $wanted[] = $profile;
        $wanted[] = $GLOBALS['CONFIG']['Language'] ?? null;
        foreach ($wanted as $name) {
            if (!is_string($name) || preg_match('/^[a-z][a-z_-]{1,30}$/', strtolower($name)) !== 1) {
                continue;
            }
            $name = strtolower($name);
            $name = self::ALIASES[$name] ?? $name;
            if (is_file(dirname(__DIR__) . '/lang/' . $name . '.php')) {
                return $name;
            }
        }
        return 'english';
    }

    /**
     * @return array<string, string>
     */
    private static function read(string $directory, string $language): array
    {
        $file = $directory . '/' . $language . '.php';
        if (!is_file($file)) {
            return [];
        }
        // A server module's file returns its texts, an addon's fills the variable that WHMCS prescribes.
        $_ADDONLANG = [];
        $returned = include $file;
        $texts = is_array($returned) ? $returned : $_ADDONLANG;
        // The texts of the client's page are many.
        $more = $directory . '/client/' . $language . '.php';
        return is_file($more) ? $texts + include $more : $texts;
    }
}
