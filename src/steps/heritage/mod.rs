//! What a VM inherits from its template, and what of it may not be: a clone has every key of the template's, and what is
//! sold is what shall run. The list of all keys is [`KEYS`]; the steps that own a key set it or take it out, what they
//! cannot change is refused before the clone, and the doctor tells both before an order meets them.

mod list;

pub use list::{KEYS, Key};

use super::{cloudinit, compute, disk, network};
use crate::model::{Cause, Failure, Sentence, lenient, say};
use crate::plan::Plan;
use crate::pve::{PropertyString, VmConfig};
use crate::vm::{Template, Vm};

/// What becomes of a key in a clone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The step with this label sets it to what was sold, or takes it out.
    Sold(&'static str),
    /// It stays as the template has it: it changes nothing of what was sold.
    Harmless,
    /// Where its value takes from what was sold, no order is installed from the template.
    Refused,
    /// It depends on the part of the property string.
    Parts(&'static [(&'static str, Fate)]),
}

/// The fate of a configuration's key; `None`: it is not known. `net0` is looked up as `net[n]`.
pub fn fate_of(key: &str) -> Option<Fate> {
    let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let find = |wanted: &str| KEYS.iter().find(|(name, _)| *name == wanted);
    let found = find(key).or_else(|| match stem.len() < key.len() {
        true => find(&format!("{stem}[n]")),
        false => None,
    });
    found.map(|(_, fate)| *fate)
}

/// Why no order can be installed from a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The key with its value.
    pub what: String,
    /// What it would do, as a half sentence behind the former.
    pub why: String,
    /// What to type on the template's node, without its number: `--delete affinity`.
    pub mend: String,
}

/// What of a configuration keeps a VM with this much memory from being what was sold, and cannot be changed by a step:
/// Proxmox lets only root@pam change it, or only a person knows what is meant.
pub fn refusals(config: &VmConfig, memory_mib: u64) -> Vec<Refusal> {
    let mut found = vec![];
    let mut refuse = |key: &str, why: &str| {
        let value = config.text(key).unwrap_or_default();
        found.push(Refusal {
            what: format!("{key}={value}"),
            why: why.to_owned(),
            mend: format!("--delete {key}"),
        });
    };
    if config.raw.contains_key("affinity") {
        refuse(
            "affinity",
            "would keep all its VMs on the same processors of the node",
        );
    }
    if let Some(why) = huge_pages(config, memory_mib) {
        refuse("hugepages", &why);
    }
    if let Some(option) = config.text("args").as_deref().and_then(overruling) {
        refuse(
            "args",
            &format!("has the option {option}, which counts more than what was sold"),
        );
    }
    if config.raw.contains_key("ivshmem") {
        refuse("ivshmem", "would have its VMs share memory with others");
    }
    for key in config.raw.keys().filter(|key| is_numbered(key, "virtiofs")) {
        refuse(key, "would have all its VMs share a folder of the node");
    }
    if config.text("smbios1").is_some_and(|text| seeds(&text)) {
        refuse(
            "smbios1",
            "has cloud-init of the guest look for its settings elsewhere, so it would get no password and no address",
        );
    }
    for (slot, disk) in config.disks().filter(|(_, disk)| disk.is_path()) {
        let why = format!(
            "is a device or file of the node ({}), which cannot be cloned",
            disk.volume()
        );
        refuse(&slot.to_string(), &why);
    }
    if let Some((slot, _)) = config.system_disk().filter(|_| !boots_from_disk(config)) {
        found.push(Refusal {
            what: format!("boot={}", config.text("boot").unwrap_or_default()),
            why: "names no disk, so the guest would never start what is installed".to_owned(),
            mend: format!("--boot order={slot}"),
        });
    }
    found
}

