<?php

namespace PuqProxmoxKvm {
    final class DuplicateKey extends \RuntimeException
    {
    }
}

namespace {
    error_reporting(E_ALL);

    class TestHost
    {
        /** @var callable|null */
        public $on;
        /** @var int */
        public $count = 0;
        /** @var list<string> */
        public $log = [];

        public function __construct(?callable $on = null)
        {
            $this->on = $on;
        }

        public function effect(string $name, array $args): array
        {
            $this->log[] = $name;
            $answer = $this->on ? ($this->on)($args, $this) : $args;
            return is_array($answer) ? $answer : ['answer' => $answer];
        }

        public function affect(string $sql, array $bindings): int
        {
            $this->count++;
            return $bindings[1];
        }

        public function write(string $text): void
        {
            echo $text, "\n";
        }
    }

    function show(callable $work): void
    {
        try {
            echo json_encode($work()), "\n";
        } catch (\Throwable $e) {
            echo get_class($e), '|', $e->getCode(), '|', $e->getMessage(), "\n";
        }
    }
}
