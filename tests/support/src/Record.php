<?php

declare(strict_types=1);

namespace Support;

/** Which cluster the demo's database is about: cleaning up must never go to another one. */
final class Record
{
    public function __construct(private string $file)
    {
    }

    /** @throws Problem when another cluster is recorded already */
    public function open(string $url, string $fingerprint): void
    {
        $known = $this->read();
        if ($known !== null && $known['url'] !== $url) {
            throw new Problem("The last demo ran on {$known['url']}: run make demo-clean with its PVE_ values first.");
        }
        if (!is_dir(dirname($this->file))) {
            mkdir(dirname($this->file), 0700, true);
        }
        file_put_contents($this->file, json_encode(['url' => $url, 'fingerprint' => $fingerprint]));
    }

    /** @return array{url: string, fingerprint: string}|null */
    public function read(): ?array
    {
        return is_file($this->file) ? json_decode((string) file_get_contents($this->file), true) : null;
    }

    public function forget(): void
    {
        @unlink($this->file);
    }
}
