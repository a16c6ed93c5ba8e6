<?php

declare(strict_types=1);

namespace Chaos;

/** One thing that somebody does with one order. */
final class Act
{
    /** Whether it is done twice at once. */
    public bool $twice = false;

    /** After so many milliseconds the process that does it is killed; 0: it is not. */
    public int $killed = 0;

    public function __construct(
        /** Milliseconds after its story began. */
        public int $after,
        /** `page` for the client's page, `module` for a command of WHMCS, `upgrade`, `order`. */
        public string $way,
        /** The page's `op`, the command's name, or the memory bought. */
        public string $what
    ) {
    }

    public function __toString(): string
    {
        return ($this->way === 'upgrade' ? 'upgrade to RAM=' : '') . $this->what
            . ($this->twice ? ' twice at once' : '') . ($this->killed > 0 ? " (killed after $this->killed ms)" : '');
    }
}
