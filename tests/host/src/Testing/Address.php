<?php

declare(strict_types=1);

namespace Standin\Testing;

/** Where a site is served. */
interface Address
{
    /** The whole URL of one of its pages. */
    public function url(string $path): string;
}
