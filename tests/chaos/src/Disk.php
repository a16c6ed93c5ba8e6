<?php

declare(strict_types=1);

namespace Chaos;

/**
 * A small disk of its own, which can be filled: the zone file and the machines' temporary files lie on it. Who may not
 * mount one has a directory instead, which never fills.
 */
final class Disk
{
    private const BYTES = 262144;

    private bool $mounted;

    public function __construct(private string $directory)
    {
        mkdir($directory, 0700, true);
        $options = 'size=' . self::BYTES . ',mode=0700';
        $target = escapeshellarg($directory);
        exec("mount -t tmpfs -o $options chaos $target 2>&1", $output, $status);
        $this->mounted = $status === 0;
        if (!$this->mounted) {
            echo '  No disk can be mounted here, so none fills: ', implode(' ', $output), "\n";
        }
        // Whatever ends this program, nothing stays mounted.
        register_shutdown_function([$this, 'close']);
    }

    public function path(string $name): string
    {
        return "$this->directory/$name";
    }

    /** Whether it can be full. */
    public function isReal(): bool
    {
        return $this->mounted;
    }

    /** Fills it to the last byte. */
    public function fill(): void
    {
        if (!$this->mounted) {
            return;
        }
        $file = fopen($this->path('filler'), 'w');
        // What is refused as a whole may still fit in part.
        foreach ([65536, 4096, 512, 1] as $size) {
            while (@fwrite($file, str_repeat('x', $size)) === $size) {
                continue;
            }
        }
        fclose($file);
    }

    public function free(): void
    {
        if (is_file($this->path('filler'))) {
            unlink($this->path('filler'));
        }
    }

    public function close(): void
    {
        if ($this->mounted) {
            $this->mounted = false;
            exec('umount -l ' . escapeshellarg($this->directory));
        }
    }
}
