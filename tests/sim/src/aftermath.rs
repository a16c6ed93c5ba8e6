//! What happens by itself after a guest's process ended or HA was asked: `qm cleanup`, restarts, HA's manager.

use crate::clock::Micros;
use crate::jobs::Power;
use crate::world::World;

/// What happens next by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aftermath {
    /// A guest that went down for a restart is started.
    Restart(u32),
    /// `qm cleanup` looks at a guest whose process ended.
    Cleanup(u32),
    /// `qm cleanup` gives the config lock back.
    Cleaned(u32),
    /// HA's manager serves a request.
    Ha(u32),
}

impl World {
    /// The next of these, and when.
    pub fn next_aftermath(&self) -> Option<(Micros, Aftermath)> {
        let restarts = self
            .restarts
            .iter()
            .map(|(vmid, at)| (*at, Aftermath::Restart(*vmid)));
        let looks = self
            .cleanups
            .iter()
            .map(|(vmid, at)| (*at, Aftermath::Cleanup(*vmid)));
        let ends = self
            .cleaning
            .iter()
            .map(|(vmid, at)| (*at, Aftermath::Cleaned(*vmid)));
        let asked = self.ha_requests.iter().filter(|_| self.ha_works);
        let asked = asked.map(|(vmid, (at, _))| (*at, Aftermath::Ha(*vmid)));
        restarts.chain(looks).chain(ends).chain(asked).min()
    }

    /// Lets it happen.
    pub fn befall(&mut self, what: Aftermath) {
        match what {
            Aftermath::Restart(vmid) => {
                self.restarts.remove(&vmid);
                // The restart is `qm cleanup`'s own: it has nothing more to wait for.
                self.cleanups.remove(&vmid);
                Power::come_back(self, vmid);
            }
            Aftermath::Cleanup(vmid) => {
                self.cleanups.remove(&vmid);
                if !self.waits_in_cleanup() {
                    return;
                }
                // It wants the config lock itself, and waits for whoever has it as long as any other.
                let vm = self.vms.get(&vmid);
                let since = vm.and_then(|vm| vm.stopped_at).unwrap_or(self.now);
                let patience = self.clock.stretch(self.limits.lock_wait);
                if self.flocked(vmid, true, None) && self.now < since + patience {
                    let again = self.now + self.clock.stretch(self.durations.cleanup);
                    self.cleanups.insert(vmid, again);
                    return;
                }
                let runs = self.vms.get(&vmid).is_some_and(crate::vm::Vm::is_running);
                if runs {
                    let until = self.now + self.clock.stretch(self.durations.cleanup_wait);
                    self.cleaning.insert(vmid, until);
                }
            }
            Aftermath::Cleaned(vmid) => {
                self.cleaning.remove(&vmid);
                self.wake_waiters();
            }
            Aftermath::Ha(vmid) => self.serve_ha(vmid),
        }
    }

    /// A guest's process ended: the node's `qmeventd` notices.
    pub fn guest_ended(&mut self, vmid: u32) {
        let at = self.now + self.clock.stretch(self.durations.cleanup);
        self.cleanups.insert(vmid, at);
    }

    /// Since qemu-server 9.1.13, which came with Proxmox VE 9.2; before, `qm cleanup` died at once ("vm still running").
    fn waits_in_cleanup(&self) -> bool {
        let mut numbers = self
            .version
            .split('.')
            .map(|part| part.parse().unwrap_or(0));
        let major: u32 = numbers.next().unwrap_or(0);
        let minor: u32 = numbers.next().unwrap_or(0);
        (major, minor) >= (9, 2)
    }

    /// Asks HA's manager for a state, as `ha-manager crm-command stop` and `ha-manager set` do.
    pub fn ask_ha(&mut self, vmid: u32, state: &str) {
        let at = self.now + self.clock.stretch(self.durations.ha);
        // The same asked for twice is served when the first is.
        let asked = self
            .ha_requests
            .get(&vmid)
            .is_some_and(|(_, wanted)| wanted == state);
        if !asked {
            self.ha_requests.insert(vmid, (at, state.to_owned()));
        }
    }

    /// The state `status/current` and the cluster's list show of a managed guest; `None`: HA's manager never spoke of it.
    pub fn ha_state(&self, vmid: u32) -> Option<String> {
        if !self.ha_works {
            return None;
        }
        let resource = self.ha.get(&format!("vm:{vmid}"))?;
        Some(
            resource
                .get("state")
                .map_or("started", String::as_str)
                .to_owned(),
        )
    }

    fn serve_ha(&mut self, vmid: u32) {
        let Some((_, state)) = self.ha_requests.remove(&vmid) else {
            return;
        };
        let Some(resource) = self.ha.get_mut(&format!("vm:{vmid}")) else {
            return;
        };
        resource.insert("state".into(), state.clone());
        let runs = self.vms.get(&vmid).is_some_and(crate::vm::Vm::is_running);
        match (state.as_str(), runs) {
            ("stopped", true) => Power::go_down(self, vmid),
            ("started", false) => Power::come_back(self, vmid),
            _ => {}
        }
    }
}
