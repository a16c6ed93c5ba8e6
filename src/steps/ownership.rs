//! Whose VM is it? The owner mark decides, nothing else: names and numbers are not proof.

use super::{Vm, lock};
use crate::model::{Failure, NodeName, OwnerMark, Skip, StepResult, Verdict, Vmid};
use crate::pve::{Change, Kind, VmConfig};

/// What stands at a VMID, as far as one service is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It carries the service's mark.
    Ours,
    /// A clone or restore is under way there: nothing can be told yet. While a clone runs Proxmox shows only
    /// `lock: clone` and the description ` qmclone temporary file` (PVE::API2::Qemu, clone_vm).
    Forming,
    /// It carries no mark of the service: somebody else's.
    Foreign,
}

impl Standing {
    /// Reads it off a configuration.
    pub fn of(config: &VmConfig, mark: &OwnerMark) -> Self {
        if config.carries(mark) {
            Self::Ours
        } else if config.is_clone_placeholder()
            || matches!(config.lock.as_deref(), Some("clone" | "create"))
        {
            Self::Forming
        } else {
            Self::Foreign
        }
    }
}

/// The mark is written again this often when somebody else wrote in between.
const TRIES: u32 = 3;

impl Vm {
    /// Writes the service's mark into the VM's description, below what stands there. The one write that is made to a VM
    /// without it: who asks for it has made sure whose the VM is.
    pub async fn put_mark(&mut self) -> StepResult {
        for _ in 0..TRIES {
            self.observed = None;
            let config = self.peek().await?;
            if let Some(held) = &config.lock {
                return lock::wait(self, held).await;
            }
            if self.record.mark.is_on(&config.description, "") {
                return Ok(Verdict::Skipped(Skip::NoChange));
            }
            let line = self.record.mark.line(self.record.service);
            let text = format!("{}\n{line}", config.description.trim());
            let change = Change::new().set("description", text.trim());
            self.may_write()?;
            let written = self.guest()?;
            let written = written.set_config(&change.based_on(&config.digest)).await;
            self.observed = None;
            match written {
                Ok(()) => return Ok(Verdict::Done),
                Err(error) if error.kind == Kind::ChecksumMismatch => {}
                Err(error) => match error.lock() {
                    Some(held) => return lock::wait(self, held).await,
                    None => return Err(self.fault(&error)),
                },
            }
        }
        Err(Failure::retry(
            "The VM's configuration changed each time its mark was to be written. Will retry.",
        ))
    }
}

/// The sentence for a VM of somebody else's at a service's number: it names the occupant and what to do.
pub fn occupied(vmid: Vmid, node: &NodeName, config: &VmConfig) -> String {
    format!(
        "VM {vmid} on {node} (\"{}\") carries no mark of this service, so it is not touched. Move it to another VMID, \
         then redeploy the service if its own VM is gone; or terminate the service.",
        config.name
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ServiceId;
    use serde_json::json;

    #[test]
    fn only_the_mark_makes_a_vm_ours() {
        let mark = OwnerMark::new(&"a".repeat(32)).unwrap();
        let other = OwnerMark::new(&"b".repeat(32)).unwrap();
        let read = |config: serde_json::Value| {
            let text = |key: &str| config[key].as_str().unwrap_or_default().to_owned();
            let config = VmConfig {
                description: text("description"),
                lock: config["lock"].as_str().map(str::to_owned),
                ..VmConfig::default()
            };
            Standing::of(&config, &mark)
        };
        let ours = json!({"name": "x", "description": mark.line(ServiceId(5))});
        assert_eq!(read(ours), Standing::Ours);
        assert_eq!(
            read(json!({"name": "7-5", "description": other.line(ServiceId(5))})),
            Standing::Foreign
        );
        let forming = json!({"lock": "clone", "description": " qmclone temporary file"});
        assert_eq!(read(forming), Standing::Forming);
        assert_eq!(read(json!({"name": "7-5"})), Standing::Foreign);
    }
}
