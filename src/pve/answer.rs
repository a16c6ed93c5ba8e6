//! Proxmox's envelope, opened in one place.

use super::failures::{self, Seen};
use super::request::Call;
use super::{PveError, lenient};
use crate::model::shown;
use crate::net::{Bounds, HttpResponse, is_secret_name};
use serde_json::Value;

/// What most calls are answered with is some kilobytes, a long list some hundred.
const ORDINARY: Bounds = Bounds {
    bytes: 8 * 1024 * 1024,
    parts: 500_000,
};

/// The list of all there is on a cluster: ten thousand guests are about five megabytes.
const WHOLE_CLUSTER: Bounds = Bounds {
    bytes: 16 * 1024 * 1024,
    parts: 1_000_000,
};

/// How many complaints about parameters are read.
const COMPLAINTS_QUOTED: usize = 20;

/// Characters of an error's text that are looked at to know what it is. What is kept of it is shorter still.
const BYTES_LOOKED_AT: usize = 4096;

/// How long the answer to a call may be.
pub(super) fn bounds(call: &Call) -> Bounds {
    match call.path.as_str() {
        "/cluster/resources" => WHOLE_CLUSTER,
        _ => ORDINARY,
    }
}

/// `data` of a good answer, or the error that a bad one stands for.
pub(super) fn open(call: &Call, response: &HttpResponse) -> Result<Value, PveError> {
    let body = bounds(call).read(&response.body);
    if (200..300).contains(&response.status) {
        let why = match body {
            // Proxmox's envelope always has it, with null where there is nothing to say.
            Ok(Value::Object(mut fields)) => match fields.remove("data") {
                Some(data) => return Ok(data),
                None => "it has no data".to_owned(),
            },
            Ok(_) => "it is no object".to_owned(),
            Err(why) => why.to_string(),
        };
        let text = strange(response, &why);
        let status = response.status;
        return Err(failures::bad_answer(&call.what, call.method, status, text));
    }
    Err(refused(call, response, body.ok().as_ref()))
}

/// The error text stands in the reason phrase, in newer releases in `message` as well, complaints about parameters in
/// `errors`. Some answers (401) have no body at all.
fn refused(call: &Call, response: &HttpResponse, body: Option<&Value>) -> PveError {
    let message = body
        .and_then(|b| b.get("message"))
        .and_then(lenient::text)
        .unwrap_or_default();
    let cut = |text: &str| {
        text.trim()
            .chars()
            .take(BYTES_LOOKED_AT)
            .collect::<String>()
    };
    let (message, reason) = (cut(&message), cut(&response.reason));
    let mut text = if message.is_empty() {
        reason.clone()
    } else {
        message
    };
    // A long text is cut in the phrase but not in the message, and the other way round in old releases.
    if reason.len() > text.len() && !reason.contains(text.as_str()) {
        text = format!("{text} ({reason})");
    }
    let fields: Vec<(String, String)> = body
        .and_then(|b| b.get("errors"))
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .take(COMPLAINTS_QUOTED)
        .map(|(name, complaint)| {
            let complaint = if is_secret_name(name) {
                "is not accepted".to_owned()
            } else {
                let complaint = cut(&lenient::text(complaint).unwrap_or_default());
                call.params.hide_in(&complaint)
            };
            (shown(name), complaint)
        })
        .collect();
    text = call.params.hide_in(&text);
    for (name, complaint) in &fields {
        text.push_str(&format!(" {name}: {complaint};"));
    }
    failures::classify(&Seen {
        what: &call.what,
        method: Some(call.method),
        place: &call.path,
        status: Some(response.status),
        text: text.trim_end_matches(';'),
        fields: &fields,
    })
}

/// What a body that is not Proxmox's looks like, in few words.
fn strange(response: &HttpResponse, why: &str) -> String {
    let kind = response
        .content_type
        .as_deref()
        .unwrap_or("no content type");
    format!(
        "the answer is not Proxmox's JSON (status {}, {}, {} bytes): {why}",
        response.status,
        shown(kind),
        response.body.len()
    )
}
