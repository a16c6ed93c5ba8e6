//! Settling what an earlier process left open for a service.

use crate::engine::Subject;
use crate::model::{Failure, Stop, Wait};
use crate::steps::request::Pursued;
use crate::vm::Vm;

/// What is left once what was open has been looked at.
pub enum Settled {
    /// An operation is in flight still; what it waits for.
    InFlight(Wait),
    /// A request of a person goes on, and keeps others from the VM.
    RequestGoesOn,
    /// Nothing keeps anybody from the VM; what became of the requests.
    Free(Pursued),
}

/// Looks at what is open for a service: operations first, then what persons asked for, which they serve.
///
/// # Errors
/// When Proxmox does not say how things stand, or the database fails: all goes on.
pub async fn settle(vm: &mut Vm) -> Result<Settled, Failure> {
    match vm.settle().await {
        Ok(_) => {}
        Err(Stop::Wait(what)) => return Ok(Settled::InFlight(what)),
        Err(Stop::Failed(failure)) => return Err(failure),
    }
    let seen = Box::pin(vm.pursue()).await?;
    Ok(match seen.holds {
        true => Settled::RequestGoesOn,
        false => Settled::Free(seen),
    })
}
