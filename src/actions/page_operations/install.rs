//! Installing anew, and new passwords.

use super::backups::Entered;
use super::field::{Keys, Typed};
use super::table::operations;
use crate::model::{Sentence, VmState};
use serde::Serialize;

operations! {
    /// What the pages *Reinstall* and *Reset password* ask.
    InstallOp {
        /// What can be installed.
        "reinstall_options": Looks, Reinstall => ReinstallRead {} -> ReinstallOptions,
        /// Installs the VM anew: everything on it goes.
        "reinstall": Alters, Reinstall => Reinstall {
            /// The word of `reinstall_options`, typed by the client.
            confirm: String,
            /// The system; nothing: the one that is installed.
            template: Typed,
            /// SSH public keys, one a line; absent: those that are there stay.
            ssh_keys: Keys,
        } -> Entered,
        /// Who gets in beside whoever knows the password.
        "access": Looks, ResetPassword => AccessRead {} -> Access,
        /// Gives the guest a new password.
        "reset_password": Alters, ResetPassword => ResetPassword {
            /// Whether a running VM may be shut down for it.
            shutdown: bool,
            /// SSH public keys that come with it, one a line; absent: those that are there stay.
            ssh_keys: Keys,
        } -> PasswordReset,
    }
}

/// Who gets in beside whoever knows the password.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Access {
    /// SSH public keys, one a line.
    pub ssh_keys: String,
}

/// The service was put at the beginning of the flow that sets a password.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PasswordReset {
    /// Where it stands now.
    pub state: VmState,
    /// The new password: shown once to whoever asked; the mail brings it, too.
    pub password: String,
}

/// What can be installed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReinstallOptions {
    /// The systems.
    pub choices: Vec<OsChoice>,
    /// The one that is installed; null: nobody knows.
    pub current: Option<u32>,
    /// The word that a client types to confirm.
    pub confirmation: &'static str,
    /// The keys that are there, one a line.
    pub ssh_keys: String,
    /// Why it cannot be done now.
    pub why: Option<Sentence>,
}

/// A system that can be installed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OsChoice {
    /// The number of its template.
    pub template: u32,
    /// Its name in the shop; empty: it has none.
    pub name: String,
}
