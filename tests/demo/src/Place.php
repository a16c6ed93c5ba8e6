<?php

declare(strict_types=1);

namespace Demo;

/** Where on a cluster the demo's VM goes: what was said, and what the API says about the rest. */
final class Place
{
    /** @var int */
    public $template;

    /** @var string */
    public $templateName;

    /** @var string */
    public $node;

    /** @var string */
    public $storage;

    /** @var string */
    public $bridge;

    /** @var int Size of the template's disk, rounded up. */
    public $diskGib;

    /** @var string The template's disk. */
    public $volume;

    /** @var string Where it is. */
    public $templateStorage;

    /** @var string Model of the template's network card. */
    public $model;

    /** @var string "0" where guests of the template run without hardware virtualisation. */
    public $kvm;

    /** @throws Problem when something cannot be found out */
    public static function find(Cluster $cluster, Settings $settings): self
    {
        $place = new self();
        $template = self::template($cluster, $settings->template);
        $place->template = (int) $template['vmid'];
        $place->templateName = (string) ($template['name'] ?? $place->template);
        $place->node = $settings->node !== '' ? $settings->node : (string) $template['node'];
        $config = (array) $cluster->get("/nodes/{$template['node']}/qemu/$place->template/config");
        $disk = self::systemDisk($config);
        $place->volume = explode(',', $disk)[0];
        $place->templateStorage = explode(':', $disk)[0];
        $place->storage = $settings->storage !== '' ? $settings->storage : $place->templateStorage;
        $place->model = explode('=', (string) ($config['net0'] ?? 'virtio'))[0];
        $place->kvm = (string) ($config['kvm'] ?? '1');
        $place->diskGib = self::gib($disk);
        $place->bridge = $settings->bridge;
        if ($place->bridge === '') {
            if (preg_match('/(?:^|,)bridge=([^,]+)/', (string) ($config['net0'] ?? ''), $match) !== 1) {
                throw new Problem("Template $place->template has no bridge in net0: say PVE_BRIDGE=vmbr0.");
            }
            $place->bridge = $match[1];
        }
        return $place;
    }

    /** @return array<string, mixed> Its row of /cluster/resources. */
    private static function template(Cluster $cluster, int $wanted): array
    {
        $templates = [];
        foreach ((array) $cluster->get('/cluster/resources?type=vm') as $guest) {
            if (($guest['type'] ?? '') === 'qemu' && (int) ($guest['template'] ?? 0) === 1) {
                $templates[(int) $guest['vmid']] = $guest;
            }
        }
        if ($wanted === 0 && count($templates) === 1) {
            return reset($templates);
        }
        if (isset($templates[$wanted])) {
            return $templates[$wanted];
        }
        $seen = implode(', ', array_keys($templates)) ?: 'none';
        throw new Problem("Say which template, as in PVE_TEMPLATE=9000. The token sees: $seen.");
    }

    /** @param array<string, mixed> $config */
    private static function systemDisk(array $config): string
    {
        preg_match('/order=([a-z]+\d+)/', (string) ($config['boot'] ?? ''), $match);
        foreach ([$match[1] ?? '', 'scsi0', 'virtio0', 'sata0', 'ide0'] as $slot) {
            $drive = (string) ($config[$slot] ?? '');
            if ($drive !== '' && strpos($drive, 'media=cdrom') === false) {
                return $drive;
            }
        }
        throw new Problem('The template has no disk.');
    }

    private static function gib(string $disk): int
    {
        preg_match('/(?:^|,)size=([0-9.]+)([KMGT]?)/', $disk, $match);
        $factor = ['K' => 1 / 1048576, 'M' => 1 / 1024, 'G' => 1, 'T' => 1024][$match[2] ?? 'G'] ?? 1 / 1073741824;
        return max(1, (int) ceil((float) ($match[1] ?? 1) * $factor));
    }
}
