<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Screen;

/** One line per operation: what was asked, what Proxmox reports, the time; each disagreement with both sides. */
final class Ledger
{
    private int $good = 0;
    private int $bad = 0;
    private int $skipped = 0;

    public function __construct(private Screen $screen)
    {
    }

    /**
     * @param string $asked
     * @param string $reported
     * @param array<string, array{asked: string, reported: string}> $differences
     */
    public function enter(string $operation, string $asked, string $reported, float $seconds, array $differences): void
    {
        $differences === [] ? $this->good++ : $this->bad++;
        $this->line($differences === [] ? 'ok' : 'DISAGREE', $operation, $asked, $reported, $seconds);
        foreach ($differences as $field => $sides) {
            $this->screen->bad("      $field: asked \"{$sides['asked']}\", Proxmox reports \"{$sides['reported']}\"");
        }
    }

    /** An operation that did not come to its end. */
    public function fail(string $operation, string $asked, string $why, float $seconds): void
    {
        $this->bad++;
        $this->line('FAILED', $operation, $asked, 'see below', $seconds);
        $this->screen->bad('      ' . str_replace("\n", "\n      ", trim($why)));
    }

    public function skip(string $operation, string $why): void
    {
        $this->skipped++;
        $this->screen->line(sprintf('%-9s%-20s%s', 'skipped', $operation, $why));
    }

    public function allAgree(): bool
    {
        return $this->bad === 0 && $this->good > 0;
    }

    public function summary(): string
    {
        return "$this->good operations agree, $this->bad do not" . ($this->skipped ? ", $this->skipped skipped" : '');
    }

    private function line(string $word, string $operation, string $asked, string $reported, float $seconds): void
    {
        $this->screen->line(
            sprintf('%-9s%-20s', $word, $operation) . "asked: $asked | Proxmox: $reported"
            . sprintf(' | %.1f s', $seconds)
        );
    }
}
