<?php

declare(strict_types=1);

namespace Kill;

/** What a bench is made of; as it stands, what the kill test wants. */
final class Setup
{
    /** @var string[] Options of the simulator: durations as on a fast cluster, ten times as fast. */
    public $simulator = ['--scenario', 'demo', '--scale', '0.1', '--listen', 'pve1=127.0.0.1:0'];

    /** @var int With how many of the simulator's endpoints WHMCS speaks; the rest are the test's own. */
    public $endpoints = 1;

    /** @var string[] Further words for the stand-in's "install". */
    public $install = ['--switch', 'strict=1'];

    /** @var string Where the site is served. */
    public $url = 'http://127.0.0.1';

    /** @var string Room for some thousand orders. */
    public $pool = '10.20.0.10-10.20.39.250/16,10.20.0.1';

    /** @var array<string, string> Fields of the product that differ from the demo's. */
    public $product = ['ram' => '0.25', 'node' => 'automatically'];

    /** @var string[] Words for the seeding: configurable options. */
    public $options = ['--options', 'none'];
}
