<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Admin pages from PHP files. A view prints only through $e (a value) and $t (a text), which escape.
 */
final class View
{
    private string $directory;
    private Lang $lang;

    public function __construct(string $directory, Lang $lang)
    {
        $this->directory = $directory;
        $this->lang = $lang;
    }

    /** @param array<string, mixed> $data Variables of the view. */
    public function render(string $name, array $data = []): string
    {
        if (preg_match('/^[a-z_]+$/', $name) !== 1) {
            throw new \InvalidArgumentException('There is no view with this name.');
        }
        $lang = $this->lang;
        $data['e'] = static fn ($value): string => self::escape($value);
        $data['t'] = static fn (string $key, array $values = []): string => self::escape($lang->text($key, $values));
        $data['json'] = static fn ($value): string => self::escape(self::json($value));
        $data['part'] = function (string $name, array $data = []): void {
            echo $this->render($name, $data);
        };
        $data['lang'] = $lang;
        $file = $this->directory . '/' . $name . '.php';
        ob_start();
        try {
            // Nameless arguments: a view's variable may have any name.
            (static function (): void {
                extract(func_get_arg(1));
                require func_get_arg(0);
            })($file, $data);
        } catch (\Throwable $fault) {
            ob_end_clean();
            throw $fault;
        }
        return (string) ob_get_clean();
    }

    /** @param mixed $value */
    public static function escape($value): string
    {
        return htmlspecialchars((string) $value, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
    }

    /** @param mixed $value */
    public static function json($value): string
    {
        $flags = JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT | JSON_UNESCAPED_UNICODE
            | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR;
        return (string) json_encode($value, $flags);
    }

    /** Where the browser finds this module's styles and scripts, under whatever path WHMCS is installed. */
    public static function assets(): string
    {
        $helper = 'WHMCS\\Utility\\Environment\\WebHelper';
        $base = '..';
        if (is_callable([$helper, 'getBaseUrl'])) {
            $base = rtrim((string) $helper::getBaseUrl(), '/');
        }
        return $base . '/modules/servers/puqProxmoxKVM/assets';
    }
}
