<?php

declare(strict_types=1);

namespace WHMCS\Module;

/** Base of admin dashboard widgets; generateOutput() gets what getData() returned. */
abstract class AbstractWidget
{
    protected $title = '';
    protected $description = '';
    protected $weight = 100;
    protected $columns = 1;
    protected $cache = false;
    protected $cacheExpiry = 120;
    protected $cachePerUser = false;
    protected $requiredPermission = '';

    /** @return mixed */
    abstract public function getData();

    /** @param mixed $data */
    abstract public function generateOutput($data);

    public function getTitle(): string
    {
        return $this->title;
    }

    public function getWeight(): int
    {
        return (int) $this->weight;
    }

    public function getColumnSize(): int
    {
        return (int) $this->columns;
    }

    /** The widget's HTML. */
    public function render(): string
    {
        return (string) $this->generateOutput($this->getData());
    }
}
