//! What the client of a service may do at present, and why not.

use crate::model::Sentence;
use serde::Serialize;

/// Which buttons work; there are none without a VM.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Actions {
    /// The button *Start*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Permit>,
    /// The button *Stop*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<Permit>,
    /// The button *Shut down*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shutdown: Option<Permit>,
    /// The button *Reboot*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reboot: Option<Permit>,
}

impl Actions {
    /// Closes all of them for this reason.
    pub(in crate::actions) fn close(&mut self, why: &Sentence) {
        let all = [
            &mut self.start,
            &mut self.stop,
            &mut self.shutdown,
            &mut self.reboot,
        ];
        for permit in all.into_iter().flatten() {
            *permit = Permit {
                allowed: false,
                why: Some(why.clone()),
            };
        }
    }
}

/// The pages that the product includes, and whether each can be used at present. They can be looked at whatever the VM is
/// doing; a failed restore is mended there.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Pages {
    /// *Snapshots*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshots: Option<Permit>,
    /// *Backups*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<Permit>,
    /// *Reinstall*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reinstall: Option<Permit>,
    /// *Reset password*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Permit>,
    /// *Reverse DNS*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rdns: Option<Permit>,
    /// *Firewall*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firewall: Option<Permit>,
    /// *ISO mount*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iso: Option<Permit>,
    /// *Charts*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charts: Option<Permit>,
}

/// Whether something works.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Permit {
    /// Whether it does.
    pub allowed: bool,
    /// Why not; null also where nobody knows yet.
    pub why: Option<Sentence>,
}
