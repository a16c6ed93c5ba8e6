//! Cores and memory; with this first write of the configuration the VM also gets its tag and its name.

use super::heritage;
use crate::model::{StepResult, Verdict, lenient};
use crate::pve::{Change, VmConfig};
use crate::vm::Vm;
use futures_util::future::LocalBoxFuture;

/// Sets cores and memory, and what every VM of ours carries: name, mark and starting with its node.
pub fn set(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let before = vm.observe().await?;
        let freed = vm.reconcile(balloon_in_the_way).await?;
        heritage::tell(vm, &before);
        Ok(match vm.reconcile(wanted).await? {
            Verdict::Skipped(_) => freed,
            other => other,
        })
    })
}

/// What takes from the guest what it was sold, where it has a value that does: fewer processors, a share of them, memory
/// that its node may take back or that the guest must fetch by itself, no run at all. `None`: the value does no harm.
fn undone(config: &VmConfig, key: &str) -> Option<String> {
    let value = config.text(key)?;
    let number = value.parse::<f64>().ok();
    let harms = match key {
        // 0: no cap; no balloon.
        "cpulimit" | "balloon" => number != Some(0.0),
        "freeze" => lenient::flag_text(&value) == Some(true),
        "reboot" => lenient::flag_text(&value) == Some(false),
        "startdate" => value != "now",
        _ => true,
    };
    harms.then_some(value)
}

/// Keys that [`undone`] is asked about; the node layouts `numa0` to `numa7` come to them.
const UNDOING: [&str; 8] = [
    "vcpus",
    "cpulimit",
    "cpuunits",
    "smp",
    "balloon",
    "freeze",
    "reboot",
    "startdate",
];

/// A node layout is made for one amount of memory and one number of processors: with others the VM does not start.
const LAYOUTS: u8 = 8;

/// Keys that go from every VM, with their values.
pub(super) fn taken_out(config: &VmConfig) -> Vec<(String, String)> {
    let layouts = (0..LAYOUTS).map(|number| format!("numa{number}"));
    let keys = UNDOING.map(str::to_owned).into_iter().chain(layouts);
    keys.filter_map(|key| undone(config, &key).map(|value| (key, value)))
        .collect()
}

/// What may be plugged while the guest runs, without its memory: below 1 GiB a VM with that does not start, and above it
/// a guest sees 1 GiB until it takes the rest by itself. `None`: memory is not among it.
pub(super) fn hotplug_without_memory(config: &VmConfig) -> Option<String> {
    let value = config.text("hotplug")?;
    let words: Vec<&str> = value.split([',', ';', ' ']).collect();
    if !words.contains(&"memory") {
        return None;
    }
    let rest: Vec<&str> = words
        .into_iter()
        .filter(|word| !word.is_empty() && *word != "memory")
        .collect();
    Some(match rest.is_empty() {
        true => "0".to_owned(),
        false => rest.join(","),
    })
}

/// A template's balloon target above the new memory. Proxmox holds the memory against the target that stands there, also
/// where the same call removes it ("balloon value too large", PVE::API2::Qemu, update_vm_api): so it goes first.
fn balloon_in_the_way(vm: &Vm, config: &VmConfig) -> Change {
    let target = config.text("balloon").and_then(|text| text.parse().ok());
    match target {
        Some(target) if vm.plan.memory_mib < target => Change::new().delete("balloon"),
        _ => Change::new(),
    }
}

/// What differs from what was sold.
pub(super) fn wanted(vm: &Vm, config: &VmConfig) -> Change {
    let mut change = Change::new();
    // One socket: licences of guests count sockets, and Proxmox multiplies cores by them.
    if config.cores != u64::from(vm.plan.cores) || config.sockets != 1 {
        change = change.set("cores", vm.plan.cores).set("sockets", 1);
    }
    if config.memory != vm.plan.memory_mib {
        change = change.set("memory", vm.plan.memory_mib);
    }
    for (key, _) in taken_out(config) {
        change = change.delete(key);
    }
    if let Some(rest) = hotplug_without_memory(config) {
        change = change.set("hotplug", rest);
    }
    if !vm.record.name.is_empty() && config.name != vm.record.name {
        change = change.set("name", &vm.record.name);
    }
    let tag = vm.record.mark.tag();
    // The description is what counts; the tag only survives its being edited.
    if !vm.cluster.tags_refused.get()
        && !config.tags.split([';', ',', ' ']).any(|known| known == tag)
    {
        let mut tags: Vec<&str> = config
            .tags
            .split([';', ',', ' '])
            .filter(|known| !known.is_empty())
            .collect();
        tags.push(&tag);
        change = change.set("tags", tags.join(";"));
    }
    if !config.onboot && !vm.record.suspended() {
        change = change.set("onboot", 1);
    }
    if config.protection && vm.installing() {
        // A clone inherits its template's, and could then be neither changed nor removed. What an admin sets later stays.
        change = change.set("protection", 0);
    }
    change
}
