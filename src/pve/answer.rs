//! Proxmox's envelope, opened in one place.

use super::failures::{self, Seen};
use super::request::Call;
use super::{PveError, lenient};
use crate::net::{HttpResponse, is_secret_name};
use serde_json::Value;

/// `data` of a good answer, or the error that a bad one stands for.
pub(super) fn open(call: &Call, response: &HttpResponse) -> Result<Value, PveError> {
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    if (200..300).contains(&response.status) {
        return match body {
            Some(Value::Object(mut fields)) => Ok(fields.remove("data").unwrap_or(Value::Null)),
            _ => Err(failures::bad_answer(
                &call.what,
                call.method,
                response.status,
                strange(response),
            )),
        };
    }
    Err(refused(call, response, body.as_ref()))
}

/// The error text stands in the reason phrase, in newer releases in `message` as well, complaints about parameters in
/// `errors`. Some answers (401) have no body at all.
fn refused(call: &Call, response: &HttpResponse, body: Option<&Value>) -> PveError {
    let message = body
        .and_then(|b| b.get("message"))
        .and_then(lenient::text)
        .unwrap_or_default();
    let message = message.trim();
    let reason = response.reason.trim();
    let mut text = if message.is_empty() { reason } else { message }.to_owned();
    // A long text is cut in the phrase but not in the message, and the other way round in old releases.
    if reason.len() > text.len() && !reason.contains(text.as_str()) {
        text = format!("{text} ({reason})");
    }
    let fields: Vec<(String, String)> = body
        .and_then(|b| b.get("errors"))
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, complaint)| {
            let complaint = if is_secret_name(name) {
                "is not accepted".to_owned()
            } else {
                call.params
                    .hide_in(lenient::text(complaint).unwrap_or_default().trim())
            };
            (name.clone(), complaint)
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
fn strange(response: &HttpResponse) -> String {
    let kind = response
        .content_type
        .as_deref()
        .unwrap_or("no content type");
    format!(
        "the answer is not Proxmox's JSON (status {}, {kind}, {} bytes)",
        response.status,
        response.body.len()
    )
}
