<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Site;

/** Asks by the command line of the stand-in WHMCS. */
final class CommandLine implements Hand
{
    public function __construct(private Site $site)
    {
    }

    public function order(): int
    {
        $placed = $this->site->json(['order', '--client', '1', '--product', '1', '--json']);
        return (int) $placed['service'];
    }

    public function client(int $service, array $fields): array
    {
        return $this->site->json(array_merge(['client', (string) $service, 'api'], self::words($fields)));
    }

    public function staff(int $service, array $fields): array
    {
        $fields += ['ajax' => '1', 'scope' => 'service', 'service_id' => (string) $service];
        return $this->site->json(array_merge(['addon', 'puq_proxmox_kvm'], self::words($fields)));
    }

    public function command(int $service, string $command, array $values = []): string
    {
        [, $output] = $this->site->attempt(
            array_merge(['module', (string) $service, $command], self::words($values))
        );
        return trim($output);
    }

    public function upgrade(int $service, array $options): string
    {
        $words = ['upgrade', (string) $service];
        foreach ($options as $name => $value) {
            array_push($words, '--option', "$name=$value");
        }
        return trim($this->site->attempt($words)[1]);
    }

    /**
     * @param array<string, string> $fields
     * @return string[]
     */
    private static function words(array $fields): array
    {
        $words = [];
        foreach ($fields as $name => $value) {
            $words[] = "$name=$value";
        }
        return $words;
    }
}
