<?php

declare(strict_types=1);

namespace Odd;

/** One place where a value from outside comes in. */
final class Door
{
    /** @var string What it is, for a person to read. */
    public $name;

    /** @var string What would be right there; odd values are made of it too. */
    public $valid;

    /** @var callable(mixed): mixed Sends the value, and gives the answer. */
    public $send;

    /** @var bool Whether Proxmox is asked before the answer comes. */
    public $isSlow;

    /** @var bool Whether the answer is a page: it need not say yes or no. */
    public $isPage;

    /** @var string Which of the fields that the code lists it is; empty: none, but a value comes in all the same. */
    public $field = '';

    /** @param callable(mixed): mixed $send */
    public function __construct(string $name, string $valid, callable $send, bool $isSlow = false, bool $isPage = false)
    {
        $this->name = $name;
        $this->valid = $valid;
        $this->send = $send;
        $this->isSlow = $isSlow;
        $this->isPage = $isPage;
    }

    /** The same door, known to be this field of those that the code lists. */
    public function reaching(string $field): self
    {
        $this->field = $field;
        return $this;
    }
}
