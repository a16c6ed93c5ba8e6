//! What goes out and what comes back, in plain types.

use super::{Fingerprint, NetError, redact};
use futures_util::future::LocalBoxFuture;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// Something that carries a request to an endpoint and brings the answer.
pub trait Transport {
    /// Sends one request. It is never repeated here: whether it may be is the caller's knowledge.
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'_, Result<HttpResponse, NetError>>;
}

/// The four methods that the Proxmox API knows, and what the DNS providers use beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads; may be repeated.
    Get,
    /// Creates or starts something.
    Post,
    /// Sets something.
    Put,
    /// Changes part of something (PowerDNS, Cloudflare).
    Patch,
    /// Removes something.
    Delete,
}

impl Method {
    /// The word on the request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether sending it twice does no more than sending it once.
    pub fn is_read(self) -> bool {
        self == Self::Get
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How the other side proves who it is. There is no way to switch the proof off.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Trust {
    /// By a certificate that the operating system's roots vouch for.
    #[default]
    System,
    /// By a certificate that this authority (PEM, one or several certificates) vouches for.
    Authority(String),
    /// By exactly one of these certificates, whoever signed it. Several, because each node has its own.
    Pinned(Vec<Fingerprint>),
    /// Not at all, and without encryption: some name servers' APIs speak no TLS. Only for [`is_near`] hosts; a request to
    /// any other is refused before it leaves.
    Nearby,
}

/// Whether a host is this machine or an address of a private network (RFC 1918, RFC 4193). A name is not: nobody knows
/// where it leads tomorrow.
pub fn is_near(host: &str) -> bool {
    match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => host == "localhost",
    }
}

/// Where a request goes: HTTPS to a host and port, and how that host proves itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// A name or an address; an IPv6 address without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The proof asked for.
    pub trust: Trust,
}

impl Endpoint {
    /// `https://host:port`, brackets around an IPv6 address; `http` for [`Trust::Nearby`].
    pub fn url(&self) -> String {
        let scheme = match self.trust {
            Trust::Nearby => "http",
            Trust::System | Trust::Authority(_) | Trust::Pinned(_) => "https",
        };
        if self.host.contains(':') {
            format!("{scheme}://[{}]:{}", self.host, self.port)
        } else {
            format!("{scheme}://{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url())
    }
}

/// A request. `Debug` shows no secret.
#[derive(Clone)]
pub struct HttpRequest {
    /// What to do.
    pub method: Method,
    /// With whom.
    pub base: Endpoint,
    /// Path and query, percent-encoded, beginning with a slash.
    pub path_and_query: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body and its content type.
    pub body: Option<String>,
    /// How long to wait for the whole answer; time spent in host calls does not count.
    pub deadline: Duration,
    /// Bytes of the answer's body at most; a longer one is cut off there and is none.
    pub most: usize,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), redact(name, value)))
            .collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("base", &self.base.url())
            .field("path_and_query", &redact_query(&self.path_and_query))
            .field("headers", &headers)
            .field("body_bytes", &self.body.as_ref().map_or(0, String::len))
            .field("deadline", &self.deadline)
            .field("most", &self.most)
            .finish()
    }
}

/// A path with the secret ones of its query's values starred.
fn redact_query(path_and_query: &str) -> String {
    let Some((path, query)) = path_and_query.split_once('?') else {
        return path_and_query.to_owned();
    };
    let star = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", redact(name, value)),
        None => pair.to_owned(),
    };
    let query: Vec<String> = query.split('&').map(star).collect();
    format!("{path}?{}", query.join("&"))
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The phrase of the status line as it was sent: Proxmox puts its error text there.
    pub reason: String,
    /// The content type, where one was given.
    pub content_type: Option<String>,
    /// Seconds after which the server wants to be asked again (`Retry-After`), where it said so.
    pub retry_after: Option<u64>,
    /// The whole body.
    pub body: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_and_private_networks_are_near() {
        for near in [
            "localhost",
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_near(near), "{near}");
        }
        for far in [
            "192.0.2.1",
            "2001:db8::1",
            "pdns.internal",
            "localhost.example.com",
            "::ffff:192.0.2.1",
            "",
        ] {
            assert!(!is_near(far), "{far}");
        }
    }

    #[test]
    fn a_printed_request_holds_no_secret() {
        let request = HttpRequest {
            method: Method::Get,
            base: Endpoint {
                host: "2001:db8::1".into(),
                port: 8006,
                trust: Trust::System,
            },
            path_and_query: "/x?port=5900&vncticket=hush".into(),
            headers: vec![("Authorization".into(), "PVEAPIToken=a@pve!b=hush".into())],
            body: Some("password=hush".into()),
            deadline: Duration::from_secs(1),
            most: 1024,
        };
        let text = format!("{request:?}");
        assert!(!text.contains("hush"), "{text}");
        assert!(
            text.contains("https://[2001:db8::1]:8006") && text.contains("port=5900"),
            "{text}"
        );
    }
}
