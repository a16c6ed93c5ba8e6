<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Cluster;
use Support\Problem;

/** An image to mount: one that the storage has, else a tiny one of this program's own, which it takes away again. */
final class Discs
{
    /** Bytes of a sector, and the first sector that says what a disc is (ECMA-119, 6.2.1 and 8.1). */
    private const SECTOR = 2048;
    private const DESCRIPTORS = 16;

    public function __construct(
        private Cluster $cluster,
        /** Where the name of an own image is noted, so that a later run finds it. */
        private string $note
    ) {
    }

    /**
     * Sees that the storage has an image.
     *
     * @return string why it has none; '' where it has
     */
    public function provide(string $node, string $storage): string
    {
        if ($storage === '') {
            return 'no storage of the node takes ISO images';
        }
        if ((array) $this->cluster->get("/nodes/$node/storage/$storage/content?content=iso") !== []) {
            return '';
        }
        // Who may upload may not always delete, and then it would stay.
        $granted = (array) $this->cluster->get('/access/permissions?path=/storage/' . $storage);
        $rights = (array) (reset($granted) ?: []);
        foreach (['Datastore.AllocateTemplate', 'Datastore.Allocate'] as $right) {
            if (!array_key_exists($right, $rights)) {
                return "no ISO image on $storage, and to upload one the token lacks $right on /storage/$storage";
            }
        }
        $name = 'lifecycle-' . bin2hex(random_bytes(6)) . '.iso';
        file_put_contents($this->note, "/nodes/$node/storage/$storage/content/" . rawurlencode("$storage:iso/$name"));
        try {
            $task = $this->cluster->upload("/nodes/$node/storage/$storage/upload", 'iso', $name, self::image());
            $this->cluster->await($task);
        } catch (Problem $problem) {
            unlink($this->note);
            return "no ISO image on $storage, and none can be uploaded: " . $problem->getMessage();
        }
        return '';
    }

    /** Takes an own image away. */
    public function remove(): void
    {
        if (!is_file($this->note)) {
            return;
        }
        $path = (string) file_get_contents($this->note);
        $storage = dirname($path);
        foreach ((array) $this->cluster->get($storage . '?content=iso') as $volume) {
            if ($storage . '/' . rawurlencode((string) $volume['volid']) === $path) {
                $task = $this->cluster->call('DELETE', $path, []);
                if (is_string($task) && strpos($task, 'UPID:') === 0) {
                    $this->cluster->await($task);
                }
            }
        }
        unlink($this->note);
    }

    /** A disc with nothing on it. */
    private static function image(): string
    {
        $primary = str_pad("\x01CD001\x01", self::SECTOR, "\0");
        $end = str_pad("\xffCD001\x01", self::SECTOR, "\0");
        return str_repeat("\0", self::SECTOR * self::DESCRIPTORS) . $primary . $end;
    }
}
