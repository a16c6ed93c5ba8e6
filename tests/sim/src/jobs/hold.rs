//! A lock that somebody else's work holds for a while.

use crate::auth::Identity;
use crate::task::{Job, Note, Order, Span};
use crate::world::World;

/// Holds a config lock and gives it back.
struct Hold {
    vmid: u32,
    kind: String,
    seconds: f64,
}

impl Job for Hold {
    fn begin(&mut self, _world: &mut World, _note: &mut Note) -> Result<Span, String> {
        Ok(Span::seconds(self.seconds))
    }

    fn finish(&mut self, world: &mut World, _note: &mut Note) -> Result<(), String> {
        if let Some(vm) = world.vms.get_mut(&self.vmid)
            && vm.conf.get("lock") == Some(&self.kind)
        {
            vm.conf.remove("lock");
        }
        Ok(())
    }
}

impl World {
    /// Locks a VM as another administrator's work would; with `seconds` there is a task of `root@pam` behind it, which
    /// unlocks at its end, without it the lock stays.
    pub fn hold(&mut self, vmid: u32, kind: &str, seconds: Option<f64>) {
        let Some(vm) = self.vms.get_mut(&vmid) else {
            return;
        };
        vm.conf.insert("lock".into(), kind.to_owned());
        let node = vm.node.clone();
        let Some(seconds) = seconds else { return };
        let task = match kind {
            "backup" => "vzdump",
            "clone" => "qmclone",
            "create" => "qmrestore",
            "migrate" => "qmigrate",
            "rollback" => "qmrollback",
            "snapshot-delete" => "qmdelsnapshot",
            "suspending" => "qmsuspend",
            _ => "qmsnapshot",
        };
        let who = Identity {
            user: "root@pam".into(),
            token: None,
        };
        let job = Box::new(Hold {
            vmid,
            kind: kind.to_owned(),
            seconds,
        });
        let order = Order {
            node,
            kind: task,
            id: vmid.to_string(),
            locks: Vec::new(),
            job,
        };
        self.spawn(&who, order);
    }
}
