<?php

declare(strict_types=1);

namespace Odd;

/** One place where a value from outside comes in. */
final class Door
{
    /** @var callable(mixed): mixed Sends the value, and gives the answer. */
    public $send;

    /** Which of the fields that the code lists it is; empty: none, but a value comes in all the same. */
    public string $field = '';

    /** @param callable(mixed): mixed $send */
    public function __construct(
        /** What it is, for a person to read. */
        public string $name,
        /** What would be right there; odd values are made of it too. */
        public string $valid,
        callable $send,
        /** Whether Proxmox is asked before the answer comes. */
        public bool $isSlow = false,
        /** Whether the answer is a page: it need not say yes or no. */
        public bool $isPage = false
    ) {
        $this->send = $send;
    }

    /** The same door, known to be this field of those that the code lists. */
    public function reaching(string $field): self
    {
        $this->field = $field;
        return $this;
    }
}
