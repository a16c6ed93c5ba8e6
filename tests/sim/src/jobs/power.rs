//! Start, stop, shutdown, reboot, reset, suspend, resume.

use crate::auth::Identity;
use crate::drive::Nic;
use crate::jobs::write_cloudinit;
use crate::scenario::NodeData;
use crate::task::{Job, Note, Order, Span};
use crate::vm::Vm;
use crate::world::World;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verb {
    /// Start.
    Start,
    /// Pull the plug.
    Stop,
    /// ACPI.
    Shutdown,
    /// ACPI, then start.
    Reboot,
    /// Reset button.
    Reset,
    /// To RAM.
    Suspend,
    /// To disk: the guest's memory is written, then its process ends.
    Hibernate,
    /// From RAM.
    Resume,
}

/// A power task.
pub struct Power {
    /// VM.
    pub vmid: u32,
    /// Its node.
    pub node: String,
    /// What to do.
    pub verb: Verb,
    /// Seconds a shutdown waits.
    pub timeout: f64,
    /// Stop it when the shutdown's time is over.
    pub force_stop: bool,
}

impl Power {
    fn down(&self, world: &mut World) -> Result<(), String> {
        let now = world.now;
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.stopped_at = Some(now);
        vm.running_since = None;
        vm.paused = false;
        vm.halted = None;
        vm.apply_pending();
        world.guest_ended(self.vmid);
        Ok(())
    }

    /// Starts a VM as `qm cleanup` and HA do: with a task of root's.
    pub fn come_back(world: &mut World, vmid: u32) {
        Self::by_root(world, vmid, Verb::Start, "qmstart");
    }

    /// Stops a VM as HA does.
    pub fn go_down(world: &mut World, vmid: u32) {
        Self::by_root(world, vmid, Verb::Stop, "qmstop");
    }

    fn by_root(world: &mut World, vmid: u32, verb: Verb, kind: &'static str) {
        let Some(vm) = world.vms.get(&vmid) else {
            return;
        };
        let node = vm.node.clone();
        let job = Box::new(Self {
            vmid,
            node: node.clone(),
            verb,
            timeout: 0.0,
            force_stop: false,
        });
        let who = Identity {
            user: "root@pam".into(),
            token: None,
        };
        let order = Order {
            node,
            kind,
            id: vmid.to_string(),
            locks: vec![(vmid, true)],
            job,
        };
        world.spawn(&who, order);
    }

    fn ignores_acpi(&self, world: &mut World) -> Result<bool, String> {
        Ok(world.vm_for(self.vmid, &self.node)?.deaf)
    }

    fn begin_start(&self, world: &mut World, note: &mut Note) -> Result<Span, String> {
        let seconds = world.durations.start;
        let vm = world.vm_for(self.vmid, &self.node)?;
        // A suspended VM is locked by its own state; starting it is how it wakes up.
        if vm.conf.get("lock").is_some_and(|l| l != "suspended") {
            vm.check_lock()?;
        }
        if vm.is_running() {
            return Err(format!("VM {} already running", self.vmid));
        }
        if vm.is_template() {
            return Err("you can't start a vm if it's a template".into());
        }
        if vm.drives().iter().any(|(_, d)| d.is_cloudinit()) {
            note.say("generating cloud-init ISO");
        }
        Ok(Span::seconds(seconds))
    }

