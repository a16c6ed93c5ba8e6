//! Whose VM is it? The owner mark decides, nothing else: names and numbers are not proof.

use super::{SharedCluster, Vm, lock};
use crate::model::{
    Failure, NodeName, OwnerMark, Sentence, ServiceId, Skip, StepResult, Verdict, Vmid, chain, say,
};
use crate::pve::{Change, Kind, LONGEST_NOTES, PveError, VmConfig};

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

/// What writes a service's mark into a VM.
enum Marking {
    /// It is there.
    There,
    /// Below the notes.
    Notes(Change),
    /// As a tag alone, because the notes have no room for it; by so many characters they are too long.
    Tag(Change, usize),
}

impl Marking {
    fn of(config: &VmConfig, mark: &OwnerMark, service: ServiceId) -> Self {
        if mark.is_on(&config.description, "") {
            return Self::There;
        }
        let text = format!("{}\n{}", config.description.trim(), mark.line(service));
        let text = text.trim();
        let over = text.chars().count().saturating_sub(LONGEST_NOTES);
        if over == 0 {
            return Self::Notes(Change::new().set("description", text));
        }
        if config.carries(mark) {
            return Self::There;
        }
        let known = config.tags.split([';', ',', ' ']);
        let mut tags: Vec<&str> = known.filter(|tag| !tag.is_empty()).collect();
        let tag = mark.tag();
        tags.push(&tag);
        Self::Tag(Change::new().set("tags", tags.join(";")), over)
    }
}

/// By so many characters the notes are too long for the mark where nobody may write it as a tag either; 0: it can be
/// written.
///
/// # Errors
/// When the cluster cannot be asked what tags it allows.
pub async fn missing_room(
    cluster: &SharedCluster,
    config: &VmConfig,
    mark: &OwnerMark,
    service: ServiceId,
) -> Result<usize, PveError> {
    let Marking::Tag(_, over) = Marking::of(config, mark, service) else {
        return Ok(0);
    };
    let allowed = cluster.api.tag_rule().await? == "free"
        || cluster.api.permissions().await?.has("/", "Sys.Modify");
    Ok(if allowed { 0 } else { over })
}

impl Vm {
    /// Writes the service's mark into the VM's description, below what stands there; as a tag where the description is too
    /// long for it. The one write that is made to a VM without it: who asks for it has made sure whose the VM is.
    pub async fn put_mark(&mut self) -> StepResult {
        for _ in 0..TRIES {
            self.observed = None;
            let config = self.peek().await?;
            lock::free(self, &config.lock).await?;
            let marking = Marking::of(&config, &self.record.mark, self.record.service);
            let (change, over) = match marking {
                Marking::There => return Ok(Verdict::Skipped(Skip::NoChange)),
                Marking::Notes(change) => (change, 0),
                Marking::Tag(change, over) => (change, over),
            };
            self.may_write()?;
            let written = self.guest()?;
            let written = written.set_config(&change.based_on(&config.digest)).await;
            self.observed = None;
            match written {
                Ok(()) => return Ok(Verdict::Done),
                Err(error) if error.kind == Kind::ChecksumMismatch => {}
                Err(error) if over > 0 && error.lock().is_none() => {
                    return Err(Failure::person(format!(
                        "The notes of VM {} have no room for the mark of service {}, and as a tag it was refused: {}. \
                         Shorten the notes in Proxmox by {over} characters.",
                        self.vmid()?,
                        self.record.service,
                        chain(&error)
                    )).into());
                }
                Err(error) => match error.lock() {
                    Some(held) => return lock::wait(self, held).await,
                    None => return Err(error.into()),
                },
            }
        }
        Err(Failure::retry(
            "The VM's configuration changed each time its mark was to be written. Will retry.",
        )
        .into())
    }
}

/// The sentence for a VM of somebody else's at a service's number: it names the occupant and what to do.
pub fn occupied(vmid: Vmid, node: &NodeName, config: &VmConfig) -> Sentence {
    say::vm_occupied(vmid, node, &config.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ServiceId;
    use serde_json::json;

    #[test]
    fn notes_without_room_leave_the_mark_to_a_tag() {
        let mark = OwnerMark::new(&"a".repeat(32)).unwrap();
        let of = |notes: &str, tags: &str| {
            let config = VmConfig {
                description: notes.to_owned(),
                tags: tags.to_owned(),
                ..VmConfig::default()
            };
            Marking::of(&config, &mark, ServiceId(5))
        };
        let line = mark.line(ServiceId(5));
        let room = LONGEST_NOTES - line.chars().count() - 1;
        let written = |change: &Change, key: &str| {
            let config = VmConfig::default().after(change);
            config.text(key).unwrap_or_default()
        };
        match of(&"ż".repeat(room), "") {
            Marking::Notes(change) => {
                assert_eq!(
                    written(&change, "description").chars().count(),
                    LONGEST_NOTES
                );
            }
            _ => panic!("it just fits"),
        }
        match of(&"x".repeat(room + 3), "a;b") {
            Marking::Tag(change, over) => {
                assert_eq!(written(&change, "tags"), format!("a;b;{}", mark.tag()));
                assert_eq!(over, 3);
            }
            _ => panic!("it does not fit"),
        }
        assert!(matches!(of(&"x".repeat(8192), &mark.tag()), Marking::There));
        assert!(matches!(of(&line, ""), Marking::There));
    }

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
