<?php

declare(strict_types=1);

namespace PuqProxmoxKvm\Effect;

use PuqProxmoxKvm\Entry;
use PuqProxmoxKvm\Staff;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Who asks for what is being done. What follows from it is the extension's to say.
 */
final class Asker
{
    /** @return array<string, callable(array<string, mixed>): array<mixed>> */
    public function effects(): array
    {
        return [
            'asker' => static function (): array {
                $who = Entry::who();
                return [
                    'who' => $who,
                    'rights' => $who === Entry::STAFF ? Staff::rights() : null,
                    'checked' => Staff::isCommanded(),
                ];
            },
        ];
    }
}
