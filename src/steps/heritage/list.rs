//! The closed list: what becomes of every key that a configuration of Proxmox can have, in a clone. A test holds it
//! against the schemas of the releases, so a key that a new release brings fails there until somebody has thought of it.

use super::Fate::{self, Harmless as Kept, Parts, Refused, Sold};

/// A key as the schema names it, `scsi[n]` for all of a kind, and what becomes of it.
pub type Key = (&'static str, Fate);

/// The steps that own what was sold, by their labels.
pub(super) const COMPUTE: &str = "Set CPU & RAM";
pub(super) const DISK: &str = "Set system disk I/O";
pub(super) const NETWORK: &str = "Configure network";
pub(super) const CLOUD_INIT: &str = "Configure cloud-init";
const CLONE: &str = "Clone VM";
const SIZE: &str = "Resize system disk";

/// Every key, by what it is about.
pub const KEYS: &[Key] = &[
    // Processors and memory. Weights, caps and pinnings would take away from what every VM of the product was sold.
    ("cores", Sold(COMPUTE)),
    ("sockets", Sold(COMPUTE)),
    ("smp", Sold(COMPUTE)),
    ("vcpus", Sold(COMPUTE)),
    ("cpulimit", Sold(COMPUTE)),
    ("cpuunits", Sold(COMPUTE)),
    ("memory", Parts(&[("current", Sold(COMPUTE))])),
    ("balloon", Sold(COMPUTE)),
    // Counts only beside a balloon's target.
    ("shares", Kept),
    // Without a layout of its own the memory is one piece.
    ("numa", Kept),
    (
        "numa[n]",
        Parts(&[
            ("cpus", Sold(COMPUTE)),
            ("hostnodes", Sold(COMPUTE)),
            ("memory", Sold(COMPUTE)),
            ("policy", Sold(COMPUTE)),
        ]),
    ),
    ("hotplug", Sold(COMPUTE)),
    // Only root@pam may change it.
    ("affinity", Refused),
    // Only root@pam may change it, and a size that does not divide the memory sold keeps the VM from starting.
    ("hugepages", Refused),
    ("keephugepages", Kept),
    ("allow-ksm", Kept),
    (
        "cpu",
        Parts(&[
            ("cputype", Kept),
            ("flags", Kept),
            ("guest-phys-bits", Kept),
            ("hidden", Kept),
            ("hv-vendor-id", Kept),
            ("level", Kept),
            ("phys-bits", Kept),
            ("reported-model", Kept),
        ]),
    ),
    ("kvm", Kept),
    ("arch", Kept),
    (
        "amd-sev",
        Parts(&[
            ("type", Kept),
            ("allow-smt", Kept),
            ("kernel-hashes", Kept),
            ("no-debug", Kept),
            ("no-key-sharing", Kept),
        ]),
    ),
    (
        "intel-tdx",
        Parts(&[
            ("type", Kept),
            ("attestation", Kept),
            ("vsock-cid", Kept),
            ("vsock-port", Kept),
        ]),
    ),
    // Drives. Of the two disks that are sold, everything that slows them, empties them or leaves them out of backups goes.
    ("ide[n]", Parts(DRIVE)),
    ("sata[n]", Parts(DRIVE)),
    ("scsi[n]", Parts(DRIVE)),
    ("virtio[n]", Parts(DRIVE)),
    ("cdrom", Parts(DRIVE)),
    (
        "efidisk0",
        Parts(&[
            ("file", Kept),
            ("volume", Kept),
            ("efitype", Kept),
            ("format", Kept),
            ("import-from", Kept),
            ("ms-cert", Kept),
            ("pre-enrolled-keys", Kept),
            ("size", Kept),
        ]),
    ),
    (
        "tpmstate0",
        Parts(&[
            ("file", Kept),
            ("volume", Kept),
            ("format", Kept),
            ("import-from", Kept),
            ("size", Kept),
            ("version", Kept),
        ]),
    ),
    // Proxmox does not clone them.
    ("unused[n]", Parts(&[("file", Kept), ("volume", Kept)])),
    // An order that names no disk would never start what was installed.
    ("boot", Refused),
    ("bootdisk", Kept),
    ("scsihw", Kept),
    ("vmstatestorage", Kept),
    // All VMs of the template would share a folder, or memory, of the node.
    (
        "virtiofs[n]",
        Parts(&[
            ("cache", Refused),
            ("direct-io", Refused),
            ("dirid", Refused),
            ("expose-acl", Refused),
            ("expose-xattr", Refused),
        ]),
    ),
    ("ivshmem", Parts(&[("name", Refused), ("size", Refused)])),
    // Network. One card is sold; further ones would stand outside the filter, with the same address in every VM.
    ("net[n]", Parts(CARD)),
    (
        "ipconfig[n]",
        Parts(&[
            ("ip", Sold(CLOUD_INIT)),
            ("gw", Sold(CLOUD_INIT)),
            ("ip6", Sold(CLOUD_INIT)),
            ("gw6", Sold(CLOUD_INIT)),
        ]),
    ),
    // First boot. A file for user or network is used instead of what was sold; one for the vendor only adds to it.
    ("ciuser", Sold(CLOUD_INIT)),
    ("cipassword", Sold(CLOUD_INIT)),
    ("sshkeys", Sold(CLOUD_INIT)),
    ("nameserver", Sold(CLOUD_INIT)),
    ("searchdomain", Sold(CLOUD_INIT)),
    (
        "cicustom",
        Parts(&[
            ("user", Sold(CLOUD_INIT)),
            ("network", Sold(CLOUD_INIT)),
            ("meta", Kept),
            ("vendor", Kept),
        ]),
    ),
    ("citype", Kept),
    ("ciupgrade", Kept),
    // What every VM of ours carries.
    ("name", Sold(CLONE)),
    ("description", Sold(CLONE)),
    ("tags", Sold(COMPUTE)),
    ("onboot", Sold(COMPUTE)),
    ("protection", Sold(COMPUTE)),
    // A guest that never runs, ends when its owner restarts it, or has a clock of long ago.
    ("freeze", Sold(COMPUTE)),
    ("reboot", Sold(COMPUTE)),
    ("startdate", Sold(COMPUTE)),
    // Only root@pam may change it; what it says of processors, memory or network counts more than all of the above.
    ("args", Refused),
    ("hookscript", Kept),
    // Proxmox gives each clone its own.
    (
        "smbios1",
        Parts(&[
            ("uuid", Kept),
            ("base64", Kept),
            ("family", Kept),
            ("manufacturer", Kept),
            ("product", Kept),
            ("serial", Refused),
            ("sku", Kept),
            ("version", Kept),
        ]),
    ),
    ("vmgenid", Kept),
    // Devices of a node: the VM stays with its template, which is told.
    (
        "hostpci[n]",
        Parts(&[
            ("host", Kept),
            ("mapping", Kept),
            ("device-id", Kept),
            ("driver", Kept),
            ("legacy-igd", Kept),
            ("mdev", Kept),
            ("pcie", Kept),
            ("rombar", Kept),
            ("romfile", Kept),
            ("sub-device-id", Kept),
            ("sub-vendor-id", Kept),
            ("vendor-id", Kept),
            ("x-vga", Kept),
        ]),
    ),
    (
        "usb[n]",
        Parts(&[("host", Kept), ("mapping", Kept), ("usb3", Kept)]),
    ),
    ("serial[n]", Kept),
    ("parallel[n]", Kept),
    // The machine and what is plugged into it.
    ("acpi", Kept),
    (
        "agent",
        Parts(&[
            ("enabled", Kept),
            ("freeze-fs", Kept),
            ("freeze-fs-on-backup", Kept),
            ("fstrim_cloned_disks", Kept),
            ("guest-fsfreeze", Kept),
            ("type", Kept),
        ]),
    ),
    ("audio0", Parts(&[("device", Kept), ("driver", Kept)])),
    ("autostart", Kept),
    ("bios", Kept),
    ("keyboard", Kept),
    ("localtime", Kept),
    (
        "machine",
        Parts(&[
            ("type", Kept),
            ("aw-bits", Kept),
            ("enable-s3", Kept),
            ("enable-s4", Kept),
            ("viommu", Kept),
        ]),
    ),
    ("migrate_downtime", Kept),
    ("migrate_speed", Kept),
    ("ostype", Kept),
    (
        "rng0",
        Parts(&[("max_bytes", Kept), ("period", Kept), ("source", Kept)]),
    ),
    (
        "spice_enhancements",
        Parts(&[("foldersharing", Kept), ("videostreaming", Kept)]),
    ),
    (
        "startup",
        Parts(&[("order", Kept), ("up", Kept), ("down", Kept)]),
    ),
    ("tablet", Kept),
    ("tdf", Kept),
    (
        "vga",
        Parts(&[("type", Kept), ("memory", Kept), ("clipboard", Kept)]),
    ),
    ("watchdog", Parts(&[("model", Kept), ("action", Kept)])),
    // Proxmox's own book-keeping. A clone gets none of it, or its own.
    ("lock", Kept),
    ("template", Kept),
    ("digest", Kept),
    ("meta", Kept),
    ("parent", Kept),
    ("snaptime", Kept),
    ("snapstate", Kept),
    ("vmstate", Kept),
    ("runningcpu", Kept),
    ("runningmachine", Kept),
    ("running-nets-host-mtu", Kept),
];

const DRIVE: &[(&str, Fate)] = &[
    ("file", Kept),
    ("volume", Kept),
    ("import-from", Kept),
    ("size", Sold(SIZE)),
    ("media", Kept),
    ("format", Kept),
    ("backup", Sold(DISK)),
    ("snapshot", Sold(DISK)),
    ("ro", Sold(DISK)),
    ("bps", Sold(DISK)),
    ("bps_rd", Sold(DISK)),
    ("bps_wr", Sold(DISK)),
    ("bps_max_length", Sold(DISK)),
    ("bps_rd_max_length", Sold(DISK)),
    ("bps_wr_max_length", Sold(DISK)),
    ("bps_rd_length", Sold(DISK)),
    ("bps_wr_length", Sold(DISK)),
    ("mbps", Sold(DISK)),
    ("mbps_rd", Sold(DISK)),
    ("mbps_wr", Sold(DISK)),
    ("mbps_max", Sold(DISK)),
    ("mbps_rd_max", Sold(DISK)),
    ("mbps_wr_max", Sold(DISK)),
    ("iops", Sold(DISK)),
    ("iops_rd", Sold(DISK)),
    ("iops_wr", Sold(DISK)),
    ("iops_max", Sold(DISK)),
    ("iops_rd_max", Sold(DISK)),
    ("iops_wr_max", Sold(DISK)),
    ("iops_max_length", Sold(DISK)),
    ("iops_rd_max_length", Sold(DISK)),
    ("iops_wr_max_length", Sold(DISK)),
    ("iops_rd_length", Sold(DISK)),
    ("iops_wr_length", Sold(DISK)),
    ("aio", Kept),
    ("cache", Kept),
    ("cyls", Kept),
    ("detect_zeroes", Kept),
    ("discard", Kept),
    ("heads", Kept),
    ("iothread", Kept),
    ("model", Kept),
    ("product", Kept),
    ("queues", Kept),
    ("replicate", Kept),
    ("rerror", Kept),
    ("scsiblock", Kept),
    ("secs", Kept),
    ("serial", Kept),
    // It says that a path of the node is the same on all nodes; a disk that is a path is refused in any case.
    ("shared", Kept),
    ("ssd", Kept),
    ("trans", Kept),
    ("vendor", Kept),
    ("werror", Kept),
    ("wwn", Kept),
];

const CARD: &[(&str, Fate)] = &[
    ("model", Sold(NETWORK)),
    ("macaddr", Sold(NETWORK)),
    ("bridge", Sold(NETWORK)),
    ("tag", Sold(NETWORK)),
    ("rate", Sold(NETWORK)),
    ("firewall", Sold(NETWORK)),
    ("link_down", Sold(NETWORK)),
    // They would open VLANs to the guest that nobody sold it.
    ("trunks", Sold(NETWORK)),
    ("mtu", Kept),
    ("queues", Kept),
    ("host-tunnel", Kept),
    // A model may stand as the key of the address.
    ("e1000", Sold(NETWORK)),
    ("e1000-82540em", Sold(NETWORK)),
    ("e1000-82544gc", Sold(NETWORK)),
    ("e1000-82545em", Sold(NETWORK)),
    ("e1000e", Sold(NETWORK)),
    ("i82551", Sold(NETWORK)),
    ("i82557b", Sold(NETWORK)),
    ("i82559er", Sold(NETWORK)),
    ("ne2k_isa", Sold(NETWORK)),
    ("ne2k_pci", Sold(NETWORK)),
    ("pcnet", Sold(NETWORK)),
    ("rtl8139", Sold(NETWORK)),
    ("virtio", Sold(NETWORK)),
    ("vmxnet3", Sold(NETWORK)),
];
