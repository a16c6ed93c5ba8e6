//! What clients keep, and what must happen once: backups, snapshots, restores, mails.
//!
//! A keepsake disappears only if somebody asked for that, its time was over, or a schedule made room: then the oldest.
//! A day of a schedule makes one of a kind, a restore asked for is carried out once, a mail is sent once.

use super::Play;
use super::products::{self, SLOTS};
use crate::support::World;
use puq_proxmox_kvm::model::ServiceId;
use puq_proxmox_kvm::store::vm::VmRecord;
use std::collections::{BTreeMap, BTreeSet};

/// How long snapshots of the product with a lifetime live at least, in seconds: two days, less the difference of clocks.
const LIFETIME: i64 = 2 * 86_400 - 2 * 3600;

/// A backup or snapshot: when it was made, and its note.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    time: i64,
    note: String,
}

impl Kept {
    /// The day of the schedule it was made for.
    fn day(&self) -> Option<&str> {
        let rest = self.note.strip_prefix("Scheduler: ")?;
        rest.get(..10)
    }
}

type Shelf = BTreeMap<String, Kept>;

/// What was seen last, and what may go.
#[derive(Default)]
pub struct Keepsakes {
    seen: BTreeMap<u64, Seen>,
}

#[derive(Default)]
struct Seen {
    backups: Shelf,
    snapshots: Shelf,
    asked: BTreeSet<String>,
    snapshots_may_go: bool,
    all_may_go: bool,
    backups_rotate: bool,
    snapshots_rotate: bool,
}

impl Keepsakes {
    /// Somebody asked for the removal of this backup or snapshot.
    pub fn may_go(&mut self, service: u64, name: Option<String>) {
        self.seen.entry(service).or_default().asked.extend(name);
    }

    /// The VM is installed anew or restored, or was deleted by hand: its snapshots go with it.
    pub fn snapshots_may_go(&mut self, service: u64) {
        self.seen.entry(service).or_default().snapshots_may_go = true;
    }

    /// The service ends.
    pub fn all_may_go(&mut self, service: u64) {
        self.seen.entry(service).or_default().all_may_go = true;
    }

    /// The client has a schedule of backups.
    pub fn backups_rotate(&mut self, service: u64) {
        self.seen.entry(service).or_default().backups_rotate = true;
    }

    /// The client has a schedule of snapshots.
    pub fn snapshots_rotate(&mut self, service: u64) {
        self.seen.entry(service).or_default().snapshots_rotate = true;
    }
}

/// The service's own backups, by volume.
pub fn own_backups(world: &World, record: &VmRecord) -> Shelf {
    world.see(|all| {
        all.volumes
            .iter()
            .filter(|(_, volume)| volume.content == "backup")
            .filter_map(|(place, volume)| {
                let note = volume.notes.clone().unwrap_or_default();
                let time = volume.ctime;
                let name = format!("{}:{}", place.storage, place.name);
                record
                    .mark
                    .is_on(&note, "")
                    .then_some((name, Kept { time, note }))
            })
            .collect()
    })
}

/// The service's own snapshots, by name.
pub fn own_snapshots(world: &World, record: &VmRecord) -> Shelf {
    let Some(vmid) = record.vmid else {
        return Shelf::new();
    };
    world.see(|all| {
        let Some(vm) = all.vms.get(&vmid.get()) else {
            return Shelf::new();
        };
        vm.snapshots
            .iter()
            .filter(|(_, snapshot)| record.mark.is_on(&snapshot.description, ""))
            .map(|(name, snapshot)| {
                let note = snapshot.description.clone();
                let time = snapshot.time;
                (name.clone(), Kept { time, note })
            })
            .collect()
    })
}

