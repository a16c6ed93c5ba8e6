<?php

declare(strict_types=1);

namespace Support;

/** Addresses the demo may give out, written start-stop/prefix,gateway. */
final class Pool
{
    public string $start;
    public string $stop;
    public int $prefix;
    public string $gateway;

    /** @throws Problem when the text is not written so */
    public static function parse(string $text): self
    {
        $pattern = '~^([0-9A-Fa-f:.]+)-([0-9A-Fa-f:.]+)/(\d{1,3}),([0-9A-Fa-f:.]+)$~';
        if (preg_match($pattern, str_replace(' ', '', $text), $match) !== 1) {
            throw new Problem('PVE_POOL must look like 192.0.2.10-192.0.2.20/24,192.0.2.1: start-stop/prefix,gateway.');
        }
        $pool = new self();
        [, $pool->start, $pool->stop, $prefix, $pool->gateway] = $match;
        $pool->prefix = (int) $prefix;
        return $pool;
    }

    public function isV6(): bool
    {
        return strpos($this->start, ':') !== false;
    }

    /** The address after the first. */
    public function second(): string
    {
        $bytes = (string) inet_pton($this->start);
        $last = strlen($bytes) - 1;
        $bytes[$last] = chr(ord($bytes[$last]) + 1);
        return (string) inet_ntop($bytes);
    }

    public function __toString(): string
    {
        return "$this->start - $this->stop /$this->prefix, gateway $this->gateway";
    }
}
