//! HTTP, TLS, deadlines and redaction. Nothing else in the crate names `reqwest` or `hyper`.
//!
//! Everything above talks to a [`Transport`]: the web one, or a fake one in a test. [`Timed`] lays the deadlines over
//! either, so that they are the same in a test with paused time as on the wire.

mod connect;
mod deadline;
mod error;
mod fingerprint;
mod json;
mod redact;
mod request;
mod server_health;
mod tls;
mod web;

pub use deadline::{Elapsed, Timed, within};
pub use error::NetError;
pub use fingerprint::{Fingerprint, fetch_fingerprint};
pub use json::{Bounds, Unreadable};
pub use redact::{is_secret_name, redact};
pub use request::{Endpoint, HttpRequest, HttpResponse, Method, Transport, Trust, is_near};
pub use server_health::{Health, ServerHealth};
pub use web::WebTransport;
