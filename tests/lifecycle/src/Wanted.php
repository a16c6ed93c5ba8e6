<?php

declare(strict_types=1);

namespace Lifecycle;

/** What Proxmox must report of the VM, as this program knows it from what it sold and asked. */
final class Wanted
{
    /** A value that the product chooses: it is taken as first reported, and must stay. */
    public const ANY = '*';

    /** @param array<string, string> $fields */
    public function __construct(private array $fields)
    {
    }

    /** @param array<string, string> $fields */
    public function change(array $fields): void
    {
        $this->fields = array_replace($this->fields, $fields);
    }

    public function field(string $name): string
    {
        return $this->fields[$name] ?? '';
    }

    /** @return array<string, string> */
    public function all(): array
    {
        return $this->fields;
    }

    public function count(): int
    {
        return count($this->fields);
    }

    /**
     * Compares. Fields that only one side knows disagree, too.
     *
     * @param array<string, string> $reported
     * @return array<string, array{asked: string, reported: string}>
     */
    public function differences(array $reported): array
    {
        $different = [];
        foreach ($this->fields as $name => $asked) {
            $is = $reported[$name] ?? null;
            if ($asked === self::ANY && $is !== null) {
                $this->fields[$name] = $is;
            } elseif ($is !== $asked) {
                $different[$name] = ['asked' => $asked, 'reported' => $is ?? 'nothing of the kind'];
            }
        }
        foreach (array_diff_key($reported, $this->fields) as $name => $is) {
            $different[$name] = ['asked' => 'nothing of the kind', 'reported' => $is];
        }
        return $different;
    }
}
