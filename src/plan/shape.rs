//! The typed plan of one VM, as the steps read it.

use super::NameRule;
use crate::model::words::words;
use crate::model::{NodeName, Policy, Secret, StorageId, Vmid};

/// Everything that was sold with one service.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Where the VM is to live.
    pub node: NodeChoice,
    /// The template to clone; `None` when neither the product nor the order names one.
    pub template: Option<Vmid>,
    /// Linked or full clone.
    pub clone: CloneKind,
    /// Cores.
    pub cores: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// How many backups the client may have; 0: none, the page is off.
    pub backups: u32,
    /// How many snapshots the client may have; 0: none, the page is off.
    pub snapshots: u32,
    /// When a snapshot goes.
    pub snapshot_policy: SnapshotPolicy,
    /// How the VM's name is made.
    pub name_rule: NameRule,
    /// The lowest VMID to give out.
    pub first_vmid: Vmid,
    /// The user cloud-init creates; `None`: a random name.
    pub username: Option<String>,
    /// The network card and its addresses.
    pub net: NetPlan,
    /// The firewall.
    pub firewall: FirewallPlan,
    /// The template's own disk. Storage `None`: as in the template. Size 0: as in the template.
    pub system_disk: DiskPlan,
    /// The second disk. Storage `None`: the system disk's. Size 0: no such disk.
    pub additional_disk: DiskPlan,
    /// Where backups go; `None`: nowhere, the page is off.
    pub backup_storage: Option<StorageId>,
    /// Where ISO images come from; `None`: nowhere, the page is off.
    pub iso_storage: Option<StorageId>,
    /// The console gateway: `host`, `host:port`, or a URL as far as the path; no scheme means HTTPS. Empty: none.
    pub console_domain: String,
    /// The key shared with the console gateway.
    pub console_key: Secret,
    /// The suffix of the VM's full name and the guest's search domain, without a leading dot. Empty: none.
    pub main_domain: String,
    /// The support department (`tblticketdepartments.id`) that gets a ticket where no zone takes a reverse name.
    pub rdns_ticket: Option<u64>,
    /// Which mails are sent.
    pub mails: Mails,
    /// What the client may do.
    pub permissions: Permissions,
    /// Public keys for the guest, one line each, checked.
    pub ssh_keys: Vec<String>,
}

impl Plan {
    /// Whether the client may have backups, and there is a place for them.
    pub fn sells_backups(&self) -> bool {
        self.backups > 0 && self.backup_storage.is_some()
    }
}

/// The node a VM is to live on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeChoice {
    /// The one with the most free memory.
    Automatic,
    /// This one; when it is offline, as `Automatic`.
    Pinned(NodeName),
}

/// How the template is cloned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloneKind {
    /// Shares the template's disk.
    Linked,
    /// Copies the template's disk.
    Full,
}

/// When a snapshot goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotPolicy {
    /// Never by itself.
    Keep,
    /// After this many days, 1 to 10.
    Days(u8),
    /// The client sets a weekly schedule; the oldest goes when the package's number is reached.
    Schedule,
}

/// The network card and its addresses.
#[derive(Clone, Debug, PartialEq)]
pub struct NetPlan {
    /// The card's model; `None`: as in the template.
    pub model: Option<NicModel>,
    /// Bandwidth in MB/s; 0: unlimited.
    pub rate_mbps: f64,
    /// The bridge, where no address brings its own.
    pub bridge: String,
    /// The VLAN tag, where no address brings its own; 0: untagged.
    pub vlan: u16,
    /// How many IPv4 addresses.
    pub ipv4: u32,
    /// How many IPv6 addresses.
    pub ipv6: u32,
    /// Bridge and VLAN come from the chosen address's pool; else only addresses on `bridge` and `vlan` are chosen.
    pub auto_bridge: bool,
    /// IPv4 by DHCP: none is allocated.
    pub dhcp4: bool,
    /// IPv6 by DHCP: none is allocated.
    pub dhcp6: bool,
}

impl NetPlan {
    /// How many IPv4 addresses are to be allocated.
    pub fn static_ipv4(&self) -> u32 {
        if self.dhcp4 { 0 } else { self.ipv4 }
    }

    /// How many IPv6 addresses are to be allocated.
    pub fn static_ipv6(&self) -> u32 {
        if self.dhcp6 { 0 } else { self.ipv6 }
    }

    /// Whether any address is allocated. If not, the firewall is left alone.
    pub fn has_static(&self) -> bool {
        self.static_ipv4() + self.static_ipv6() > 0
    }
}

words! {
    /// A network card's model.
    NicModel {
        /// Paravirtual.
        Virtio = "virtio",
        /// Intel E1000.
        E1000 = "e1000",
        /// Realtek RTL8139.
        Rtl8139 = "rtl8139",
        /// VMware vmxnet3.
        Vmxnet3 = "vmxnet3",
    }
}

words! {
    /// How much the firewall logs.
    LogLevel {
        /// Nothing.
        NoLog = "nolog",
        /// Info.
        Info = "info",
        /// Notice.
        Notice = "notice",
        /// Warning.
        Warning = "warning",
    }
}

/// The VM's firewall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirewallPlan {
    /// VM firewall and the card's firewall flag.
    pub enable: bool,
    /// DHCP is let through.
    pub dhcp: bool,
    /// Neighbour discovery is let through.
    pub ndp: bool,
    /// The guest may advertise itself as a router.
    pub radv: bool,
    /// Only the card's own MAC may send.
    pub macfilter: bool,
    /// Only addresses in the card's address set may send.
    pub ipfilter: bool,
    /// The address set `ipfilter-net0` holds the VM's addresses.
    pub anti_spoofing: bool,
    /// Traffic to the VM.
    pub policy_in: Policy,
    /// Traffic from the VM.
    pub policy_out: Policy,
    /// Log of traffic to the VM.
    pub log_in: LogLevel,
    /// Log of traffic from the VM.
    pub log_out: LogLevel,
}

/// One disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskPlan {
    /// Where it lies; what `None` means is said in [`Plan`].
    pub storage: Option<StorageId>,
    /// Its size in GiB; what 0 means is said in [`Plan`].
    pub size_gib: u64,
    /// Its limits.
    pub limits: DiskLimits,
}

/// A disk's limits; 0: unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskLimits {
    /// Reads in MB/s.
    pub read_mbps: u64,
    /// Writes in MB/s.
    pub write_mbps: u64,
    /// Reads per second.
    pub read_iops: u64,
    /// Writes per second.
    pub write_iops: u64,
}

/// The names of the mail templates; `None`: no mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mails {
    /// A deploy or reinstall is through.
    pub ready: Option<String>,
    /// A password was reset.
    pub reset_password: Option<String>,
    /// A backup was restored.
    pub restored: Option<String>,
    /// A change of package is through.
    pub upgraded: Option<String>,
}

/// What the client may do. Snapshots and backups have no switch: their numbers say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Start the VM.
    pub start: bool,
    /// Stop the VM.
    pub stop: bool,
    /// Open the console.
    pub console: bool,
    /// See the charts.
    pub charts: bool,
    /// Install anew.
    pub reinstall: bool,
    /// Reset the password.
    pub reset_password: bool,
    /// Set reverse names.
    pub rdns: bool,
    /// Mount ISO images.
    pub iso: bool,
    /// Set firewall rules and policies.
    pub firewall: bool,
}