/// What steps take out of every clone, as it stands in the template: `vcpus=1`, `scsi0: backup=0`, `net1`.
pub fn removals(config: &VmConfig, plan: &Plan) -> Vec<String> {
    let mut found: Vec<String> = compute::taken_out(config)
        .into_iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    if compute::hotplug_without_memory(config).is_some() {
        found.push("hotplug: memory".to_owned());
    }
    let mut sold = vec![];
    sold.extend(config.system_disk().map(|found| (found, &plan.system_disk)));
    if plan.additional_disk.size_gib > 0 {
        let additional = config.additional_disk();
        sold.extend(additional.map(|found| (found, &plan.additional_disk)));
    }
    for ((slot, disk), plan_of_disk) in sold {
        let kept = disk::as_sold(disk, plan_of_disk.limits, plan.sells_backups());
        let gone = disk.beyond(&kept);
        found.extend(gone.into_iter().map(|part| format!("{slot}: {part}")));
    }
    if let Some(card) = config.net0() {
        if card.is_unplugged() {
            found.push("net0: link_down=1".to_owned());
        }
        found.extend(card.trunks().map(|vlans| format!("net0: trunks={vlans}")));
    }
    found.extend(network::further(config));
    if cloudinit::sold_only(config).is_some() {
        let files = PropertyString::parse(&config.text("cicustom").unwrap_or_default());
        let replacing = ["user", "network"].into_iter();
        found.extend(
            replacing.filter_map(|part| Some(format!("cicustom: {part}={}", files.get(part)?))),
        );
    }
    found
}

/// What stays and is worth a word: each with what to do.
pub fn remarks(config: &VmConfig) -> Vec<(Sentence, Sentence)> {
    let mut found = vec![];
    if let Some(args) = config.text("args")
        && overruling(&args).is_none()
    {
        found.push((say::remark_args(args), say::fix_args()));
    }
    if let Some(script) = config.text("hookscript") {
        found.push((say::remark_script(script), say::fix_script()));
    }
    let files = config.text("cicustom").unwrap_or_default();
    if let Some(meta) = PropertyString::parse(&files).get("meta") {
        found.push((say::remark_meta(meta), say::fix_meta()));
    }
    let unknown: Vec<&str> = config
        .raw
        .keys()
        .map(String::as_str)
        .filter(|key| fate_of(key).is_none())
        .collect();
    if !unknown.is_empty() {
        found.push((say::remark_unknown(unknown.join(", ")), say::fix_unknown()));
    }
    found
}

/// A device of its node, which keeps a VM where it is: the key.
pub(super) fn device(config: &VmConfig) -> Option<&str> {
    let of_node = |key: &&String| {
        let value = config.text(key).unwrap_or_default();
        let spice = value.split(',').any(|part| {
            let part = part.strip_prefix("host=").unwrap_or(part);
            part.eq_ignore_ascii_case("spice")
        });
        (is_numbered(key, "hostpci") || is_numbered(key, "parallel"))
            || (is_numbered(key, "usb") && !spice)
            || (is_numbered(key, "serial") && value != "socket")
    };
    config.raw.keys().find(of_node).map(String::as_str)
}

/// Refuses a template that cannot become what was sold.
pub(super) fn admit(vm: &Vm, template: &Template) -> Result<(), Failure> {
    let refusals = refusals(&template.config, vm.plan.memory_mib);
    if refusals.is_empty() {
        return Ok(());
    }
    let (number, node) = (template.vmid, &template.node);
    let cause = Cause::Template(vm.cluster.server.0, number.get());
    Err(Failure::person(refused(number.get(), &node.0, &refusals)).caused_by(cause))
}

/// The sentence for a template that cannot be installed.
fn refused(number: u32, node: &str, refusals: &[Refusal]) -> String {
    let whys: Vec<String> = refusals
        .iter()
        .map(|refusal| format!("{} {}", refusal.what, refusal.why))
        .collect();
    let refusals: Vec<&Refusal> = refusals.iter().collect();
    format!(
        "Template {number} is not installed: {}. On {node}, as root: {}, or choose another template.",
        whys.join("; "),
        commands(number, &refusals)
    )
}

