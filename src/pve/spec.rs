//! Which cluster, by which endpoints, signed in how.

use super::access_hash::{AccessHash, LineError, host_and_port};
use crate::model::{Secret, shown};
use crate::net::{Endpoint, Trust};

/// How to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Auth {
    /// An API token: `user@realm!name` and its secret.
    Token {
        /// `user@realm!name`.
        id: String,
        /// The UUID Proxmox showed once.
        secret: Secret,
    },
    /// User and password, exchanged for a two-hour ticket.
    Password {
        /// `user@realm`.
        user: String,
        /// The account's password.
        password: Secret,
    },
}

/// Everything needed to talk to one cluster. Equal specs are the same server entry with the same settings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClusterSpec {
    /// The entry points in the order in which they are tried; at least one.
    pub endpoints: Vec<Endpoint>,
    /// How to sign in.
    pub auth: Auth,
}

/// A server entry that cannot be used, in one sentence that names the field and the rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// Neither name nor address.
    #[error("Hostname: enter the name or address of a Proxmox node")]
    NoHost,
    /// The hostname is none.
    #[error("Hostname: '{0}' is no host name or address")]
    Host(String),
    /// No user.
    #[error("Username: enter an API token id such as whmcs@pve!whmcs, or a user such as root@pam")]
    NoUser,
    /// The user lacks its realm.
    #[error("Username: '{0}' lacks its realm; write user@pam, user@pve or user@pve!token")]
    NoRealm(String),
    /// Proxmox has no such names.
    #[error(
        "Username: '{0}' is no name of Proxmox's; write user@realm or user@realm!token, without ':' and '/', the user at most 64 characters long"
    )]
    User(String),
    /// No secret.
    #[error("Password: enter the secret of the API token, or the password of the user")]
    NoPassword,
    /// A line of the box is meant for this module and written wrongly; lines are counted from 1.
    #[error("Access Hash, line {0}")]
    AccessHash(usize, #[source] LineError),
    /// Both kinds of trust.
    #[error("Access Hash: give either fingerprint or ca, not both")]
    TwoTrusts,
}

/// pveproxy's port.
const PORT: u16 = 8006;
/// The longest user name with its realm (`maxLength` of PVE::AccessControl's `userid`); more than any token's name has.
const LONGEST_USER: usize = 64;

impl ClusterSpec {
    /// Reads the fields of a WHMCS server entry.
    ///
    /// The name is preferred to the address, since a certificate names hosts. A port of 0 means 8006. Whether the
    /// entry asks for a secure connection is no matter: Proxmox speaks HTTPS only, and entries made for older modules often
    /// have the box unticked.
    pub fn from_server(
        hostname: &str,
        ip: &str,
        port: u16,
        username: &str,
        password: Secret,
        accesshash: &str,
    ) -> Result<Self, SpecError> {
        let main = [hostname, ip]
            .into_iter()
            .map(str::trim)
            .find(|host| !host.is_empty());
        let main = main.ok_or(SpecError::NoHost)?;
        let main = main.trim_start_matches("https://").trim_end_matches('/');
        let (host, own_port) = host_and_port(main).ok_or_else(|| SpecError::Host(shown(main)))?;
        let port = own_port.unwrap_or(if port == 0 { PORT } else { port });
        let hash = AccessHash::parse(accesshash)
            .map_err(|(line, wrong)| SpecError::AccessHash(line, wrong))?;
        let trust = match (hash.fingerprints, hash.authority) {
            (prints, None) if prints.is_empty() => Trust::System,
            (prints, None) => Trust::Pinned(prints),
            (prints, Some(pem)) if prints.is_empty() => Trust::Authority(pem),
            _ => return Err(SpecError::TwoTrusts),
        };
        let mut endpoints = vec![Endpoint {
            host,
            port,
            trust: trust.clone(),
        }];
        for (host, other_port) in hash.endpoints {
            let endpoint = Endpoint {
                host,
                port: other_port.unwrap_or(port),
                trust: trust.clone(),
            };
            if !endpoints.contains(&endpoint) {
                endpoints.push(endpoint);
            }
        }
        Ok(Self {
            endpoints,
            auth: Auth::parse(username, password)?,
        })
    }
}

/// Whether Proxmox may have a user of this name: `name@realm`.
fn is_user(account: &str) -> bool {
    let parts = account.rsplit_once('@');
    let fits = parts.is_some_and(|(name, realm)| {
        !name.contains([':', '/']) && !name.contains(char::is_control) && is_word(realm)
    });
    fits && account.chars().count() <= LONGEST_USER
}

/// A realm's or a token's name.
fn is_word(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= LONGEST_USER
        && text.chars().all(inner)
}

