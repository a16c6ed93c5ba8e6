<?php

declare(strict_types=1);

namespace WHMCS\Module\Server;

/** The actions of a service. */
class CustomActionCollection implements \IteratorAggregate, \Countable
{
    /** @var CustomAction[] */
    private $actions = [];

    public function add(CustomAction $action): self
    {
        $this->actions[] = $action;
        return $this;
    }

    public function getIterator(): \Traversable
    {
        return new \ArrayIterator($this->actions);
    }

    public function count(): int
    {
        return count($this->actions);
    }
}
