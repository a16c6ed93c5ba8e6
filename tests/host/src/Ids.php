<?php

declare(strict_types=1);

namespace Standin;

/** The form numeric ids take in `$params`: WHMCS versions differ, so a run chooses (switch `ids`: int or string). */
final class Ids
{
    /**
     * @param int|string $id
     * @return int|string
     */
    public static function shape($id)
    {
        return Site::option('ids') === 'string' ? (string) $id : (int) $id;
    }
}
