//! What an admin enters for a zone's provider, made typed; and the provider behind it.
//!
//! The one secret of each kind (API token, password, API key) is kept apart from the rest: it is stored encrypted, and it
//! never goes back to a browser.

use super::Provider;
use super::cloudflare::Cloudflare;
use super::hestia::Hestia;
use super::powerdns::PowerDns;
use super::server::Server;
use super::zonefile::ZoneFile;
use crate::model::{FieldError, Secret, lenient, say};
use crate::net::{Endpoint, Transport};
use serde_json::{Value, json};
use std::rc::Rc;

/// The kinds of provider, as stored and as the form names them.
pub const KINDS: [&str; 4] = ["cloudflare", "hestiacp", "powerdns", "zonefile"];

/// A provider's settings, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// Cloudflare; both may be empty.
    Cloudflare {
        /// Narrows the search for the zone.
        account_id: String,
        /// Spares the search.
        zone_id: String,
    },
    /// HestiaCP.
    Hestia {
        /// Where it answers.
        server: Server,
        /// The admin's name; empty: the secret is an access key.
        user: String,
        /// Whose zones they are.
        owner: String,
    },
    /// PowerDNS.
    PowerDns {
        /// Where it answers.
        server: Server,
        /// The server's name in its own API.
        server_id: String,
    },
    /// A file on this machine.
    ZoneFile(ZoneFile),
}

impl Account {
    /// Reads a form or stored settings. Errors: one per field.
    pub fn read(kind: &str, form: &Value) -> Result<Self, Vec<FieldError>> {
        let mut errors = vec![];
        let account = match kind {
            "cloudflare" => Self::Cloudflare {
                account_id: keep(identifier(form, "account_id"), &mut errors),
                zone_id: keep(identifier(form, "zone_id"), &mut errors),
            },
            "hestiacp" => {
                let server = keep(Server::read(form, 8083, false).map(Some), &mut errors);
                let user = keep(word(form, "admin_user", ""), &mut errors);
                let owner = keep(word(form, "user", &user), &mut errors);
                if owner.is_empty() && errors.is_empty() {
                    errors.push(FieldError::new("user", say::owner()));
                }
                match server {
                    Some(server) => Self::Hestia {
                        server,
                        user,
                        owner,
                    },
                    None => return Err(errors),
                }
            }
            "powerdns" => {
                let server = keep(Server::read(form, 443, true).map(Some), &mut errors);
                let server_id = keep(word(form, "server_id", "localhost"), &mut errors);
                match server {
                    Some(server) => Self::PowerDns { server, server_id },
                    None => return Err(errors),
                }
            }
            "zonefile" => match ZoneFile::from_settings(&form.to_string()) {
                Ok(file) => Self::ZoneFile(file),
                Err(error) => return Err(vec![error]),
            },
            _ => {
                let kinds = KINDS.join(", ");
                return Err(vec![FieldError::new("type", say::one_of(kinds))]);
            }
        };
        if errors.is_empty() {
            Ok(account)
        } else {
            Err(errors)
        }
    }

    /// The word it is stored under.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cloudflare { .. } => "cloudflare",
            Self::Hestia { .. } => "hestiacp",
            Self::PowerDns { .. } => "powerdns",
            Self::ZoneFile(_) => "zonefile",
        }
    }

    /// The form's field for its one secret; `None`: it signs in nowhere.
    pub fn secret_field(&self) -> Option<&'static str> {
        match self {
            Self::Cloudflare { .. } => Some("api_token"),
            Self::Hestia { .. } => Some("admin_password"),
            Self::PowerDns { .. } => Some("api_key"),
            Self::ZoneFile(_) => None,
        }
    }

    /// The fields as they are stored and shown.
    pub fn fields(&self) -> Value {
        match self {
            Self::Cloudflare {
                account_id,
                zone_id,
            } => json!({"account_id": account_id, "zone_id": zone_id}),
            Self::Hestia {
                server,
                user,
                owner,
            } => json!({
                "url": server.url(), "admin_user": user, "user": owner, "fingerprint": server.fingerprint(),
            }),
            Self::PowerDns { server, server_id } => json!({
                "url": server.url(), "server_id": server_id, "fingerprint": server.fingerprint(),
            }),
            Self::ZoneFile(file) => json!({"path": file.path()}),
        }
    }

    /// Where the secret goes, and how that place proves itself: a server with another certificate is another one. A stored
    /// secret is never sent to a place it was not entered for.
    pub fn location(&self) -> String {
        match self {
            Self::Cloudflare { .. } => Cloudflare::server().url(),
            Self::Hestia { server, .. } | Self::PowerDns { server, .. } => {
                format!("{} {}", server.url(), server.fingerprint())
            }
            Self::ZoneFile(_) => String::new(),
        }
    }

    /// The server whose certificate an admin may want to pin: host and port.
    pub fn own_server(&self) -> Option<&Endpoint> {
        match self {
            Self::Hestia { server, .. } | Self::PowerDns { server, .. } => Some(&server.endpoint),
            Self::Cloudflare { .. } | Self::ZoneFile(_) => None,
        }
    }

    /// The provider.
    pub fn open(&self, transport: Rc<dyn Transport>, secret: Secret) -> Rc<dyn Provider> {
        match self.clone() {
            Self::Cloudflare {
                account_id,
                zone_id,
            } => Rc::new(Cloudflare::new(
                transport,
                Cloudflare::server(),
                account_id,
                zone_id,
                secret,
            )),
            Self::Hestia {
                server,
                user,
                owner,
            } => Rc::new(Hestia::new(transport, server, user, secret, owner)),
            Self::PowerDns { server, server_id } => {
                Rc::new(PowerDns::new(transport, server, server_id, secret))
            }
            Self::ZoneFile(file) => Rc::new(file),
        }
    }
}

/// The value, or nothing and one error more.
fn keep<T: Default>(read: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> T {
    read.unwrap_or_else(|error| {
        errors.push(error);
        T::default()
    })
}

fn identifier(form: &Value, field: &str) -> Result<String, FieldError> {
    let text = lenient::text_of(form, field).trim().to_owned();
    if text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(text);
    }
    Err(FieldError::new(field, say::cloudflare()))
}

/// A user's or server's name; `default` where the field is empty.
fn word(form: &Value, field: &str, default: &str) -> Result<String, FieldError> {
    let text = lenient::text_of(form, field).trim().to_owned();
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    match text.as_str() {
        "" => Ok(default.to_owned()),
        text if text.len() <= 64 && text.bytes().all(inner) => Ok(text.to_owned()),
        _ => Err(FieldError::new(field, say::letters())),
    }
}
