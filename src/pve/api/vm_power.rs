//! Switching a VM on and off. Each call starts a task; a lock or "already running" shows only in that task's exit.

use super::VmApi;
use super::task::upid;
use crate::net::Method::Post;
use crate::pve::request::Call;
use crate::pve::{Params, PveError, Upid};

impl VmApi {
    async fn power(&self, verb: &str, params: Params, said: &str) -> Result<Upid, PveError> {
        let path = self.path(&[&"status", &verb]);
        let call = Call::new(Post, path, self.named(said)).params(params);
        upid(&call.clone(), &self.cluster.call(call).await?)
    }

    /// Starts it.
    pub async fn start(&self) -> Result<Upid, PveError> {
        self.power("start", Params::new(), "start").await
    }

    /// Pulls its plug. Of a stopped VM, locked or not, the task ends well.
    pub async fn stop(&self) -> Result<Upid, PveError> {
        self.power("stop", Params::new(), "stop").await
    }

    /// Presses its power button and waits `seconds` in the task; with `force` the plug is pulled after them.
    pub async fn shutdown(&self, seconds: u32, force: bool) -> Result<Upid, PveError> {
        let params = Params::new()
            .with("timeout", seconds)
            .flag("forceStop", force);
        self.power("shutdown", params, "shut down").await
    }

    /// Shuts it down and starts it again with what was pending.
    pub async fn reboot(&self, seconds: u32) -> Result<Upid, PveError> {
        self.power("reboot", Params::new().with("timeout", seconds), "reboot")
            .await
    }

    /// Lets it go on.
    pub async fn resume(&self) -> Result<Upid, PveError> {
        self.power("resume", Params::new(), "resume").await
    }
}
