//! Public SSH keys a client gave with an order. Proxmox refuses the whole write for one bad line, so each is checked.

use crate::model::{FieldError, Sentence, say};

/// The names of the custom fields that hold keys, without case and without anything but letters.
pub const FIELDS: [&str; 5] = [
    "sshkey",
    "sshkeys",
    "sshpublickey",
    "sshpublickeys",
    "publicsshkey",
];
/// The kinds of key `ssh-keygen` still takes, as they begin a line and as the key itself repeats them.
const KINDS: [&str; 7] = [
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];

/// How many keys a VM takes at most. Each snapshot copies them into the VM's config, which Proxmox's cluster file system holds
/// in memory on every node, and a request of 64 KiB is more than older releases take.
pub const MOST_KEYS: usize = 20;
/// The bytes they may have together.
pub const MOST_BYTES: usize = 16 * 1024;

/// Whether these keys, joined by line breaks, are few and short enough for a VM.
pub fn fit<K: AsRef<str>>(keys: &[K]) -> bool {
    let bytes: usize = keys.iter().map(|key| key.as_ref().len() + 1).sum();
    keys.len() <= MOST_KEYS && bytes <= MOST_BYTES
}

/// The keys in a service's custom fields, each once, and an error for each line that is none.
pub fn keys(fields: &[(String, String)]) -> (Vec<String>, Vec<FieldError>) {
    let mut keys = Vec::new();
    let mut errors = Vec::new();
    for (name, text) in fields.iter().filter(|(name, _)| holds_keys(name)) {
        if text.contains("PRIVATE KEY") {
            errors.push(FieldError::new(name, say::key_private()));
            continue;
        }
        for (number, line) in text
            .lines()
            .map(str::trim)
            .enumerate()
            .filter(|(_, line)| !line.is_empty())
        {
            if !fit(&keys) {
                break;
            }
            match public_key(line) {
                Ok(key) if keys.contains(&key) => {}
                Ok(key) => keys.push(key),
                Err(_) if errors.len() >= MOST_KEYS => {}
                Err(why) => errors.push(FieldError::new(name, say::key_line(number + 1, why))),
            }
        }
    }
    if let Some((name, _)) = fields.iter().find(|(name, _)| holds_keys(name))
        && !fit(&keys)
    {
        let rule = say::keys_most(MOST_KEYS, MOST_BYTES);
        errors.push(FieldError::new(name, rule));
    }
    (keys, errors)
}

fn holds_keys(name: &str) -> bool {
    let name = name.split('|').next().unwrap_or_default();
    let bare: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    FIELDS.contains(&bare.to_ascii_lowercase().as_str())
}

/// One line, `kind base64 comment`, with single spaces. Error: why it is none.
pub fn public_key(line: &str) -> Result<String, Sentence> {
    let mut words = line.split_whitespace();
    let kind = words.next().unwrap_or_default();
    if !KINDS.contains(&kind) {
        return Err(say::key_kind(KINDS.join(", ")));
    }
    let body = words.next().unwrap_or_default();
    let blob = base64(body).ok_or_else(say::key_base64)?;
    // RFC 4253 §6.6: the blob begins with the kind, after its length in four bytes; then comes the key itself.
    let head = u32::try_from(kind.len()).unwrap_or_default().to_be_bytes();
    let inside = blob
        .strip_prefix(&head)
        .and_then(|rest| rest.strip_prefix(kind.as_bytes()));
    if !inside.is_some_and(complete) {
        return Err(say::key_cut());
    }
    if line.chars().any(|c| c.is_control() && c != '\t') {
        return Err(say::key_control());
    }
    let comment: Vec<&str> = words.collect();
    Ok([kind, body, &comment.join(" ")]
        .join(" ")
        .trim_end()
        .to_owned())
}

/// Whether the rest of a blob is at least one field, each with its length before it, up to the end. (Keys held in
/// hardware end in the name of their application, a field as well.)
fn complete(mut rest: &[u8]) -> bool {
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let Some((head, body)) = rest.split_first_chunk::<4>() else {
            return false;
        };
        let length = u32::from_be_bytes(*head) as usize;
        let Some(after) = body.get(length..) else {
            return false;
        };
        rest = after;
    }
    true
}

/// Decodes base64 with its padding; `None` if it is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    if text.is_empty() || !text.len().is_multiple_of(4) || text.len() - bare.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(bare.len() * 3 / 4);
    let (mut bits, mut held) = (0u32, 0);
    for c in bare.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Some(bytes)
}
