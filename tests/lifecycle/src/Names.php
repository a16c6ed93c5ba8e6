<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Pool;
use Support\Shop;

/** The zones that the VM's names go into, as master files of this program's own. */
final class Names
{
    private const FORWARD = 'example.com';

    /** @param Pool[] $pools */
    public function __construct(private string $directory, private array $pools)
    {
    }

    public function open(Shop $shop): void
    {
        $shop->name($this->directory, $this->zones());
    }

    /** @return string[] What must stand there: "owner TYPE data". */
    public function wanted(string $name): array
    {
        $lines = [];
        foreach ($this->pools as $pool) {
            $type = $pool->isV6() ? 'AAAA' : 'A';
            $lines[] = "$name $type $pool->start";
            $lines[] = self::reversed($pool->start) . " PTR $name." . self::FORWARD . '.';
        }
        sort($lines);
        return $lines;
    }

    /** @return string[] What stands there: "owner TYPE data", owners without their zone unless it is a reverse one. */
    public function found(): array
    {
        $lines = [];
        foreach ($this->zones() as $zone) {
            foreach (file($this->directory . '/' . $zone, FILE_IGNORE_NEW_LINES) ?: [] as $line) {
                if (preg_match('/^(\S+)\s+(?:\d+\s+)?(?:IN\s+)?(A|AAAA|PTR)\s+(\S+)/', $line, $match) === 1) {
                    $owner = $match[2] === 'PTR' ? rtrim($match[1], '.') : $match[1];
                    $owner = $match[2] === 'PTR' && substr($owner, -5) !== '.arpa' ? "$owner.$zone" : $owner;
                    $owner = preg_replace('/\.' . preg_quote(self::FORWARD, '/') . '\.?$/', '', $owner);
                    $lines[] = "$owner {$match[2]} {$match[3]}";
                }
            }
        }
        sort($lines);
        return $lines;
    }

    /** Takes all names out, as somebody might with an editor. */
    public function spoil(): void
    {
        foreach ($this->zones() as $zone) {
            $file = $this->directory . '/' . $zone;
            $lines = preg_grep('/\s(A|AAAA|PTR)\s/', file($file) ?: [], PREG_GREP_INVERT);
            file_put_contents($file, implode('', (array) $lines));
        }
    }

    /** @return string[] */
    private function zones(): array
    {
        $zones = [self::FORWARD];
        foreach ($this->pools as $pool) {
            $labels = explode('.', self::reversed($pool->start));
            // The network that a provider would have delegated: /24, or /64.
            $zones[] = implode('.', array_slice($labels, $pool->isV6() ? 16 : 1));
        }
        return $zones;
    }

    private static function reversed(string $address): string
    {
        $bytes = (string) inet_pton($address);
        if (strlen($bytes) === 4) {
            return implode('.', array_reverse(explode('.', $address))) . '.in-addr.arpa';
        }
        return implode('.', array_reverse(str_split(bin2hex($bytes)))) . '.ip6.arpa';
    }
}
