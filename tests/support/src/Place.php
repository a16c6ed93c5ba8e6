<?php

declare(strict_types=1);

namespace Support;

/** Where on a cluster the demo's VM goes: what was said, and what the API says about the rest. */
final class Place
{
    private const NO_TEMPLATE = <<<'TEXT'
        The token sees no template.
        If there is one, the token may not look at it: the README has the role that it needs, and its user as well.
        If there is none, make one on the node, with a storage for disks in place of local-lvm:
          wget https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2
          qm create 9000 --name debian-12 --ostype l26 --memory 1024 --scsihw virtio-scsi-single \
            --net0 virtio,bridge=vmbr0 --serial0 socket --vga serial0 --ide2 local-lvm:cloudinit --boot order=scsi0 \
            --scsi0 local-lvm:0,import-from=$PWD/debian-12-genericcloud-amd64.qcow2
          qm template 9000
        TEXT;

    public int $template;
    public string $templateName;
    public string $node;
    public string $storage;
    public string $bridge;

    /** VLAN of the template's network card, 0 for none. */
    public int $vlan;

    /** Size of the template's disk, rounded up. */
    public int $diskGib;

    /** Whether a clone can share the template's disk and stay where it goes. */
    public bool $linkable;

    /** Model of the template's network card. */
    public string $model;

    /** "0" where guests of the template run without hardware virtualisation. */
    public string $kvm;

    /** @throws Problem when something cannot be found out */
    public static function find(Cluster $cluster, Settings $settings): self
    {
        $place = new self();
        $template = self::template($cluster, $settings->template);
        $place->template = (int) $template['vmid'];
        $place->templateName = (string) ($template['name'] ?? $place->template);
        $path = "/nodes/{$template['node']}/qemu/$place->template";
        $config = (array) $cluster->get($path . '/config');
        $disk = Drives::disks($config)[Drives::system($config)] ?? '';
        if ($disk === '') {
            throw new Problem("Template $place->template has no disk.");
        }
        if (strpos(implode(' ', Drives::discs($config)), 'cloudinit') === false) {
            throw new Problem("Template $place->template has no cloud-init drive, so its guests would learn neither"
                . ' address nor password. Add one: Hardware, Add, CloudInit Drive;'
                . " or on the node: qm set $place->template --ide2 " . explode(':', $disk)[0] . ':cloudinit');
        }
        $place->diskGib = self::gib($disk);
        $place->node = self::node($cluster, $settings->node, (string) $template['node']);
        $home = explode(':', $disk)[0];
        $place->storage = self::storage($cluster, $place->node, $settings->storage, $home);
        $feature = (array) $cluster->get($path . '/feature?feature=clone');
        $place->linkable = $place->storage === $home && (int) ($feature['hasFeature'] ?? 0) === 1;
        $card = (string) ($config['net0'] ?? '');
        $place->model = $card === '' ? 'virtio' : explode('=', $card)[0];
        $place->kvm = (string) ($config['kvm'] ?? '1');
        $place->bridge = self::bridge($cluster, $place->node, $settings->bridge, self::part($card, 'bridge'));
        $place->vlan = (int) self::part($card, 'tag');
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
        if ($templates === []) {
            throw new Problem(self::NO_TEMPLATE);
        }
        if ($wanted === 0 && count($templates) === 1) {
            return reset($templates);
        }
        if (isset($templates[$wanted])) {
            return $templates[$wanted];
        }
        $seen = implode(', ', array_map(static function (array $guest): string {
            return trim($guest['vmid'] . ' ' . ($guest['name'] ?? ''));
        }, $templates));
        throw new Problem("Say which template, as in PVE_TEMPLATE=9000. The token sees: $seen.");
    }

    private static function node(Cluster $cluster, string $wanted, string $home): string
    {
        $nodes = [];
        foreach ((array) $cluster->get('/nodes') as $node) {
            if (($node['status'] ?? 'online') === 'online') {
                $nodes[] = (string) $node['node'];
            }
        }
        $chosen = $wanted === '' ? $home : $wanted;
        if (!in_array($chosen, $nodes, true)) {
            throw new Problem("There is no node $chosen online. PVE_NODE can be: " . implode(', ', $nodes) . '.');
        }
        return $chosen;
    }

    /** What was said, else where the template is, else the roomiest that takes disks. */
    private static function storage(Cluster $cluster, string $node, string $wanted, string $home): string
    {
        $free = [];
        foreach ((array) $cluster->get("/nodes/$node/storage?content=images&enabled=1") as $storage) {
            if ((int) ($storage['active'] ?? 1) === 1) {
                $free[(string) $storage['storage']] = (int) ($storage['avail'] ?? 0);
            }
        }
        if ($free === []) {
            throw new Problem("The token sees no storage of node $node that takes disks.");
        }
        arsort($free);
        if ($wanted !== '' && !isset($free[$wanted])) {
            throw new Problem("Storage $wanted takes no disks on $node. PVE_STORAGE can be: "
                . implode(', ', array_keys($free)) . '.');
        }
        if ($wanted !== '') {
            return $wanted;
        }
        return isset($free[$home]) ? $home : (string) array_key_first($free);
    }

    /** What was said, else the template's, else the first there is. */
    private static function bridge(Cluster $cluster, string $node, string $wanted, string $templates): string
    {
        $known = array_column((array) $cluster->get("/nodes/$node/network?type=any_bridge"), 'iface');
        sort($known, SORT_NATURAL);
        $chosen = $wanted !== '' ? $wanted : $templates;
        if ($chosen === '') {
            $chosen = (string) ($known[0] ?? '');
        }
        if ($chosen === '') {
            throw new Problem("The token sees no bridge of node $node: say PVE_BRIDGE=vmbr0.");
        }
        // What the token may not use is not listed; then the node itself refuses it.
        if ($known !== [] && !in_array($chosen, $known, true)) {
            throw new Problem("Bridge $chosen is not on $node. PVE_BRIDGE can be: " . implode(', ', $known) . '.');
        }
        return $chosen;
    }

    /** A named part of a property string. */
    private static function part(string $text, string $name): string
    {
        return preg_match("/(?:^|,)$name=([^,]+)/", $text, $match) === 1 ? $match[1] : '';
    }

    private static function gib(string $disk): int
    {
        preg_match('/(?:^|,)size=([0-9.]+)([KMGT]?)/', $disk, $match);
        $factor = ['K' => 1 / 1048576, 'M' => 1 / 1024, 'G' => 1, 'T' => 1024][$match[2] ?? 'G'] ?? 1 / 1073741824;
        return max(1, (int) ceil((float) ($match[1] ?? 1) * $factor));
    }
}
