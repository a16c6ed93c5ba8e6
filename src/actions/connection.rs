//! *Test Connection* of a server entry: reachability, identity of the certificate, credentials, privileges.

use super::EntryError;
use crate::doctor::privilege;
use crate::model::{Sentence, say};
use crate::net::{self, Trust};
use crate::plan::ServerFields;
use crate::pve::{Cluster, Kind, PveError, Version};
use crate::site::Site;
use crate::store::setting;
use crate::vm;
use serde_json::{Value, json};
use std::rc::Rc;

/// Tries the entry as typed in. Always answers; a failure says what to do next, an unknown certificate which fingerprint
/// to pin.
///
/// # Errors
/// Never but for the host's own failures.
pub async fn test(site: &Site, params: Value) -> Result<Value, EntryError> {
    let fields = match ServerFields::parse(&params) {
        Ok(fields) => fields,
        Err(error) => return Ok(failure(Sentence::of(&error))),
    };
    let spec = match vm::cluster_spec(&fields) {
        Ok(spec) => spec,
        Err(error) => return Ok(failure(Sentence::of(&error))),
    };
    let endpoint = spec.endpoints.first().cloned();
    let api = Cluster::new(spec, Rc::clone(&site.transport), Rc::clone(&site.clock))
        .with_deadlines(vm::deadlines(&setting::all(&site.host).await?));
    match api.version().await {
        Ok(version) => Ok(privileges(&api, &version).await),
        Err(error) if error.kind == Kind::CertificateUntrusted => {
            let mut answer = failure(Sentence::of(&error));
            if let Some(endpoint) = endpoint
                && let Ok(seen) = net::fetch_fingerprint(&endpoint.host, endpoint.port).await
            {
                let pinned = matches!(endpoint.trust, Trust::Pinned(_));
                let text = match pinned {
                    true => say::certificate_other(&endpoint.host, seen.to_string()),
                    false => say::certificate_unknown(&endpoint.host, seen.to_string()),
                };
                answer["error"] = text.into();
                answer["fingerprint"] = seen.to_string().into();
            }
            Ok(answer)
        }
        Err(error) => Ok(failure(Sentence::of(&error))),
    }
}

async fn privileges(api: &Cluster, version: &Version) -> Value {
    let granted = match api.permissions().await {
        Ok(granted) => granted,
        Err(error) => return failure(Sentence::of(&error)),
    };
    let missing = privilege::missing(version, &granted);
    if let Some(missing) = privilege::listed(&missing) {
        let exists = api.has_role(privilege::ROLE).await;
        let grant = privilege::grant(version, api.user(), exists);
        return failure(say::credential_lacks(&version.text, missing, grant));
    }
    match api.cluster_status().await {
        Ok(status) if !status.quorate => failure(say::no_quorum()),
        Ok(_) => json!({"success": true, "error": "", "version": version.text}),
        Err(error) => unreadable(&error),
    }
}

fn unreadable(error: &PveError) -> Value {
    failure(Sentence::of(&error))
}

fn failure(text: Sentence) -> Value {
    json!({"success": false, "error": text})
}
