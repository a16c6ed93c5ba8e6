//! From a Proxmox error to what the engine and the admin need to know.

use crate::model::{Cause, Failure, ServerId};
use crate::pve::{Class, Kind, PveError};
use crate::store::StoreError;

/// A Proxmox error as a failure: who can mend it, and who else it holds up.
pub fn failure(error: &PveError, server: ServerId) -> Failure {
    let text = error.to_string();
    let failure = match error.class {
        Class::Fatal => Failure::person(text),
        Class::Now | Class::Tick | Class::Done | Class::Verify => Failure::retry(text),
    }
    .because(error.reason());
    match &error.kind {
        Kind::Unreachable
        | Kind::ConnectionLost
        | Kind::CertificateUntrusted
        | Kind::BadToken
        | Kind::NoCredential
        | Kind::TicketExpired
        | Kind::CsrfExpired
        | Kind::NoQuorum => failure.caused_by(Cause::Server(server.0)),
        _ => failure,
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::retry(format!(
            "The service's record could not be kept: {error}. Will retry."
        ))
    }
}