impl Play {
    /// Panics where something that somebody kept is gone without a reason, or was made twice.
    pub(super) fn look_at_keepsakes(&mut self) {
        let now = self.world.see(|all| all.unix());
        for record in self.world.records() {
            let service = record.service.0;
            let backups = own_backups(&self.world, &record);
            let snapshots = own_snapshots(&self.world, &record);
            once_a_day(service, "backup", &backups);
            once_a_day(service, "snapshot", &snapshots);
            let product = self.sold[&service].product;
            let seen = self.keepsakes.seen.entry(service).or_default();
            let restored = self.sold[&service].restores > 0;
            let rotation = |making: usize| Rotation {
                service,
                slots: SLOTS as usize,
                making,
                asked: &seen.asked,
            };
            let making = |kind: &str| {
                let vmid = record.vmid.map(|vmid| vmid.to_string());
                self.world.see(|all| {
                    let running = all.tasks.iter().filter(|task| task.exit.is_none());
                    running
                        .filter(|task| task.kind == kind && Some(&task.id) == vmid.as_ref())
                        .count()
                })
            };
            if !seen.all_may_go {
                rotation(making("vzdump")).check(
                    "backup",
                    &seen.backups,
                    &backups,
                    seen.backups_rotate,
                );
                let expired = |kept: &Kept| {
                    products::snapshots_expire(product) && now - kept.time >= LIFETIME
                };
                let mut before = seen.snapshots.clone();
                before.retain(|_, kept| !expired(kept));
                if !seen.snapshots_may_go && !restored {
                    rotation(making("qmsnapshot")).check(
                        "snapshot",
                        &before,
                        &snapshots,
                        seen.snapshots_rotate,
                    );
                }
            }
            (seen.backups, seen.snapshots) = (backups, snapshots);
        }
        self.restored_once();
        self.mailed_once();
    }

    /// Every restore that ran was asked for.
    fn restored_once(&self) {
        let ran = self.world.see(|all| {
            let tasks = all.tasks.iter().filter(|task| task.kind == "qmrestore");
            tasks
                .filter(|task| task.user != "root@pam")
                .filter(|task| {
                    task.exit
                        .as_deref()
                        .is_some_and(|exit| exit == "OK" || exit.starts_with("WARN"))
                })
                .count() as u64
        });
        let asked: u64 = self.sold.values().map(|sold| sold.restores).sum();
        assert!(
            ran <= asked,
            "{asked} restores were asked for, {ran} were carried out"
        );
    }

    /// A mail goes out once for each installation; once more only if something died.
    fn mailed_once(&self) {
        let mails = self.world.host.effects_of("send_email");
        let installs: u64 = self.sold.values().map(|sold| sold.installs).sum();
        let ready = mails
            .iter()
            .filter(|mail| mail["template"] == "puqProxmoxKVM VM is ready")
            .count() as u64;
        assert!(
            ready <= installs + self.deaths,
            "{ready} mails for {installs} installations, {} deaths",
            self.deaths
        );
    }

    /// At the end: whose service is over has nothing left, but for what the log says could not be removed.
    pub(super) fn nothing_left_over(&self, service: u64) {
        let record = self.world.record(ServiceId(service));
        let left = own_backups(&self.world, &record);
        if left.is_empty() || self.sold[&service].let_go {
            return;
        }
        let log = self.world.host.rows(&format!(
            "SELECT steps FROM puq_proxmox_kvm_runs WHERE service_id = {service}"
        ));
        let told = log
            .iter()
            .any(|row| row["steps"].to_string().contains("not removed"));
        assert!(told, "service {service} is over and keeps {left:?}");
    }
}

fn once_a_day(service: u64, what: &str, shelf: &Shelf) {
    let mut days = BTreeSet::new();
    for (name, kept) in shelf {
        if let Some(day) = kept.day() {
            assert!(
                days.insert(day),
                "service {service} has two {what}s of {day}: {name} and another"
            );
        }
    }
}

/// What may have made room.
struct Rotation<'a> {
    service: u64,
    slots: usize,
    /// So many more are under way.
    making: usize,
    asked: &'a BTreeSet<String>,
}

impl Rotation<'_> {
    fn check(&self, what: &str, before: &Shelf, after: &Shelf, rotates: bool) {
        let service = self.service;
        assert!(
            after.len() <= self.slots + 1,
            "service {service} has more {what}s than it bought: {after:?}"
        );
        for (name, kept) in before {
            if after.contains_key(name) || self.asked.contains(name) {
                continue;
            }
            assert!(
                rotates,
                "service {service} lost the {what} {name} and nobody asked for it"
            );
            let older = before
                .iter()
                .find(|(other, older)| older.time < kept.time && after.contains_key(*other));
            assert!(
                older.is_none(),
                "service {service} lost the {what} {name} though {older:?} is older"
            );
            // What was made and counted since the last look is among what is there now; the newest came after the removal.
            let known = before.keys().chain(after.keys()).collect::<BTreeSet<_>>();
            assert!(
                before.len() >= self.slots || known.len() + self.making > self.slots,
                "service {service} lost the {what} {name} though there was room: {before:?}"
            );
        }
    }
}
