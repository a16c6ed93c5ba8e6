//! What was sold beside what the VM has: each value, whether it differs, and what mends it.

use super::package_row::{GIB, limited, listed, mebibytes, megabytes, number, row, switch, tag};
use super::page_operations::{PlanRow, TakenOver};
use crate::custody::{Live, LoadedService, Sight};
use crate::model::{Sentence, say};
use crate::plan::{self, DiskPlan, FirewallPlan, NodeChoice, Plan};
use crate::pve::{DiskConfig, FirewallOptions, IpConfig, NetConfig, VmConfig, file_name};
use crate::steps::network::sold_bridge;
use crate::store::address::AddressRow;
use std::net::IpAddr;

/// The largest difference of a rate, in MB/s, that is only rounding.
const ROUNDING: f64 = 0.005;

/// The module commands that set a value, by the labels that they have.
const ADDRESSES: &str = "VMSetDedicatedIp ->";
const COMPUTE: &str = "**Set CPU RAM ->";
const SYSTEM_SIZE: &str = "*Set System Disk Size ->";
const SYSTEM_SPEED: &str = "*Set System Disk Bandwidth ->";
const ADDITIONAL: &str = "*Set Created Additional Disk ->";
const ADDITIONAL_SIZE: &str = "*Set Additional Disk Size ->";
const ADDITIONAL_SPEED: &str = "*Set Additional Disk Bandwidth ->";
const NETWORK: &str = "*Set Network ->";
const FIREWALL: &str = "*Set Firewall ->";

/// What one look at a VM showed of what was sold.
pub(super) struct Package<'a> {
    plan: &'a Plan,
    sight: Option<&'a Sight>,
    firewall: Option<&'a FirewallOptions>,
    addresses: &'a [AddressRow],
}

impl<'a> Package<'a> {
    /// `firewall`: the options of the VM's firewall, where they were read.
    pub(super) fn new(
        plan: &'a Plan,
        live: &'a Live,
        firewall: Option<&'a FirewallOptions>,
        addresses: &'a [AddressRow],
    ) -> Self {
        let sight = match live {
            Live::Read(sight) => Some(&**sight),
            Live::Unasked | Live::None | Live::Nowhere(_) | Live::Gone(_) | Live::Failed(_) => None,
        };
        Self {
            plan,
            sight,
            firewall,
            addresses,
        }
    }

