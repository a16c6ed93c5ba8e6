//! The one place that knows which names carry secrets. Every log of a request goes through it.

/// Parts of names whose values are never shown. `ticket` covers Proxmox's own and the console's, `csrf` its token,
/// `cookie` the header that carries the ticket, `key` the API keys of the DNS providers.
const SECRET_PARTS: [&str; 8] = [
    "password",
    "passwd",
    "token",
    "ticket",
    "csrf",
    "authorization",
    "secret",
    "cookie",
];

/// Names with `key` in them that are no secret: public SSH keys, and Proxmox's word for a config entry.
const OPEN_KEYS: [&str; 5] = ["sshkeys", "sshkey", "ssh-key", "key", "keys"];

/// Whether a header or field of this name carries a secret.
///
/// `tokenid` is the public half of an API token and stays readable. A bare `key` is what Proxmox calls the name of a
/// config entry; compound names (`apikey`, `X-API-Key`, `private_key`) are secrets.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name == "tokenid" || OPEN_KEYS.contains(&name.as_str()) {
        return false;
    }
    name.contains("key") || SECRET_PARTS.iter().any(|part| name.contains(part))
}

/// The value, or `***` where the name says it is a secret.
pub fn redact<'a>(name: &str, value: &'a str) -> &'a str {
    if is_secret_name(name) { "***" } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_starred_and_the_rest_is_not() {
        for name in [
            "password",
            "cipassword",
            "ticket",
            "vncticket",
            "CSRFPreventionToken",
            "Authorization",
            "Cookie",
            "secret",
            "X-API-Key",
            "api_token",
            "apikey",
        ] {
            assert_eq!(redact(name, "hush"), "***", "{name}");
        }
        for name in [
            "name",
            "cores",
            "sshkeys",
            "tokenid",
            "Content-Type",
            "net0",
        ] {
            assert_eq!(redact(name, "open"), "open", "{name}");
        }
    }
}
