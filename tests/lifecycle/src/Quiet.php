<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Problem;
use Support\Process;
use Support\Screen;
use Support\Settings;
use Support\Site;

/** Looks through what the run wrote: PHP had nothing to say, no log holds a secret, no request broke a rule. */
final class Quiet
{
    public function __construct(private Site $site, private Settings $settings)
    {
    }

    /** @throws Problem with what is not as it should be */
    public function look(Screen $screen): void
    {
        $faults = $this->site->json(['faults', '--json']);
        if ($faults !== []) {
            throw new Problem('PHP had something to say: ' . json_encode($faults[0], JSON_UNESCAPED_SLASHES));
        }
        $journal = $this->settings->state('cluster/journal.jsonl');
        $files = $this->settings->isReal() ? [] : [$journal];
        [$status, $leaks] = $this->site->attempt(array_merge(['leaks', '--json'], $files));
        if ($status !== 0) {
            throw new Problem("A log holds a secret: $leaks");
        }
        if (!$this->settings->isReal()) {
            [$status, $output] = Process::run([$this->settings->simulator, '--check', $journal]);
            if ($status !== 0) {
                throw new Problem("Requests that the real API would not take: $output");
            }
        }
        $screen->good('PHP had nothing to say, and no log holds a secret.');
    }
}
