//! What workers do, by family.

mod ask_ha;
mod backup;
mod clone;
mod configure;
mod destroy;
mod disk;
mod hold;
mod migrate;
pub mod notes;
mod power;
mod restore;
mod snapshot;

pub use ask_ha::AskHa;
pub use backup::{RemoveVolume, Vzdump};
pub use clone::{CloneVm, TEMPORARY};
pub use configure::{Configure, CreateVm, apply, stored_password, write_cloudinit};
pub use destroy::Destroy;
pub use disk::{MakeTemplate, MoveDisk, Resize};
pub use migrate::Migrate;
pub use power::{Power, Verb};
pub use restore::Restore;
pub use snapshot::{DeleteSnapshot, Rollback, TakeSnapshot};

use crate::scenario::StorageData;
use crate::task::{Resource, Stage};
use crate::world::World;

/// Bytes as GiB.
pub fn gib(bytes: u64) -> f64 {
    bytes as f64 / (1u64 << 30) as f64
}

/// The bandwidth of a storage as seen from a node.
pub fn storage_resource(storage: &StorageData, node: &str) -> Resource {
    let node = if storage.shared { "" } else { node };
    Resource::Storage(storage.id.clone(), node.to_owned())
}

/// The storage lock's time-out, when more allocate there at once than the scenario lets.
pub fn storage_lock(world: &World, id: &str, node: &str) -> Result<(), String> {
    let storage = world.storage(id).map_err(|f| f.reason)?;
    if storage.max_allocations == 0 {
        return Ok(());
    }
    let wanted = storage_resource(storage, node);
    let busy = world.active.iter().filter(|&&index| {
        let task = &world.tasks[index];
        task.stage == Stage::Running && task.uses.contains(&wanted)
    });
    if busy.count() as u32 >= storage.max_allocations {
        return Err(if storage.shared {
            format!("cfs-lock 'storage-{id}' error: got lock request timeout")
        } else {
            format!("can't lock file '/var/lock/pve-manager/pve-storage-{id}' - got timeout")
        });
    }
    Ok(())
}
