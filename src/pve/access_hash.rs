//! WHMCS's *Access Hash* box, read as `key = value` lines: `fingerprint`, `ca`, `endpoints`.

use super::spec::SpecError;
use crate::net::Fingerprint;

/// What the box says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct AccessHash {
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) authority: Option<String>,
    /// Hosts, with a port where one is given.
    pub(super) endpoints: Vec<(String, Option<u16>)>,
}

impl AccessHash {
    /// Blank lines and lines that begin with `#` are passed over. A PEM block goes on to its end line.
    pub(super) fn parse(text: &str) -> Result<Self, SpecError> {
        let mut hash = Self::default();
        let mut lines = (1..).zip(text.lines().map(str::trim)).peekable();
        // Errors name a wrong line by its number: what stands in it may be a password that was pasted here.
        while let Some((number, line)) = lines.next() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, value) = line.split_once('=').ok_or(SpecError::NoKey(number))?;
            match key.trim().to_ascii_lowercase().as_str() {
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
                "ca" => {
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
                _ => return Err(SpecError::UnknownKey(number)),
            }
        }
        Ok(hash)
    }
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
    let bad = || SpecError::Endpoint;
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
