<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Addon;

use PuqProxmoxKvm\Lang;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The manual. What it lists of the product comes from the extension; its prose is there in some languages.
 */
final class HelpPage implements Page
{
    public function query(): array
    {
        return [];
    }

    public function fields(): array
    {
        return [];
    }

    public function data(array $query, ?Outcome $outcome): array
    {
        $language = Lang::forAdmin()->name();
        $folder = dirname(__DIR__) . '/help';
        $known = array_map(static function (string $file): string {
            return basename($file, '.php');
        }, (array) glob($folder . '/*.php'));
        $used = in_array($language, $known, true) ? $language : 'english';
        $answer = Answer::data('help');
        return [
            'manual' => require $folder . '/' . $used . '.php',
            'lists' => $answer['data'],
            'error' => $answer['error'],
            'borrowed' => $used !== $language,
        ];
    }

    public function act(array $post): Outcome
    {
        return Outcome::refused([], []);
    }
}
