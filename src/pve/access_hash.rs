//! WHMCS's *Access Hash* box, read as `key = value` lines: `fingerprint`, `ca`, `endpoints`. Other lines are not ours.

use super::spec::SpecError;
use crate::model::shown;
use crate::net::Fingerprint;

/// What the box says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct AccessHash {
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) authority: Option<String>,
    /// Hosts, with a port where one is given.
    pub(super) endpoints: Vec<(String, Option<u16>)>,
    /// The lines that are somebody else's, counted from 1.
    foreign: Vec<usize>,
}

/// The keys that are ours.
const KEYS: [&str; 3] = ["fingerprint", "endpoints", "ca"];

impl AccessHash {
    /// Blank lines, lines that begin with `#` and lines that are none of ours are passed over: the reference product keeps
    /// data of its own in this box. A PEM block goes on to its end line.
    pub(super) fn parse(text: &str) -> Result<Self, SpecError> {
        let mut hash = Self::default();
        let mut lines = text.lines().map(str::trim).enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((key, value)) = ours(line)? else {
                hash.foreign.push(number + 1);
                continue;
            };
            match key {
                "fingerprint" => {
                    for word in value
                        .split([',', ';'])
                        .map(str::trim)
                        .filter(|w| !w.is_empty())
                    {
                        hash.fingerprints
                            .push(word.parse().map_err(|_| SpecError::Fingerprint)?);
                    }
                }
                "endpoints" => {
                    for word in value
                        .split([',', ' '])
                        .map(str::trim)
                        .filter(|w| !w.is_empty())
                    {
                        hash.endpoints.push(host_and_port(word)?);
                    }
                }
                _ => {
                    let mut pem = value.trim().to_owned();
                    while let Some((_, next)) = lines.next_if(|(_, next)| continues(&pem, next)) {
                        pem.push('\n');
                        pem.push_str(next);
                    }
                    if !pem.contains(BEGIN) || !pem.trim_end().ends_with(END) {
                        return Err(SpecError::Authority);
                    }
                    hash.authority = Some(pem);
                }
            }
        }
        Ok(hash)
    }
}

/// Our key and what follows it; `None`: the line is somebody else's. Error: it is meant for us and written wrongly; a pin
/// that was meant and silently not used would be worse than a refusal. Nothing of a foreign line is ever quoted: it may
/// hold a password or a session's key.
fn ours(line: &str) -> Result<Option<(&'static str, &str)>, SpecError> {
    let end = line
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let word = word.to_ascii_lowercase();
    let known = KEYS.into_iter().find(|key| *key == word);
    match (known, rest.trim_start().strip_prefix('=')) {
        (Some(key), Some(value)) => Ok(Some((key, value))),
        (Some(key), None) if rest.is_empty() || rest.starts_with([' ', ':', '\t']) => {
            Err(SpecError::NoKey(key.to_owned()))
        }
        (None, Some(_)) if word.starts_with("finger") || word.starts_with("endpoint") => {
            Err(SpecError::UnknownKey(shorten(&word)))
        }
        _ => Ok(None),
    }
}

/// The lines of the box that are none of ours, counted from 1; the box is one that [`AccessHash::parse`] takes.
pub(crate) fn foreign_lines(text: &str) -> Vec<usize> {
    AccessHash::parse(text)
        .map(|hash| hash.foreign)
        .unwrap_or_default()
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Whether `next` belongs to the PEM text so far: inside a block everything does, after one only another block.
fn continues(pem: &str, next: &str) -> bool {
    let open = pem.matches(BEGIN).count() > pem.matches(END).count();
    open || next.starts_with(BEGIN)
}

/// `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address.
pub(super) fn host_and_port(word: &str) -> Result<(String, Option<u16>), SpecError> {
    let bad = || SpecError::Endpoint(shorten(word));
    let (host, port) = if let Some(rest) = word.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or_else(bad)?;
        (
            host,
            if after.is_empty() {
                None
            } else {
                Some(after.strip_prefix(':').ok_or_else(bad)?)
            },
        )
    } else if word.matches(':').count() > 1 {
        (word, None)
    } else {
        word.split_once(':')
            .map_or((word, None), |(host, port)| (host, Some(port)))
    };
    let port = port
        .map(|digits| digits.parse().ok().filter(|p| *p > 0).ok_or_else(bad))
        .transpose()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || !host.chars().all(fits) {
        return Err(bad());
    }
    Ok((host.to_owned(), port))
}

/// Enough of a wrong entry to find it; not so much that a pasted secret stands in an error.
fn shorten(text: &str) -> String {
    let text = text.trim();
    let start = shown(&text.chars().take(12).collect::<String>());
    if start.len() < text.len() {
        format!("{start}…")
    } else {
        start
    }
}
