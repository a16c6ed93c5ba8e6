//! Every setting of a product, once: where it stands in the form, what it may hold, what it is when nobody set it,
//! and which configurable option overrides it.

use super::rule::{self, Rule};
use crate::model::{naming, say};

/// One setting of a product.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The section of the form.
    pub section: &'static str,
    /// Its key in the form, in the stored row and in error messages; unique over all sections.
    pub key: &'static str,
    /// What it may hold.
    pub rule: Rule,
    /// Its value when nothing is stored.
    pub default: &'static str,
    /// The configurable option that overrides it.
    pub option: Option<OptionName>,
    /// What fills its list.
    pub source: Option<Source>,
}

/// A configurable option's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionName {
    /// The whole name, case-sensitive.
    pub plain: &'static str,
    /// The older form: this before a pipe and any label.
    pub legacy: Option<&'static str>,
}

/// What the entries of a select come from; which of the caller's choices they are is in `form`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The cluster's nodes.
    Nodes,
    /// Its templates.
    Templates,
    /// Storages for disk images.
    Storages,
    /// Storages for backups.
    BackupStorages,
    /// Storages for ISO images.
    IsoStorages,
    /// Bridges and VNets: offered beside a free text.
    Bridges,
    /// Product mail templates.
    EmailTemplates,
    /// Support departments.
    Departments,
}

/// The setting with this key.
pub fn field(key: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.key == key)
}

const fn plain(
    section: &'static str,
    key: &'static str,
    rule: Rule,
    default: &'static str,
) -> Field {
    Field {
        section,
        key,
        rule,
        default,
        option: None,
        source: None,
    }
}

impl Field {
    const fn option(self, plain: &'static str) -> Field {
        Field {
            option: Some(OptionName {
                plain,
                legacy: None,
            }),
            ..self
        }
    }

    const fn option_or(self, plain: &'static str, legacy: &'static str) -> Field {
        Field {
            option: Some(OptionName {
                plain,
                legacy: Some(legacy),
            }),
            ..self
        }
    }

    const fn from(self, source: Source) -> Field {
        Field {
            source: Some(source),
            ..self
        }
    }
}

/// Proxmox sets no upper bound on cores; QEMU's q35 machine ends here.
const CORES: Rule = Rule::Whole {
    min: 1,
    max: 4096,
    units: &["cores", "core", "CPU", "CPUs", "vCPU"],
    why: None,
};
/// Proxmox takes 16 MiB to 4 TiB (`minimum` of `memory`, `$MAX_MEM` of qemu-server).
const MEMORY: Rule = Rule::Decimal {
    min: 0.015625,
    max: 4096.0,
    units: &["GB", "GiB", "GB RAM"],
};
/// Proxmox sets no bound on a number of backups or snapshots; this one catches a slip of the keyboard.
const COUNT: Rule = Rule::Whole {
    min: 0,
    max: 1000,
    units: &[],
    why: None,
};
/// A disk's size. 128 TiB is beyond any storage plugin's volume.
const SIZE: Rule = Rule::Whole {
    min: 0,
    max: 131_072,
    units: &["GB", "GiB"],
    why: None,
};
/// A disk's bandwidth; QEMU counts bytes in a signed 64-bit number, drives end far below this.
const MBPS: Rule = Rule::Whole {
    min: 0,
    max: 1_000_000,
    units: &["MB/s", "MBps", "MB"],
    why: None,
};
/// A disk's operations per second, bounded as its bandwidth.
const IOPS: Rule = Rule::Whole {
    min: 0,
    max: 100_000_000,
    units: &["IOPS"],
    why: None,
};
/// A card's bandwidth in MB/s; 100,000 MB/s is faster than any card.
const RATE: Rule = Rule::Decimal {
    min: 0.0,
    max: 100_000.0,
    units: &["MB/s", "MBps", "MB"],
};
/// How many addresses one service may have: as many as an IPv4 /24 holds.
const ADDRESSES: Rule = Rule::Whole {
    min: 0,
    max: 256,
    units: &["", "IP", "IPs", "IPv4", "IPv6"],
    why: None,
};
const VMID: Rule = Rule::Whole {
    min: 100,
    max: 999_999_999,
    units: &[],
    why: Some(say::since_vmid),
};
/// Proxmox's `tag` ends at 4094.
const VLAN: Rule = Rule::Whole {
    min: 0,
    max: 4094,
    units: &[],
    why: Some(say::since_vlan),
};
const CLONE: Rule = Rule::Word(&[("linked", "Linked Clone"), ("full", "Full Clone")]);
const LIFETIME: Rule = Rule::Word(&[
    ("0", "Don't remove"),
    ("1", "1 day"),
    ("2", "2 days"),
    ("3", "3 days"),
    ("4", "4 days"),
    ("5", "5 days"),
    ("6", "6 days"),
    ("7", "7 days"),
    ("8", "8 days"),
    ("9", "9 days"),
    ("10", "10 days"),
]);
const MODEL: Rule = Rule::Word(&[
    ("template", "As in template"),
    ("virtio", "VirtIO"),
    ("e1000", "Intel E1000"),
    ("rtl8139", "Realtek RTL8139"),
    ("vmxnet3", "VMware vmxnet3"),
]);
const POLICY: Rule = Rule::Word(&[("ACCEPT", "ACCEPT"), ("DROP", "DROP"), ("REJECT", "REJECT")]);
const LOG: Rule = Rule::Word(&[
    ("nolog", "nolog"),
    ("info", "info"),
    ("notice", "notice"),
    ("warning", "warning"),
]);
const STORAGE: Rule = Rule::Text(rule::storage);
const MAIL: Rule = Rule::Text(rule::mail_template);

