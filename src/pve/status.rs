//! How a VM, a node and the software stand, and the lists that belong to one VM.

use super::lenient::{self, Fields, Misshapen};
use crate::model::Vmid;
use crate::model::words::words;
use serde_json::Value;

/// `GET …/status/current`. Counters are since the VM's start.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct VmStatus {
    /// `running` or `stopped`.
    pub status: String,
    /// What qemu says: `running`, `paused`, `stopped`, `prelaunch` …
    pub qmpstatus: String,
    /// The lock.
    pub lock: Option<String>,
    /// Seconds since its start.
    pub uptime: u64,
    /// Share of its cores in use, 0 to 1.
    pub cpu: f64,
    /// Cores.
    pub cpus: u64,
    /// Memory in use, bytes.
    pub mem: u64,
    /// Memory at most, bytes.
    pub maxmem: u64,
    /// Size of the boot disk, bytes.
    pub maxdisk: u64,
    /// Bytes received by the guest.
    pub netin: u64,
    /// Bytes sent by the guest.
    pub netout: u64,
    /// Bytes read.
    pub diskread: u64,
    /// Bytes written.
    pub diskwrite: u64,
    /// Whether the guest agent is switched on in the config; not whether it answers.
    pub agent: bool,
    /// Whether HA manages it.
    pub ha_managed: bool,
    /// What HA wants, where it manages it.
    pub ha_state: Option<String>,
    /// Its name.
    pub name: String,
}

impl VmStatus {
    /// Reads the answer's `data`. Whether the VM runs must be said, and of no other VM: suspension and removal rest on it.
    pub(super) fn parse(data: &Value, of: Vmid) -> Result<Self, Misshapen> {
        let fields = Fields::object(data)?;
        if fields
            .maybe_whole("vmid")?
            .is_some_and(|vmid| vmid != u64::from(of.get()))
        {
            return Err(Misshapen::due(&format!("the state of VM {of}")));
        }
        let nothing = Value::Null;
        let ha = Fields::of(fields.get("ha").unwrap_or(&nothing));
        Ok(Self {
            status: fields.due_word("status", &["running", "stopped"])?,
            qmpstatus: fields.maybe_text("qmpstatus")?.unwrap_or_default(),
            lock: fields.maybe_text("lock")?,
            uptime: fields.whole_or_zero("uptime"),
            cpu: fields.real("cpu").unwrap_or(0.0),
            cpus: fields.whole_or_zero("cpus"),
            mem: fields.whole_or_zero("mem"),
            maxmem: fields.whole_or_zero("maxmem"),
            maxdisk: fields.whole_or_zero("maxdisk"),
            netin: fields.whole_or_zero("netin"),
            netout: fields.whole_or_zero("netout"),
            diskread: fields.whole_or_zero("diskread"),
            diskwrite: fields.whole_or_zero("diskwrite"),
            agent: fields.is_set("agent"),
            ha_managed: ha.maybe_flag("managed")?,
            ha_state: ha.maybe_text("state")?,
            name: fields.text_or_empty("name"),
        })
    }

    /// Whether its process runs, paused or not.
    pub fn is_running(&self) -> bool {
        self.status == "running"
    }

    /// Whether it is off and nothing starts it again: HA would, where it wants the VM started.
    pub fn is_off(&self) -> bool {
        let kept_up = self.ha_managed
            && matches!(self.ha_state.as_deref(), Some("started" | "request_start"));
        !self.is_running() && !kept_up
    }

    /// How it stands, in one word.
    pub fn power(&self) -> Power {
        if !self.is_running() {
            return match self.lock.as_deref() {
                Some("suspended") => Power::Hibernated,
                _ => Power::Off,
            };
        }
        match self.qmpstatus.as_str() {
            "paused" | "suspended" | "postmigrate" => Power::Paused,
            "io-error" => Power::IoError,
            "prelaunch" => Power::Prelaunch,
            "internal-error" | "guest-panicked" | "watchdog" => Power::Crashed,
            _ => Power::Running,
        }
    }

    /// Whether HA was told to have it off, so that asking again adds nothing.
    pub fn is_going_off(&self) -> bool {
        self.ha_managed && matches!(self.ha_state.as_deref(), Some("request_stop" | "stopped"))
    }
}

words! {
    /// How a VM stands: what `status` and `qmpstatus` say together (RunState of QEMU's qapi/run-state.json). The words are
    /// those of pages and records.
    Power {
        /// Without a process.
        Off = "stopped",
        /// Its memory is on a disk, and the lock `suspended` says so; starting it wakes it up.
        Hibernated = "hibernated",
        /// At work.
        Running = "running",
        /// Its processors stand still because somebody wanted it so, or because it sleeps.
        Paused = "paused",
        /// It was halted because a disk could not be written: its storage is full or gone.
        IoError = "io_error",
        /// Its process is there, its guest was not begun.
        Prelaunch = "prelaunch",
        /// Its guest crashed; only stopping and starting helps.
        Crashed = "crashed",
    }
}

impl Power {
    /// Whether its process is there and `resume` lets its guest go on.
    pub fn is_halted(self) -> bool {
        matches!(self, Self::Paused | Self::IoError | Self::Prelaunch)
    }
}

/// `/version`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 8 of 8.4.21.
    pub major: u32,
    /// 4 of 8.4.21.
    pub minor: u32,
    /// The whole text.
    pub text: String,
}

