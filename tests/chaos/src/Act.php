<?php

declare(strict_types=1);

namespace Chaos;

/** One thing that somebody does with one order. */
final class Act
{
    /** @var int Milliseconds after its story began. */
    public $after;

    /** @var string `page` for the client's page, `module` for a command of WHMCS, `upgrade`, `order`. */
    public $way;

    /** @var string The page's `op`, the command's name, or the memory bought. */
    public $what;

    /** @var bool Whether it is done twice at once. */
    public $twice = false;

    /** @var int After so many milliseconds the process that does it is killed; 0: it is not. */
    public $killed = 0;

    public function __construct(int $after, string $way, string $what)
    {
        $this->after = $after;
        $this->way = $way;
        $this->what = $what;
    }

    public function __toString(): string
    {
        return ($this->way === 'upgrade' ? 'upgrade to RAM=' : '') . $this->what
            . ($this->twice ? ' twice at once' : '') . ($this->killed > 0 ? " (killed after $this->killed ms)" : '');
    }
}
