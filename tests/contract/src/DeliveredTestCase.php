<?php

declare(strict_types=1);

namespace Contract;

/** A site on which one VM of client 1 runs. */
abstract class DeliveredTestCase extends SiteTestCase
{
    protected static int $service;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$service = self::$site->delivered();
    }
}
