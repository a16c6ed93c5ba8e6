//! SHA-256 fingerprints of certificates, as Proxmox shows them.

use super::tls::{Seen, capturing_config};
use super::web::build_client;
use super::{Endpoint, NetError, Trust, within};
use crate::model::HostTime;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// The SHA-256 of a certificate's DER form.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Of a certificate in DER form.
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }
}

impl fmt::Display for Fingerprint {
    /// Upper-case pairs with colons, as `pvenode cert info` and the node's certificate page print it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(":")?;
            }
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The text is no SHA-256 fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 64 hexadecimal digits, with or without colons")]
pub struct BadFingerprint;

impl FromStr for Fingerprint {
    type Err = BadFingerprint;

    /// Takes either case, with colons, blanks or nothing between the bytes, and an optional `sha256:` in front.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim().to_ascii_lowercase();
        let digits: Vec<u8> = lower
            .trim_start_matches("sha256")
            .chars()
            .filter(|c| !matches!(c, ':' | ' ' | '='))
            .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
            .collect::<Option<_>>()
            .ok_or(BadFingerprint)?;
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |sum, d| sum * 16 + d))
            .collect();
        if digits.len() != 64 {
            return Err(BadFingerprint);
        }
        bytes.try_into().map(Self).map_err(|_| BadFingerprint)
    }
}

/// How long to wait for a certificate: a person sits before *Test Connection*.
const FETCH_LIMIT: Duration = Duration::from_secs(10);

/// The fingerprint of the certificate that a host shows, read without trusting it.
///
/// The handshake is broken off as soon as the certificate is seen, so nothing is sent. *Test Connection* shows it
/// and offers to pin it; a person compares it with the node's own page.
pub async fn fetch_fingerprint(host: &str, port: u16) -> Result<Fingerprint, NetError> {
    let seen = Arc::new(Seen::default());
    let client = build_client(capturing_config(seen.clone())?, HostTime::default())?;
    let endpoint = Endpoint {
        host: host.to_owned(),
        port,
        trust: Trust::System,
    };
    let to = endpoint.url();
    let outcome = within(&HostTime::default(), FETCH_LIMIT, client.get(&to).send()).await;
    if let Some(fingerprint) = seen.get() {
        return Ok(fingerprint);
    }
    let answer = outcome.map_err(|_| NetError::Deadline {
        to: to.clone(),
        sent: false,
        after: FETCH_LIMIT,
    })?;
    Err(match answer {
        Err(error) => NetError::NotSent {
            to,
            cause: Arc::new(error.without_url()),
        },
        Ok(_) => NetError::Setup(format!("{to} answered without showing a certificate")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_reads_back() {
        let print = Fingerprint::of(b"certificate");
        assert_eq!(print.to_string().parse(), Ok(print));
        assert_eq!(
            print.to_string().replace(':', "").to_lowercase().parse(),
            Ok(print)
        );
        assert_eq!(format!("SHA256:{print}").parse(), Ok(print));
        assert_eq!("AB:CD".parse::<Fingerprint>(), Err(BadFingerprint));
        assert_eq!("zz".repeat(32).parse::<Fingerprint>(), Err(BadFingerprint));
    }
}
