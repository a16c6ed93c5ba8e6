<?php

declare(strict_types=1);

namespace Support;

/** The drives of a VM, as its configuration names them. */
final class Drives
{
    /** The order in which Proxmox walks them. */
    private const BUSES = ['ide' => 0, 'scsi' => 1, 'virtio' => 2, 'sata' => 3];

    /**
     * The disks with the guest's data, by slot: neither CD-ROMs nor the cloud-init drive.
     *
     * @param array<string, mixed> $config
     * @return array<string, string>
     */
    public static function disks(array $config): array
    {
        return array_filter(self::all($config), static fn (string $drive): bool => !self::isDisc($drive));
    }

    /**
     * The CD-ROM drives, by slot, the cloud-init drive among them.
     *
     * @param array<string, mixed> $config
     * @return array<string, string>
     */
    public static function discs(array $config): array
    {
        return array_filter(self::all($config), [self::class, 'isDisc']);
    }

    /**
     * The slot of the disk that the guest boots from: the first disk of the boot order, in which CD-ROMs and network
     * cards may stand before it.
     *
     * @param array<string, mixed> $config
     * @return string '' where there is no disk
     */
    public static function system(array $config): string
    {
        $disks = self::disks($config);
        preg_match('/(?:^|,)order=([^,]*)/', (string) ($config['boot'] ?? ''), $match);
        $named = explode(';', $match[1] ?? '');
        $named[] = (string) ($config['bootdisk'] ?? '');
        foreach (array_merge($named, array_keys($disks)) as $slot) {
            if (isset($disks[$slot])) {
                return $slot;
            }
        }
        return '';
    }

    private static function isDisc(string $drive): bool
    {
        return strpos($drive, 'media=cdrom') !== false || preg_match('/^[^,]*cloudinit/', $drive) === 1;
    }

    /** @param array<string, mixed> $config @return array<string, string> */
    private static function all(array $config): array
    {
        $drives = [];
        foreach ($config as $slot => $value) {
            if (preg_match('/^(ide|scsi|virtio|sata)(\d+)$/', (string) $slot, $match) === 1) {
                $drives[self::BUSES[$match[1]] * 100 + (int) $match[2]] = [(string) $slot, (string) $value];
            }
        }
        ksort($drives);
        return array_column($drives, 1, 0);
    }
}