    fn config(&self) -> Option<&'a VmConfig> {
        self.sight.map(|sight| &sight.config)
    }

    fn card(&self) -> Option<&'a NetConfig> {
        self.config().and_then(VmConfig::net0)
    }

    /// Every value, in the order of the product's form.
    pub(super) fn rows(&self) -> Vec<PlanRow> {
        let mut rows = vec![self.node(), self.template()];
        rows.extend(self.compute());
        rows.extend(self.disks());
        rows.extend(self.network());
        rows.extend(self.counts());
        rows.extend(self.firewall());
        rows.extend([
            self.iso(),
            row("snapshots", self.plan.snapshots.to_string()),
            self.backups(),
        ]);
        rows
    }

    fn node(&self) -> PlanRow {
        let real = self.sight.map(|sight| sight.node.to_string());
        match &self.plan.node {
            NodeChoice::Automatic => row("node", say::sold_automatic()).really(real, false),
            NodeChoice::Pinned(node) => {
                let differs = real.as_ref().is_some_and(|real| *real != node.to_string());
                let row = row("node", node.to_string()).really(real, differs);
                row.mended(say::plan_move())
            }
        }
    }

    fn template(&self) -> PlanRow {
        let sold = self.plan.template;
        row(
            "template",
            sold.map_or_else(say::sold_none, |vmid| Sentence::foreign(vmid.to_string())),
        )
    }

    fn compute(&self) -> [PlanRow; 2] {
        let real = self.config();
        let cores = real.map(|config| config.cores * config.sockets);
        let memory = real.map(|config| config.memory);
        let (sold, mib) = (u64::from(self.plan.cores), self.plan.memory_mib);
        let cpu = row("cpu", sold.to_string()).really(
            cores.map(|cores| cores.to_string()),
            cores.is_some_and(|cores| cores != sold),
        );
        let memory = row("memory", mebibytes(mib)).really(
            memory.map(mebibytes),
            memory.is_some_and(|real| real != mib),
        );
        [cpu, memory].map(|row| row.mended(say::plan_mend(COMPUTE)))
    }

    fn disks(&self) -> Vec<PlanRow> {
        let of = |find: fn(&VmConfig) -> Option<&DiskConfig>| self.config().and_then(find);
        let system = of(|config| config.system_disk().map(|(_, disk)| disk));
        let additional = of(|config| config.additional_disk().map(|(_, disk)| disk));
        let (plan, asked) = (self.plan, self.sight.is_some());
        let mut rows = vec![size(
            "system_disk",
            &plan.system_disk,
            system,
            asked,
            SYSTEM_SIZE,
        )];
        rows.extend(of_disk(
            ["system_storage", "system_read", "system_write"],
            &plan.system_disk,
            system,
            SYSTEM_SPEED,
        ));
        let missing = additional.is_none();
        let command = if missing { ADDITIONAL } else { ADDITIONAL_SIZE };
        rows.push(size(
            "additional_disk",
            &plan.additional_disk,
            additional,
            asked,
            command,
        ));
        if plan.additional_disk.size_gib > 0 {
            // Without a storage of its own it goes to that of the system disk.
            let sold = DiskPlan {
                storage: (plan.additional_disk.storage.clone())
                    .or_else(|| plan.system_disk.storage.clone()),
                ..plan.additional_disk.clone()
            };
            rows.extend(of_disk(
                ["additional_storage", "additional_read", "additional_write"],
                &sold,
                additional,
                ADDITIONAL_SPEED,
            ));
        }
        rows
    }

    fn network(&self) -> [PlanRow; 4] {
        let (net, card) = (&self.plan.net, self.card());
        let (bridge, vlan) = sold_bridge(net, self.addresses);
        let model = match net.model {
            None => row("model", say::sold_template())
                .really(card.map(|card| card.model().to_owned()), false),
            Some(model) => row("model", model.as_str()).really(
                card.map(|card| card.model().to_owned()),
                card.is_some_and(|card| card.model() != model.as_str()),
            ),
        };
        let rate = |card: &NetConfig| card.rate().unwrap_or(0.0);
        let speed = row("rate", megabytes(net.rate_mbps)).really(
            card.map(|card| megabytes(rate(card))),
            card.is_some_and(|card| (rate(card) - net.rate_mbps).abs() > ROUNDING),
        );
        let real = card.map(|card| card.bridge().unwrap_or("–").to_owned());
        let other = real.as_ref().is_some_and(|real| real != bridge);
        let bridge = row("bridge", bridge).really(real, other);
        let real = card.map(|card| card.tag().unwrap_or(0));
        let vlan =
            row("vlan", tag(vlan)).really(real.map(tag), real.is_some_and(|real| real != vlan));
        [model, speed, bridge, vlan].map(|row| row.mended(say::plan_mend(NETWORK)))
    }

    /// The addresses that the service holds.
    fn counts(&self) -> [PlanRow; 2] {
        let net = &self.plan.net;
        let one = |label: &'static str, family: u8, dhcp: bool, sold: u32| {
            let held = self.addresses.iter().filter(|row| row.family == family);
            let held = held.count() as u64;
            let text = if dhcp {
                "DHCP".to_owned()
            } else {
                sold.to_string()
            };
            let held = (held > 0 || !dhcp).then_some(held);
            let differs = held.is_some_and(|held| held != u64::from(sold));
            row(label, text)
                .really(held.map(|held| held.to_string()), differs)
                .mended(say::plan_mend(ADDRESSES))
        };
        [
            one("ipv4", 4, net.dhcp4, net.static_ipv4()),
            one("ipv6", 6, net.dhcp6, net.static_ipv6()),
        ]
    }

    /// Without an address of its own a VM's firewall is left alone, so nothing of it was sold.
    fn firewall(&self) -> Vec<PlanRow> {
        if !self.plan.net.has_static() {
            return vec![row("firewall", say::sold_untouched())];
        }
        let sold = &self.plan.firewall;
        let real = self.firewall.zip(self.card());
        let on = real.map(|(options, card)| options.enable == Some(true) && card.firewall());
        let switch = row("firewall", switch(sold.enable))
            .really(on.map(switch), on.is_some_and(|on| on != sold.enable));
        let mut rows = vec![switch];
        if sold.enable {
            let (wanted, real) = (sold_filters(sold), self.firewall.map(real_filters));
            let differs = real.as_ref().is_some_and(|real| *real != wanted);
            rows.push(
                row("firewall_filters", listed(&wanted)).really(real.as_ref().map(listed), differs),
            );
        }
        rows.into_iter()
            .map(|row| row.mended(say::plan_mend(FIREWALL)))
            .collect()
    }

    /// Where images come from, and the one in the drive.
    fn iso(&self) -> PlanRow {
        let sold = match &self.plan.iso_storage {
            Some(storage) => Sentence::foreign(storage.to_string()),
            None => say::sold_none(),
        };
        let mounted = self.config().map(|config| {
            let mut drives = config.cdroms().map(|(_, disk)| disk.volume());
            let image = drives.find(|volume| !matches!(*volume, "none" | "cdrom"));
            image.map_or_else(say::sold_none, |volume| {
                Sentence::foreign(file_name(volume))
            })
        });
        row("iso", sold).really(mounted, false)
    }

    fn backups(&self) -> PlanRow {
        let count = self.plan.backups.to_string();
        row(
            "backups",
            match &self.plan.backup_storage {
                Some(storage) => format!("{count} · {storage}"),
                None => count,
            },
        )
    }

    /// What was taken over and what remains to be done, of a VM that somebody attached.
    pub(super) fn taken_over(&self, loaded: &LoadedService, rows: &[PlanRow]) -> Option<TakenOver> {
        let record = &loaded.record;
        if record.adopted_at == 0 {
            return None;
        }
        let found: Vec<String> = self.config().map(configured).unwrap_or_default();
        let held: Vec<&str> = self.addresses.iter().map(|row| row.text.as_str()).collect();
        let strange = found.iter().filter(|text| !held.contains(&text.as_str()));
        let strange: Vec<&str> = strange.map(String::as_str).collect();
        let mut left = vec![];
        let differing = rows.iter().filter(|row| row.differs).count();
        if differing > 0 {
            left.push(say::taken_values(differing));
        }
        if !strange.is_empty() {
            left.push(say::taken_strange(strange.join(", ")));
        }
        let bare = self
            .config()
            .is_some_and(|config| config.cloudinit_drive().is_none());
        if bare {
            left.push(say::taken_cloudinit());
        }
        Some(TakenOver {
            at: record.adopted_at,
            name: record.name.clone(),
            mac: record.mac.clone(),
            configured: found,
            left,
        })
    }
}

