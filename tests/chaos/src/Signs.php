<?php

declare(strict_types=1);

namespace Chaos;

/** The zones that the VMs' names go into, each at a provider of its own, and whether they say what they should. */
final class Signs
{
    public const FORWARD = 'example.com';
    public const REVERSE = '20.10.in-addr.arpa';

    /** What holds the names; null: the zone's file does. */
    public ?NameServer $forward = null;

    /** What holds the addresses. */
    public NameServer $reverse;

    public function __construct(string $directory, private string $file)
    {
        $this->reverse = new NameServer("$directory/reverse");
        if ($file === '') {
            $this->forward = new NameServer("$directory/forward");
        }
    }

    /** Makes a server fail; a file does so with its disk. */
    public function turn(bool $forward, string $trouble, bool $begins): void
    {
        $server = $forward ? $this->forward : $this->reverse;
        if ($server !== null) {
            $begins ? $server->fail($trouble) : $server->mend();
        }
    }

    public function clear(): void
    {
        foreach (array_filter([$this->forward, $this->reverse]) as $server) {
            $server->mend();
        }
    }

    public function close(): void
    {
        foreach (array_filter([$this->forward, $this->reverse]) as $server) {
            $server->stop();
        }
    }

    /**
     * @param array<string, string> $names address by name, as they should be
     * @return string[] what is wrong
     */
    public function complaints(array $names): array
    {
        ksort($names);
        $addresses = [];
        foreach ($names as $name => $address) {
            $addresses[implode('.', array_reverse(explode('.', $address))) . '.in-addr.arpa PTR'] = $name;
        }
        ksort($addresses);
        $wrong = [];
        $there = self::firsts($this->reverse->records());
        $pairs = [[$this->names(), $names, 'names'], [$there, $addresses, 'addresses']];
        foreach ($pairs as [$found, $wanted, $what]) {
            if ($found !== $wanted) {
                $wrong[] = "the $what are " . json_encode(array_diff_assoc($found, $wanted)) . ' and not '
                    . json_encode(array_diff_assoc($wanted, $found));
            }
        }
        return $wrong;
    }

    /** @return array<string, string> address by name */
    private function names(): array
    {
        $found = [];
        if ($this->forward !== null) {
            foreach (self::firsts($this->forward->records()) as $key => $address) {
                $found[explode(' ', $key)[0]] = $address;
            }
            return $found;
        }
        $pattern = '/^(\S+)\s.*\bA\s+([0-9.]+)\s*$/m';
        preg_match_all($pattern, (string) file_get_contents($this->file), $lines, PREG_SET_ORDER);
        foreach ($lines as [, $name, $address]) {
            $name = rtrim($name, '.');
            $found[substr($name, -11) === self::FORWARD ? $name : "$name." . self::FORWARD] = $address;
        }
        ksort($found);
        return $found;
    }

    /** @param array<string, string[]> $records @return array<string, string> sorted */
    private static function firsts(array $records): array
    {
        $firsts = array_map(static fn (array $values): string => implode(' ', $values), $records);
        ksort($firsts);
        return $firsts;
    }
}