impl Auth {
    /// A `!` in the user name makes it a token.
    fn parse(username: &str, secret: Secret) -> Result<Self, SpecError> {
        let user = username.trim();
        if user.is_empty() {
            return Err(SpecError::NoUser);
        }
        let (account, token) = user
            .split_once('!')
            .map_or((user, None), |(a, t)| (a, Some(t)));
        let whole = account
            .split_once('@')
            .is_some_and(|(name, realm)| !name.is_empty() && !realm.is_empty());
        if !whole || token.is_some_and(str::is_empty) || user.contains(char::is_whitespace) {
            return Err(SpecError::NoRealm(shown(user)));
        }
        if !is_user(account) || token.is_some_and(|token| !is_word(token)) {
            return Err(SpecError::User(shown(user)));
        }
        if secret.is_empty() {
            return Err(SpecError::NoPassword);
        }
        let user = user.to_owned();
        Ok(match token {
            Some(_) => Self::Token {
                id: user,
                secret: Secret::new(secret.expose().trim()),
            },
            None => Self::Password {
                user,
                password: secret,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::access_hash::foreign_lines;
    use super::*;
    use crate::model::chain;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIF=\nzTCC==\n-----END CERTIFICATE-----";

    fn read(host: &str, user: &str, hash: &str) -> Result<ClusterSpec, SpecError> {
        ClusterSpec::from_server(host, "", 0, user, Secret::new("s3cret"), hash)
    }

    #[test]
    fn a_plain_entry_needs_no_access_hash() {
        let spec = read("pve1.example.com", "whmcs@pve!whmcs", "").unwrap();
        assert_eq!(spec.endpoints[0].url(), "https://pve1.example.com:8006");
        assert_eq!(spec.endpoints[0].trust, Trust::System);
        assert!(matches!(spec.auth, Auth::Token { .. }));
        let by_ip =
            ClusterSpec::from_server(" ", "2001:db8::7", 443, "root@pam", Secret::new("x"), "");
        let by_ip = by_ip.unwrap();
        assert_eq!(by_ip.endpoints[0].url(), "https://[2001:db8::7]:443");
        assert!(matches!(by_ip.auth, Auth::Password { .. }));
    }

    #[test]
    fn fingerprints_and_further_endpoints_are_read() {
        let print = "AB:".repeat(31) + "AB";
        let hash = format!(
            "# pinned\nfingerprint = {print}, {}\nendpoints = pve2, [2001:db8::2]:9006 pve1:8006",
            "cd".repeat(32)
        );
        let spec = read("pve1", "whmcs@pve!whmcs", &hash).unwrap();
        let urls: Vec<String> = spec.endpoints.iter().map(Endpoint::url).collect();
        assert_eq!(
            urls,
            [
                "https://pve1:8006",
                "https://pve2:8006",
                "https://[2001:db8::2]:9006"
            ]
        );
        assert!(matches!(&spec.endpoints[1].trust, Trust::Pinned(prints) if prints.len() == 2));
    }

    #[test]
    fn a_certificate_spans_lines_and_may_be_followed_by_others() {
        let hash = format!("ca = {PEM}\n{PEM}\nendpoints = pve2");
        let spec = read("pve1", "whmcs@pve!whmcs", &hash).unwrap();
        let Trust::Authority(pem) = &spec.endpoints[1].trust else {
            panic!("no authority")
        };
        assert_eq!(pem.matches("BEGIN").count(), 2);
        let next_line = format!("ca =\n{PEM}");
        assert!(read("pve1", "whmcs@pve!whmcs", &next_line).is_ok());
    }

    #[test]
    fn what_another_product_left_in_the_box_is_passed_over() {
        let print = "ab".repeat(32);
        for foreign in [
            "PVE:root@pam:65B2A1C3::dGhpcyBpcyBhIHRpY2tldA==",
            "{\"ticket\": \"PVE:root@pam:65B2\",\n \"csrf\": \"65B2:x=\"}",
            "0123456789abcdef0123456789abcdef",
            "c2VjcmV0",
            "c2VjcmV0=",
            "token = x",
            "cache = 1\r\ncafe=2",
        ] {
            let hash = format!("{foreign}\nfingerprint = {print}\n");
            let spec = read("pve1", "whmcs@pve!whmcs", &hash).unwrap();
            assert!(matches!(&spec.endpoints[0].trust, Trust::Pinned(prints) if prints.len() == 1));
            let lines: Vec<usize> = (1..=foreign.lines().count()).collect();
            assert_eq!(foreign_lines(&hash), lines, "{foreign}");
        }
        assert!(foreign_lines("# a note\n\nendpoints = pve2").is_empty());
    }

    #[test]
    fn what_is_meant_for_us_and_has_no_key_is_refused_by_its_line_and_never_quoted() {
        let bare = "ab".repeat(32);
        let pairs = "AB:".repeat(31) + "AB";
        for loose in [
            bare.as_str(),
            &pairs,
            &pairs[..59],
            &format!("sha256 Fingerprint={pairs}"),
            &format!("SHA256: {pairs}"),
            &format!("pin = {pairs}, {bare}"),
            PEM,
            "certificate = -----BEGIN CERTIFICATE-----",
            "finger-print = x",
            "fingerprnt = x",
            "Fingerpint x",
            "fingerprints",
            "endpoint hunter2.example.com",
            "endpionts = pve2",
            "ndpoint pve2",
            "pve2.example.com:8006",
            "192.0.2.7, 2001:db8::7",
            "https://pve2:8006/",
        ] {
            let hash = format!("# words\r\n\r\nc2VjcmV0\r\n{loose}\r\n");
            let Err(error) = read("pve1", "root@pam", &hash) else {
                panic!("{loose}")
            };
            let wanted = SpecError::AccessHash(4, LineError::Loose);
            assert_eq!(error, wanted, "{loose}");
            assert!(chain(&error).starts_with("Access Hash, line 4: "));
        }
        for (line, wrong) in [
            ("endpoints = hunter2!", LineError::Endpoint),
            ("fingerprint = hunter2", LineError::Fingerprint),
            ("ca = hunter2", LineError::Authority),
            ("ca hunter2", LineError::Form("ca")),
        ] {
            let error = read("pve1", "root@pam", &format!("\n{line}")).unwrap_err();
            assert_eq!(error, SpecError::AccessHash(2, wrong), "{line}");
            assert!(!chain(&error).contains("hunter"), "{error:?}");
        }
        let marked = format!("\u{feff}fingerprint = {bare}");
        let spec = read("pve1", "root@pam", &marked).unwrap();
        assert!(matches!(&spec.endpoints[0].trust, Trust::Pinned(_)));
    }

    /// Whatever shape a pasted secret has, and however long it is, no sentence repeats it.
    #[test]
    fn no_error_quotes_the_box() {
        let shapes = "S|\"S\"|'S'|S\r\nS|\0S\u{7f}|=S|S=S=S|fingerprint S|fingerprint=S|fingerprint = \"S\"|\
            fingerprints: S|endpoints=S!|endpoints = \"S\"|endpoints = https://S:x@pve2|endpoints = pve2:S|ca=S|ca S|\
            ca = -----BEGIN CERTIFICATE-----\rS|pin S, fingerprint = S|https://S@pve2:8006|\u{feff}ca\t=\tS|S, 192.0.2.1";
        for (shape, times) in shapes
            .split('|')
            .flat_map(|shape| [(shape, 1), (shape, 12_500)])
        {
            let hash = shape.replace('S', &"hunter2 ".repeat(times));
            if let Err(error) = read("pve1", "root@pam", &hash) {
                let told = format!("{error} {error:?}");
                assert!(!told.contains("hunter2") && told.len() < 500, "{told}");
            }
        }
    }

    #[test]
    fn each_mistake_of_host_and_user_gets_its_sentence() {
        for (host, user, hash, wanted) in [
            ("", "root@pam", "", SpecError::NoHost),
            ("a b", "root@pam", "", SpecError::Host("a b".into())),
            ("pve1", "", "", SpecError::NoUser),
            ("pve1", "root", "", SpecError::NoRealm("root".into())),
            (
                "pve1",
                "root@pam!",
                "",
                SpecError::NoRealm("root@pam!".into()),
            ),
            ("pve1", "a:b@pam", "", SpecError::User("a:b@pam".into())),
            (
                "pve1",
                "root@pam!a b",
                "",
                SpecError::NoRealm("root@pam!a b".into()),
            ),
            (
                "pve1",
                "root@pam!1",
                "",
                SpecError::User("root@pam!1".into()),
            ),
        ] {
            assert_eq!(read(host, user, hash), Err(wanted), "{host} {user} {hash}");
        }
        let long = read("pve1", &format!("{}@pam", "x".repeat(70_000)), "");
        assert!(matches!(long, Err(SpecError::User(shown)) if shown.len() < 130));
        assert!(read("pve1", &format!("{}@pam", "x".repeat(60)), "").is_ok());
        let empty = ClusterSpec::from_server("pve1", "", 0, "root@pam", Secret::default(), "");
        assert_eq!(empty, Err(SpecError::NoPassword));
    }

    #[test]
    fn each_mistake_of_an_access_hash_gets_its_sentence() {
        for (host, user, hash, wanted) in [
            (
                "pve1",
                "root@pam",
                "Fingerprint: AB:CD",
                SpecError::AccessHash(1, LineError::Form("fingerprint")),
            ),
            (
                "pve1",
                "root@pam",
                "fingerprints = x",
                SpecError::AccessHash(1, LineError::Loose),
            ),
            (
                "pve1",
                "root@pam",
                "fingerprint = AB:CD",
                SpecError::AccessHash(1, LineError::Fingerprint),
            ),
            (
                "pve1",
                "root@pam",
                "ca = -----BEGIN CERTIFICATE-----\nMIIF",
                SpecError::AccessHash(1, LineError::Authority),
            ),
            (
                "pve1",
                "root@pam",
                "endpoints = pve2:99999",
                SpecError::AccessHash(1, LineError::Endpoint),
            ),
        ] {
            assert_eq!(read(host, user, hash), Err(wanted), "{host} {user} {hash}");
        }
        let both = format!("ca = {PEM}\nfingerprint = {}", "ab".repeat(32));
        assert_eq!(read("pve1", "root@pam", &both), Err(SpecError::TwoTrusts));
    }
}