/// The addresses in a VM's cloud-init settings.
fn configured(config: &VmConfig) -> Vec<String> {
    let one = |text: &Option<String>| {
        let bare = text.as_deref()?.split('/').next()?;
        bare.parse::<IpAddr>().ok().map(|ip| ip.to_string())
    };
    let of = |card: &IpConfig| [one(&card.ip), one(&card.ip6)];
    config.ipconfigs.values().flat_map(of).flatten().collect()
}

fn size(
    label: &'static str,
    plan: &DiskPlan,
    disk: Option<&DiskConfig>,
    asked: bool,
    command: &str,
) -> PlanRow {
    let additional = label == "additional_disk";
    let sold = match plan.size_gib {
        0 if additional => say::sold_none(),
        0 => say::sold_template(),
        gib => Sentence::foreign(format!("{gib} GiB")),
    };
    let bytes = disk
        .and_then(DiskConfig::size)
        .map(|size| size.bytes() as f64);
    let real = match (bytes, asked) {
        (Some(bytes), _) => Some(Sentence::foreign(number(bytes / GIB, "GiB"))),
        (None, true) => Some(say::sold_none()),
        (None, false) => None,
    };
    let wanted = plan.size_gib as f64 * GIB;
    let differs = asked && plan.size_gib > 0 && bytes.is_none_or(|bytes| bytes != wanted);
    let todo = match bytes {
        Some(bytes) if bytes > wanted => say::plan_larger(),
        _ => say::plan_mend(command),
    };
    row(label, sold).really(real, differs).mended(todo)
}

/// Storage, reading and writing of a disk.
fn of_disk(
    [storage, read, write]: [&'static str; 3],
    plan: &DiskPlan,
    disk: Option<&DiskConfig>,
    command: &str,
) -> [PlanRow; 3] {
    let real = disk.and_then(DiskConfig::storage).map(str::to_owned);
    let place = match &plan.storage {
        None => row(storage, say::sold_template()).really(real, false),
        Some(sold) => {
            let differs = real.as_ref().is_some_and(|real| *real != sold.to_string());
            row(storage, sold.to_string()).really(real, differs)
        }
    };
    let limits = disk.map(DiskConfig::limits);
    let plan::DiskLimits {
        read_mbps,
        write_mbps,
        read_iops,
        write_iops,
    } = plan.limits;
    let speed = |label, sold: (f64, u64), real: Option<(f64, u64)>| {
        let differs =
            real.is_some_and(|real| (real.0 - sold.0).abs() > ROUNDING || real.1 != sold.1);
        row(label, limited(sold)).really(real.map(limited), differs)
    };
    let of = |mbps: Option<f64>, iops: Option<u64>| (mbps.unwrap_or(0.0), iops.unwrap_or(0));
    let read = speed(
        read,
        (read_mbps as f64, read_iops),
        limits.map(|real| of(real.mbps_rd, real.iops_rd)),
    );
    let write = speed(
        write,
        (write_mbps as f64, write_iops),
        limits.map(|real| of(real.mbps_wr, real.iops_wr)),
    );
    let mend = || say::plan_mend(command);
    [
        place.mended(say::plan_move()),
        read.mended(mend()),
        write.mended(mend()),
    ]
}

fn sold_filters(plan: &FirewallPlan) -> [bool; 5] {
    [
        plan.dhcp,
        plan.ndp,
        plan.radv,
        plan.macfilter,
        plan.ipfilter,
    ]
}

fn real_filters(options: &FirewallOptions) -> [bool; 5] {
    [
        options.dhcp,
        options.ndp,
        options.radv,
        options.macfilter,
        options.ipfilter,
    ]
    .map(|one| one == Some(true))
}