/// All settings in the order of the form.
pub const FIELDS: &[Field] = &[
    plain("vm", "node", Rule::Text(rule::node), "automatically").from(Source::Nodes),
    plain("vm", "template", Rule::Text(rule::template), "")
        .from(Source::Templates)
        .option_or("Operating System", "OS"),
    plain("vm", "clone_type", CLONE, "linked"),
    plain("vm", "cpu", CORES, "1").option_or("CPU Cores", "CPU"),
    plain("vm", "ram", MEMORY, "1").option_or("RAM", "RAM"),
    plain("vm", "backups", COUNT, "0").option_or("Backups", "B"),
    plain("vm", "snapshots", COUNT, "0").option_or("Snapshots", "S"),
    plain(
        "vm",
        "name_rule",
        Rule::Text(rule::name_rule),
        "{client_id}-{service_id}",
    ),
    plain("vm", "first_vmid", VMID, "100"),
    plain("vm", "username", Rule::Text(rule::username), ""),
    plain("vm", "snapshot_schedule", Rule::Flag, "0"),
    plain("vm", "snapshot_lifetime", LIFETIME, "0"),
    plain("storage", "system_storage", STORAGE, "").from(Source::Storages),
    plain("storage", "system_size", SIZE, "0").option("System Disk"),
    plain("storage", "system_read_mbps", MBPS, "0").option("System Disk Read Bandwidth"),
    plain("storage", "system_write_mbps", MBPS, "0").option("System Disk Write Bandwidth"),
    plain("storage", "system_read_iops", IOPS, "0").option("System Disk Read IOPS"),
    plain("storage", "system_write_iops", IOPS, "0").option("System Disk Write IOPS"),
    plain("storage", "additional_storage", STORAGE, "").from(Source::Storages),
    plain("storage", "additional_size", SIZE, "0").option("Additional Disk"),
    plain("storage", "additional_read_mbps", MBPS, "0").option("Additional Disk Read Bandwidth"),
    plain("storage", "additional_write_mbps", MBPS, "0").option("Additional Disk Write Bandwidth"),
    plain("storage", "additional_read_iops", IOPS, "0").option("Additional Disk Read IOPS"),
    plain("storage", "additional_write_iops", IOPS, "0").option("Additional Disk Write IOPS"),
    plain("network", "model", MODEL, "template"),
    plain("network", "rate", RATE, "0").option("Network Bandwidth"),
    plain("network", "bridge", Rule::Text(naming::bridge), "vmbr0").from(Source::Bridges),
    plain("network", "vlan", VLAN, "0"),
    plain("network", "ipv4", ADDRESSES, "1").option_or("IPv4 Addresses", "ipv4"),
    plain("network", "ipv6", ADDRESSES, "0").option_or("IPv6 Addresses", "ipv6"),
    plain("network", "auto_bridge", Rule::Flag, "1"),
    plain("network", "dhcp4", Rule::Flag, "1"),
    plain("network", "dhcp6", Rule::Flag, "1"),
    plain("firewall", "policy_in", POLICY, "ACCEPT"),
    plain("firewall", "policy_out", POLICY, "ACCEPT"),
    plain("firewall", "log_in", LOG, "nolog"),
    plain("firewall", "log_out", LOG, "nolog"),
    plain("firewall", "enable", Rule::Flag, "1"),
    plain("firewall", "dhcp", Rule::Flag, "1"),
    plain("firewall", "ndp", Rule::Flag, "1"),
    plain("firewall", "radv", Rule::Flag, "0"),
    plain("firewall", "macfilter", Rule::Flag, "1"),
    plain("firewall", "ipfilter", Rule::Flag, "0"),
    plain("firewall", "anti_spoofing", Rule::Flag, "1"),
    plain("integrations", "backup_storage", STORAGE, "").from(Source::BackupStorages),
    plain("integrations", "iso_storage", STORAGE, "").from(Source::IsoStorages),
    plain(
        "integrations",
        "console_domain",
        Rule::Text(rule::gateway),
        "",
    ),
    plain("integrations", "console_key", Rule::Secret, ""),
    plain(
        "integrations",
        "main_domain",
        Rule::Text(rule::domain),
        ".example.com",
    ),
    plain("integrations", "rdns_ticket", Rule::Flag, "1"),
    plain(
        "integrations",
        "rdns_department",
        Rule::Text(rule::department),
        "",
    )
    .from(Source::Departments),
    plain(
        "integrations",
        "mail_ready",
        MAIL,
        "puqProxmoxKVM VM is ready",
    )
    .from(Source::EmailTemplates),
    plain(
        "integrations",
        "mail_reset_password",
        MAIL,
        "puqProxmoxKVM Reset password",
    )
    .from(Source::EmailTemplates),
    plain(
        "integrations",
        "mail_restored",
        MAIL,
        "puqProxmoxKVM Backup restored",
    )
    .from(Source::EmailTemplates),
    plain("integrations", "mail_upgraded", MAIL, "").from(Source::EmailTemplates),
    plain("permissions", "start", Rule::Flag, "1"),
    plain("permissions", "stop", Rule::Flag, "1"),
    plain("permissions", "console", Rule::Flag, "1"),
    plain("permissions", "charts", Rule::Flag, "1"),
    plain("permissions", "reinstall", Rule::Flag, "1"),
    plain("permissions", "reset_password", Rule::Flag, "1"),
    plain("permissions", "rdns", Rule::Flag, "1"),
    plain("permissions", "iso", Rule::Flag, "1"),
    plain("permissions", "firewall", Rule::Flag, "1"),
];
