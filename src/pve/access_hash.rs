//! WHMCS's *Access Hash* box, read as `key = value` lines: `fingerprint`, `ca`, `endpoints`. Other lines are not ours.

use crate::net::Fingerprint;
use std::net::IpAddr;
use thiserror::Error;

/// What is wrong with a line. No word of the line is in it: people paste secrets into this box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LineError {
    /// One of our keys without `=`.
    #[error("the line is not of the form {0} = value")]
    Form(&'static str),
    /// Something that is meant for this module and would silently not be used.
    #[error(
        "this looks like a fingerprint, a certificate or an endpoint, but no known key stands before it; write fingerprint = …, ca = … or endpoints = …"
    )]
    Loose,
    /// A fingerprint that is none.
    #[error("fingerprint takes SHA-256 fingerprints (64 hexadecimal digits), separated by commas")]
    Fingerprint,
    /// A CA that is none.
    #[error("ca takes a certificate in PEM form, from -----BEGIN to -----END CERTIFICATE-----")]
    Authority,
    /// An endpoint that is none.
    #[error("endpoints takes hosts as host or host:port, separated by commas")]
    Endpoint,
}

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
    /// Blank lines, lines that begin with `#` and lines that are not for this module are passed over: the reference product
    /// keeps data of its own in this box. A PEM block goes on to its end line. Error: the number of the line that is written
    /// wrongly, and how.
    pub(super) fn parse(text: &str) -> Result<Self, (usize, LineError)> {
        let mut hash = Self::default();
        // An editor's byte order mark would hide the first key.
        let text = text.trim_start_matches('\u{feff}');
        let mut lines = text.lines().map(str::trim).enumerate().peekable();
        while let Some((before, line)) = lines.next() {
            let number = before + 1;
            let wrong = |wrong| (number, wrong);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((key, value)) = ours(line).map_err(wrong)? else {
                hash.foreign.push(number);
                continue;
            };
            match key {
                "fingerprint" => {
                    for word in value.split([',', ';']).map(str::trim) {
                        if !word.is_empty() {
                            let print = word.parse().map_err(|_| wrong(LineError::Fingerprint))?;
                            hash.fingerprints.push(print);
                        }
                    }
                }
                "endpoints" => {
                    for word in value.split([',', ' ']).map(str::trim) {
                        if !word.is_empty() {
                            let found = host_and_port(word);
                            hash.endpoints
                                .push(found.ok_or(wrong(LineError::Endpoint))?);
                        }
                    }
                }
                _ => {
                    let mut pem = value.trim().to_owned();
                    let mut open = opened(&pem);
                    // Inside a block everything belongs to it, after one only another block does.
                    while let Some((_, next)) =
                        lines.next_if(|(_, next)| open > 0 || next.starts_with(BEGIN))
                    {
                        open += opened(next);
                        pem.push('\n');
                        pem.push_str(next);
                    }
                    if !pem.contains(BEGIN) || !pem.trim_end().ends_with(END) {
                        return Err(wrong(LineError::Authority));
                    }
                    hash.authority = Some(pem);
                }
            }
        }
        Ok(hash)
    }
}

/// Our key and what follows it; `None`: the line is somebody else's. Error: it is meant for us and written wrongly; a pin
/// that was meant and silently not used would be worse than a refusal.
fn ours(line: &str) -> Result<Option<(&'static str, &str)>, LineError> {
    let end = line
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let word = word.to_ascii_lowercase();
    let known = KEYS.into_iter().find(|key| *key == word);
    match (known, rest.trim_start().strip_prefix('=')) {
        (Some(key), Some(value)) => Ok(Some((key, value))),
        (Some(key), None) if rest.is_empty() || rest.starts_with([' ', ':', '\t']) => {
            Err(LineError::Form(key))
        }
        _ if is_loose(&word, line) => Err(LineError::Loose),
        _ => Ok(None),
    }
}

/// Whether a line without a key of ours was nevertheless meant for us: a misspelt key, or what only a key is missing to.
fn is_loose(word: &str, line: &str) -> bool {
    // Another module's stored data may have fields of the same names.
    if line.starts_with(['{', '"']) {
        return false;
    }
    let misspelt = KEYS
        .into_iter()
        .filter(|key| key.len() > 2)
        .any(|key| word.starts_with(&key[..6]) || distance(word, key) <= 2);
    let mut values = line.split([' ', '\t', ',', ';', '=']);
    misspelt || line.contains("-----BEGIN") || values.any(is_print) || is_place(line)
}

/// Whether a word can only be a certificate's fingerprint, of whichever length.
fn is_print(word: &str) -> bool {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    let mut pairs = word.split(':');
    let in_pairs = pairs.all(|pair| pair.len() == 2 && is_hex(pair));
    (in_pairs && word.len() >= 47) || (word.len() == 64 && is_hex(word))
}

/// Whether a line can only be endpoints: addresses, URLs, names with a port.
fn is_place(line: &str) -> bool {
    let one = |word: &str| {
        word.starts_with("https://")
            || word.parse::<IpAddr>().is_ok()
            || host_and_port(word).is_some_and(|(host, port)| port.is_some() && host.contains('.'))
    };
    let mut words = line.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    words.all(one)
}

/// How many letters must be added, left out or exchanged to make one word of the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, have) in from.bytes().enumerate() {
        let mut corner = line;
        row[0] = line + 1;
        for (column, want) in to.bytes().enumerate() {
            let exchanged = corner + usize::from(have != want);
            corner = row[column + 1];
            row[column + 1] = exchanged.min(corner + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

/// The lines of the box that are not for this module, counted from 1; the box is one that [`AccessHash::parse`] takes.
pub(crate) fn foreign_lines(text: &str) -> Vec<usize> {
    AccessHash::parse(text)
        .map(|hash| hash.foreign)
        .unwrap_or_default()
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// How many more PEM blocks a text opens than it closes.
fn opened(text: &str) -> i64 {
    let count = |mark| i64::try_from(text.matches(mark).count()).unwrap_or(i64::MAX);
    count(BEGIN) - count(END)
}

/// `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address; `None`: it is none of these.
pub(super) fn host_and_port(word: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = if let Some(rest) = word.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        match after {
            "" => (host, None),
            _ => (host, Some(after.strip_prefix(':')?)),
        }
    } else if word.matches(':').count() > 1 {
        (word, None)
    } else {
        match word.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (word, None),
        }
    };
    let port = match port {
        Some(digits) => Some(digits.parse().ok().filter(|port| *port > 0)?),
        None => None,
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    let is_host = !host.is_empty() && host.chars().all(fits);
    is_host.then(|| (host.to_owned(), port))
}
