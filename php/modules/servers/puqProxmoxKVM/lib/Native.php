<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The way into the compiled extension. WHMCS loads module files and hooks on nearly every page, so nothing here
 * may fail when the extension is not there: it says what is missing, in one sentence.
 */
final class Native
{
    public const EXTENSION = 'puq_proxmox_kvm';

    /** Modules and extension are released together: the first two numbers of both versions are the same. */
    public const VERSION = '0.1.0';

    /** Levels of arrays that are handed on; the deepest real request has six, the extension takes 64. */
    private const DEEPEST = 16;

    /**
     * @return string|null Null when the extension is there and fits.
     */
    public static function problem(): ?string
    {
        if (!function_exists('Puq\\ProxmoxKvm\\version')) {
            return sprintf(
                'The PHP extension "%s" is not loaded in PHP %s (%s): install the build for this PHP version and'
                . ' restart PHP.',
                self::EXTENSION,
                PHP_VERSION,
                PHP_SAPI
            );
        }
        $version = (string) \Puq\ProxmoxKvm\version();
        if (self::line($version) !== self::line(self::VERSION)) {
            return sprintf(
                'The PHP extension "%s" has version %s and does not fit the modules of version %s: install both from'
                . ' the same release and restart PHP.',
                self::EXTENSION,
                $version,
                self::VERSION
            );
        }
        return null;
    }

    /**
     * Calls a function of the extension with the host in front. Sentences come back in the reader's language.
     *
     * @param mixed ...$arguments
     * @return mixed
     * @throws \RuntimeException when the extension is missing, or for a fault inside it
     */
    public static function call(string $function, ...$arguments)
    {
        $problem = self::problem();
        if ($problem !== null) {
            throw new \RuntimeException($problem);
        }
        $name = 'Puq\\ProxmoxKvm\\' . $function;
        if (!function_exists($name)) {
            throw new \RuntimeException('The PHP extension has no function "' . $function . '".');
        }
        return Lang::forReader($arguments)->words($name(new Host(), ...$arguments));
    }

    /**
     * Like call(), for functions that answer with a list that says if it went well.
     *
     * @param mixed ...$arguments
     * @return array{ok: bool, error?: string, errors?: array<string, string>, data?: mixed}
     */
    public static function ask(string $function, ...$arguments): array
    {
        try {
            $answer = self::call($function, ...$arguments);
        } catch (\Throwable $fault) {
            return ['ok' => false, 'error' => self::sentence($fault)];
        }
        return is_array($answer) ? $answer : ['ok' => false, 'error' => 'The extension gave no answer.'];
    }

    /**
     * What a person reads of a fault. Faults of the extension are written for people; the text of any other one
     * (an SQL statement with its values, say) goes nowhere, its kind and place to the activity log.
     */
    public static function sentence(\Throwable $fault): string
    {
        if (self::isOurs($fault)) {
            return $fault->getMessage();
        }
        $noted = Journal::note('Proxmox KVM: ' . get_class($fault) . ' ' . $fault->getCode() . ' in '
            . basename($fault->getFile()) . ':' . $fault->getLine());
        return 'Something unexpected happened inside WHMCS (' . get_class($fault) . '); '
            . ($noted ? 'the activity log names it.' : 'the error log of PHP names it.');
    }

    /**
     * Parameters without the objects that WHMCS adds to them (models of service and client), and without what a browser
     * nested deeper than anything that is ever asked for.
     *
     * @param array<mixed> $params
     * @return array<mixed>
     */
    public static function plain(array $params, int $levels = self::DEEPEST): array
    {
        $plain = [];
        foreach ($params as $key => $value) {
            if (is_array($value)) {
                $plain[$key] = $levels > 1 ? self::plain($value, $levels - 1) : [];
            } elseif ($value === null || is_scalar($value)) {
                $plain[$key] = $value;
            }
        }
        return $plain;
    }

    private static function isOurs(\Throwable $fault): bool
    {
        return get_class($fault) === \RuntimeException::class || is_a($fault, 'Puq\\ProxmoxKvm\\Error');
    }

    private static function line(string $version): string
    {
        return implode('.', array_slice(explode('.', $version), 0, 2));
    }
}