/// What to do about it: the commands, each to be typed on the template's node.
pub fn commands(number: u32, refusals: &[&Refusal]) -> String {
    let commands = refusals
        .iter()
        .map(|refusal| format!("qm set {number} {}", refusal.mend));
    commands.collect::<Vec<_>>().join("; ")
}

/// Leaves a line on what was inherited and taken out, and one on what nobody here can take out of a VM that is there.
pub(super) fn tell(vm: &mut Vm, config: &VmConfig) {
    let gone: Vec<String> = compute::taken_out(config)
        .into_iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    if !gone.is_empty() {
        vm.note(format!(
            "{} would take from what was sold; taken out",
            gone.join(", ")
        ));
    }
    if vm.installing() {
        return;
    }
    for refusal in refusals(config, vm.plan.memory_mib) {
        vm.note(format!(
            "{} {}; by hand on its node: qm set {} {}",
            refusal.what,
            refusal
                .why
                .replace("all its VMs", "the VM")
                .replace("its VMs", "the VM"),
            vm.record.vmid.map_or(0, crate::model::Vmid::get),
            refusal.mend
        ));
    }
}

fn is_numbered(key: &str, word: &str) -> bool {
    key.strip_prefix(word)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Why the memory sold does not fit into huge pages (PVE::QemuServer::Memory, `config` and `hugepages_size`).
fn huge_pages(config: &VmConfig, memory_mib: u64) -> Option<String> {
    let size = config.text("hugepages")?;
    let numa = config.text("numa");
    if numa.as_deref().and_then(lenient::flag_text) != Some(true) {
        return Some("needs numa=1, without which no VM starts".to_owned());
    }
    // `any` takes pages of 2 MiB where larger ones do not fit.
    let size = size.parse().unwrap_or(2).max(1);
    (!memory_mib.is_multiple_of(size)).then(|| {
        format!(
            "takes memory in pieces of {size} MiB, and {memory_mib} MiB are sold: no VM would start"
        )
    })
}

/// An option of qemu's that counts more than the configuration: processors, memory, cards, a screen that all VMs would
/// open on one port, writes that are forgotten, a guest that waits to be started.
fn overruling(args: &str) -> Option<&str> {
    const OPTIONS: [&str; 11] = [
        "smp", "m", "numa", "nic", "net", "netdev", "snapshot", "vnc", "S", "incoming", "icount",
    ];
    args.split_whitespace().find(|word| {
        let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
        name.is_some_and(|name| OPTIONS.contains(&name))
    })
}

/// Whether a serial number tells cloud-init of the guest where its settings are (`ds=nocloud;s=http://…`). Proxmox may keep
/// it in base64.
fn seeds(smbios: &str) -> bool {
    let parts = PropertyString::parse(smbios);
    let encoded = parts.get("base64").and_then(lenient::flag_text) == Some(true);
    parts.get("serial").is_some_and(|serial| {
        let text = match encoded {
            true => decoded(serial),
            false => serial.to_owned(),
        };
        text.split([' ', ';']).any(|word| word.starts_with("ds="))
    })
}

/// The text behind base64; what is none is taken as far as it goes.
fn decoded(text: &str) -> String {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut held, mut bits) = (vec![], 0u32, 0u32);
    for six in text.bytes().map_while(value) {
        held = (held << 6) | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether the guest starts from a disk: the order names one, or there is no order, or the old letters have the disk's.
fn boots_from_disk(config: &VmConfig) -> bool {
    use crate::pve::BootOrder::{Devices, Letters};
    match &config.boot {
        None => true,
        Some(Letters(letters)) => letters.is_empty() || letters.contains('c'),
        Some(Devices(devices)) => devices
            .iter()
            .filter_map(|device| device.parse().ok())
            .any(|slot| config.disks().any(|(found, _)| found == slot)),
    }
}
