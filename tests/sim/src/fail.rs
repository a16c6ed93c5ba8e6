//! What the API answers when it does not do what was asked.

use serde_json::{Map, Value, json};

/// An error answer, and whether it may go away by waiting for a VM's config lock.
#[derive(Clone, Debug)]
pub struct Fail {
    /// HTTP status.
    pub status: u16,
    /// The text; Proxmox sends it as the reason phrase and, from 8.x on, as `message`.
    pub reason: String,
    /// Per-parameter texts of a 400.
    pub errors: Option<Map<String, Value>>,
    /// True: no body, only the status line (401s of the HTTP server itself).
    pub bare: bool,
    /// True: answered only after a delay (3 s for every 401).
    pub slow: bool,
    /// Set when the call waits for this VM's config lock: (VMID, longest wait in seconds).
    pub busy: Option<(u32, f64)>,
}

/// Result of an API handler.
pub type Reply = Result<Value, Fail>;

/// What is answered beside `data`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Success {
    /// `data`.
    pub data: Value,
    /// `total` of lists that are read in pages.
    pub total: Option<usize>,
}

impl Fail {
    fn plain(status: u16, reason: impl Into<String>) -> Fail {
        Fail {
            status,
            reason: reason.into(),
            errors: None,
            bare: false,
            slow: false,
            busy: None,
        }
    }

    /// A `die` inside the API: 500 with the text.
    pub fn internal(reason: impl Into<String>) -> Fail {
        Fail::plain(500, reason)
    }

    /// Any other status with a JSON body.
    pub fn status(status: u16, reason: impl Into<String>) -> Fail {
        Fail::plain(status, reason)
    }

    /// The 400 for one bad parameter.
    pub fn param(name: &str, text: impl Into<String>) -> Fail {
        let mut errors = Map::new();
        errors.insert(name.to_owned(), Value::String(text.into()));
        Fail::params(errors)
    }

    /// The 400 for several bad parameters.
    pub fn params(errors: Map<String, Value>) -> Fail {
        Fail {
            errors: Some(errors),
            ..Fail::plain(400, "Parameter verification failed.")
        }
    }

    /// A 403 naming path and privileges.
    pub fn denied(path: &str, privilege: &str) -> Fail {
        Fail::plain(
            403,
            format!("Permission check failed ({path}, {privilege})"),
        )
    }

    /// A 401 of the HTTP server: reason only, after its 3 s delay.
    pub fn unauthorized(reason: &str) -> Fail {
        Fail {
            bare: true,
            slow: true,
            ..Fail::plain(401, reason)
        }
    }

    /// The VM's config lock is held by another worker; wait up to `seconds`.
    pub fn locked(vmid: u32, seconds: f64) -> Fail {
        Fail {
            busy: Some((vmid, seconds)),
            ..Fail::internal(lock_timeout(vmid))
        }
    }

    /// The JSON body; releases before 8.0 send no `message`.
    pub fn body(&self, with_message: bool) -> Option<Value> {
        if self.bare {
            return None;
        }
        let mut body = json!({ "data": null });
        if with_message {
            // The HTTP server's own 501 has no line end, a `die` has.
            let end = if self.status == 501 { "" } else { "\n" };
            body["message"] = Value::String(format!("{}{end}", self.reason));
        }
        if let Some(errors) = &self.errors {
            body["errors"] = Value::Object(errors.clone());
        }
        Some(body)
    }
}

/// The text of a config lock that was not free in time.
pub fn lock_timeout(vmid: u32) -> String {
    format!("can't lock file '/var/lock/qemu-server/lock-{vmid}.conf' - got timeout")
}