    fn start(&self, world: &mut World, note: &mut Note) -> Result<(), String> {
        let vm = world.vm_for(self.vmid, &self.node)?.clone();
        let host = world.node(&self.node).cloned().unwrap_or_default();
        let nics = vm
            .conf
            .iter()
            .filter(|(k, _)| k.starts_with("net") && k[3..].parse::<u32>().is_ok());
        for (key, text) in nics {
            let bridge = Nic::parse(text).and_then(|n| n.options.get("bridge").cloned());
            if let Some(bridge) = bridge.filter(|b| !host.bridges.contains(b)) {
                note.say(format!("bridge '{bridge}' does not exist"));
                let index = &key[3..];
                note.say(format!(
                    "kvm: -netdev type=tap,id=net{index},ifname=tap{}i{index}: network script /usr/libexec/qemu-server/pve-bridge failed with status 512",
                    self.vmid
                ));
                return Err("start failed: QEMU exited with code 1".into());
            }
        }
        if !host.kvm && vm.number("kvm", 1) == 1 {
            return Err("KVM virtualisation configured, but not available. Either disable in VM configuration or enable in BIOS.".into());
        }
        for (_, drive) in vm.drives() {
            let Some(id) = drive.storage() else { continue };
            world.usable_storage(id, &self.node).map_err(|f| f.reason)?;
            if world.volume(&drive.file, &self.node).is_none() {
                return Err(format!("volume '{}' does not exist", drive.file));
            }
        }
        startable(&vm, &host)?;
        let promised: u64 = world
            .vms
            .values()
            .filter(|v| v.node == self.node && v.is_running())
            .map(|v| v.memory())
            .sum();
        if vm.memory() > host.memory || promised + vm.memory() > host.memory * 4 {
            return Err("start failed: QEMU exited with code 1".into());
        }
        write_cloudinit(world, self.vmid);
        let now = world.now;
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.apply_pending();
        if vm.conf.get("lock").is_some_and(|l| l == "suspended") {
            vm.conf.remove("lock");
        }
        vm.running_since = Some(now);
        // Awake again: its memory's volume goes.
        let kept = vm.conf.remove("vmstate");
        if let Some(place) = kept.and_then(|volid| world.place(&volid, &self.node)) {
            world.volumes.remove(&place);
        }
        Ok(())
    }

    /// Writes the guest's memory to the storage of its system disk; a VM without one has `local`.
    fn write_memory(&self, world: &mut World) -> Result<(), String> {
        let vm = world.vm_for(self.vmid, &self.node)?.clone();
        let disk = vm.drives().into_iter().find(|(_, drive)| !drive.is_cdrom());
        let storage = disk.and_then(|(_, drive)| drive.storage().map(str::to_owned));
        let storage = storage.unwrap_or_else(|| "local".to_owned());
        let stem = format!("vm-{}-state-suspend", self.vmid);
        let size = vm.memory();
        let volid = world.allocate(&storage, &self.node, self.vmid, &stem, size, None)?;
        let vm = world.vm_for(self.vmid, &self.node)?;
        vm.conf.insert("vmstate".into(), volid);
        vm.conf.insert("lock".into(), "suspended".into());
        Ok(())
    }
}

impl Job for Power {
    fn begin(&mut self, world: &mut World, note: &mut Note) -> Result<Span, String> {
        if self.verb == Verb::Start {
            return self.begin_start(world, note);
        }
        let d = world.durations.clone();
        let vm = world.vm_for(self.vmid, &self.node)?;
        let running = vm.is_running();
        // A stopped VM is stopped, whatever its lock: that is how the recorded server answers.
        if running {
            let suspend = vm.conf.get("lock").is_some_and(|l| l == "suspended");
            if !suspend {
                vm.check_lock()?;
            }
        }
        match self.verb {
            Verb::Stop | Verb::Shutdown if !running => Ok(Span::seconds(0.0)),
            Verb::Shutdown | Verb::Reboot => {
                if vm.deaf {
                    note.say(format!(
                        "VM {} qmp command 'guest-ping' failed - got timeout",
                        self.vmid
                    ));
                    return Ok(Span::seconds(self.timeout));
                }
                Ok(Span::seconds(d.shutdown.min(self.timeout)))
            }
            Verb::Stop => Ok(Span::seconds(d.stop)),
            _ => Ok(Span::seconds(0.3)),
        }
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        match self.verb {
            Verb::Start => self.start(world, note),
            // Stopping what is stopped changes nothing, not even a left-over lock.
            Verb::Stop | Verb::Shutdown if !world.vm_for(self.vmid, &self.node)?.is_running() => {
                Ok(())
            }
            Verb::Stop => self.down(world),
            Verb::Shutdown => {
                let slow = world.durations.shutdown > self.timeout;
                if (self.ignores_acpi(world)? || slow) && !self.force_stop {
                    return Err("VM quit/powerdown failed - got timeout".into());
                }
                self.down(world)
            }
            Verb::Reboot => {
                if self.ignores_acpi(world)? {
                    return Err("VM quit/powerdown failed - got timeout".into());
                }
                self.down(world)?;
                // The task ends here; `qm cleanup`, run by the server that saw the guest go, starts it a moment later.
                let micros = (world.durations.restart * 1e6) as u64;
                world.restarts.insert(self.vmid, world.now + micros);
                Ok(())
            }
            Verb::Reset => {
                let now = world.now;
                world.vm_for(self.vmid, &self.node)?.running_since = Some(now);
                Ok(())
            }
            Verb::Hibernate => {
                self.write_memory(world)?;
                self.down(world)
            }
            Verb::Suspend => {
                world.vm_for(self.vmid, &self.node)?.paused = true;
                Ok(())
            }
            Verb::Resume => {
                let vm = world.vm_for(self.vmid, &self.node)?;
                vm.paused = false;
                // A disk that cannot be written halts the guest again.
                if vm.halted.as_deref() != Some("io-error") {
                    vm.halted = None;
                }
                Ok(())
            }
        }
    }
}