impl Version {
    pub(super) fn parse(data: &Value) -> Result<Self, Misshapen> {
        let fields = Fields::object(data)?;
        // Before 7.0 the version read `6.4-13/9f411e79`.
        let text = match fields.maybe_text("version")? {
            Some(text) => text,
            None => fields.due_text("release")?,
        };
        let mut numbers = text.split(['.', '-', '/', '~']).map(str::parse);
        let (Some(Ok(major)), minor) = (numbers.next(), numbers.next()) else {
            return Err(Misshapen::due("a version that begins with a number"));
        };
        let minor = minor.and_then(Result::ok).unwrap_or(0);
        Ok(Self { major, minor, text })
    }

    /// Whether it is this release or a later one.
    pub fn is_at_least(&self, major: u32, minor: u32) -> bool {
        (self.major, self.minor) >= (major, minor)
    }
}

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// Seconds since 1970; 0 where it is still being made.
    pub time: u64,
    /// Its note.
    pub description: String,
    /// The one it was made on.
    pub parent: Option<String>,
    /// Whether memory was saved too.
    pub vmstate: bool,
}

impl Snapshot {
    /// Reads the list; Proxmox adds an entry `current` for the present state, which is no snapshot.
    /// A list without it is none.
    pub(super) fn parse_list(data: &Value) -> Result<Vec<Self>, Misshapen> {
        let mut whole = false;
        let mut found = vec![];
        for entry in lenient::list(data)? {
            let fields = Fields::object(entry)?;
            let name = fields.due_text("name")?;
            if name == "current" {
                whole = true;
                continue;
            }
            found.push(Self {
                name,
                time: fields.maybe_whole("snaptime")?.unwrap_or(0),
                description: fields.text_or_empty("description"),
                parent: fields.text("parent"),
                vmstate: fields.is_set("vmstate"),
            });
        }
        match whole {
            true => Ok(found),
            false => Err(Misshapen::due("the entry `current` of a snapshot list")),
        }
    }
}

/// A volume on a storage: a disk, an ISO image, a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageContent {
    /// `storage:path`.
    pub volid: String,
    /// `images`, `iso`, `backup` …
    pub content: String,
    /// `qcow2`, `raw`, `iso`, `vma.zst`, `pbs-vm` …
    pub format: String,
    /// The guest it belongs to.
    pub vmid: Option<Vmid>,
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970, where it is known.
    pub ctime: Option<u64>,
    /// A backup's note.
    pub notes: String,
    /// Whether a backup is protected against removal.
    pub protected: bool,
    /// `qemu` or `lxc`, of backups.
    pub subtype: Option<String>,
}

impl StorageContent {
    pub(super) fn parse_list(data: &Value) -> Result<Vec<Self>, Misshapen> {
        lenient::each(data, |fields| {
            Ok(Some(Self {
                volid: fields.due_text("volid")?,
                content: fields.due_text("content")?,
                format: fields.text_or_empty("format"),
                vmid: fields.maybe_whole("vmid")?.and_then(Vmid::new),
                size: fields.whole_or_zero("size"),
                ctime: fields.maybe_whole("ctime")?,
                notes: fields.text_or_empty("notes"),
                protected: fields.maybe_flag("protected")?,
                subtype: fields.maybe_text("subtype")?,
            }))
        })
    }

    /// The name without storage and folder: `debian.iso` of `local:iso/debian.iso`.
    pub fn file_name(&self) -> &str {
        file_name(&self.volid)
    }
}

/// A volume's name without storage and folder. A storage's name has no colon, the rest may.
pub fn file_name(volid: &str) -> &str {
    let (_, path) = volid.split_once(':').unwrap_or(("", volid));
    path.rsplit('/').next().unwrap_or_default()
}

/// A point of a VM's history. What was not recorded is `None`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RrdPoint {
    /// Seconds since 1970: the end of the span.
    pub time: u64,
    /// Share of its cores, 0 to 1.
    pub cpu: Option<f64>,
    /// Cores.
    pub maxcpu: Option<f64>,
    /// Memory in use, bytes.
    pub mem: Option<f64>,
    /// Memory at most, bytes.
    pub maxmem: Option<f64>,
    /// Bytes a second received.
    pub netin: Option<f64>,
    /// Bytes a second sent.
    pub netout: Option<f64>,
    /// Bytes a second read.
    pub diskread: Option<f64>,
    /// Bytes a second written.
    pub diskwrite: Option<f64>,
}

impl RrdPoint {
    pub(super) fn parse_list(data: &Value) -> Result<Vec<Self>, Misshapen> {
        lenient::each(data, |fields| {
            Ok(Some(Self {
                time: fields.due_whole("time")?,
                cpu: fields.real("cpu"),
                maxcpu: fields.real("maxcpu"),
                mem: fields.real("mem"),
                maxmem: fields.real("maxmem"),
                netin: fields.real("netin"),
                netout: fields.real("netout"),
                diskread: fields.real("diskread"),
                diskwrite: fields.real("diskwrite"),
            }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_state_of_another_vm_is_no_answer() {
        let of = Vmid::new(101).unwrap();
        for vmid in [json!(101), json!("101"), json!(null)] {
            let data = json!({"status": "stopped", "vmid": vmid});
            assert!(VmStatus::parse(&data, of).is_ok(), "{data}");
        }
        for vmid in [json!(102), json!("102"), json!([]), json!("x")] {
            let data = json!({"status": "stopped", "vmid": vmid});
            assert!(VmStatus::parse(&data, of).is_err(), "{data}");
        }
    }
}