/// What qemu-server or qemu itself finds wrong with processors, memory and limits (PVE::QemuServer, `config_to_command`;
/// PVE::QemuServer::Memory, `config`; qemu, `throttle_is_valid`).
fn startable(vm: &Vm, host: &NodeData) -> Result<(), String> {
    let qemu = || Err("start failed: QEMU exited with code 1".to_owned());
    // Today's name counts before the old one.
    let sockets = vm.number("sockets", vm.number("smp", 1));
    let all = sockets * vm.number("cores", 1);
    if all > u64::from(host.cpus) {
        return Err(format!(
            "MAX {} vcpus allowed per VM on this node",
            host.cpus
        ));
    }
    if vm.number("vcpus", all) > all {
        return qemu();
    }
    let memory = vm.memory() >> 20;
    let numa = vm.number("numa", 0) == 1;
    let layouts: Vec<&String> = (0..8)
        .filter_map(|n| vm.conf.get(&format!("numa{n}")))
        .collect();
    let hotplug = vm.conf.get("hotplug").map_or("", String::as_str);
    if hotplug.split([',', ';', ' ']).any(|word| word == "memory") {
        if !numa {
            return Err("NUMA needs to be enabled for memory hotplug".into());
        }
        if !layouts.is_empty() {
            return Err("cannot enable memory hotplugging with custom NUMA topology".into());
        }
        if memory < 1024 {
            return Err("minimum memory must be 1024MB".into());
        }
    }
    if let Some(pages) = vm.conf.get("hugepages") {
        if !numa {
            return Err("numa needs to be enabled to use hugepages".into());
        }
        if let Some(size) = pages
            .parse::<u64>()
            .ok()
            .filter(|size| !memory.is_multiple_of(*size))
        {
            return Err(format!(
                "Memory size {memory} is not a multiple of the requested hugepages size {size}"
            ));
        }
    }
    if numa && !layouts.is_empty() {
        let mut sum = 0;
        for (number, layout) in layouts.iter().enumerate() {
            let part = |name: &str| layout.split(',').find_map(|part| part.strip_prefix(name));
            let size = part("memory=").and_then(|text| text.parse::<u64>().ok());
            sum += size.ok_or_else(|| format!("missing NUMA node{number} memory value"))?;
            if part("cpus=").is_none() && layout.contains('=') && layout.starts_with("memory") {
                return Err(format!("missing NUMA node{number} cpus"));
            }
        }
        if sum != memory {
            return Err("total memory for NUMA nodes must be equal to vm static memory".into());
        }
    }
    match vm.drives().iter().any(|(_, drive)| drive.bursts_too_low()) {
        true => qemu(),
        false => Ok(()),
    }
}
