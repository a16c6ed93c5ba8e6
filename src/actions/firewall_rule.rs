//! A firewall rule as a form sends it, checked field by field before Proxmox sees it.

use super::page_operations::Protocol;
use crate::model::{FieldError, Sentence, lenient, say};
use crate::pve::Rule;
use serde_json::Value;
use std::net::IpAddr;

/// Protocols a form offers, by Proxmox's word; those that know ports.
const PROTOCOLS: [(&str, bool); 11] = [
    ("tcp", true),
    ("udp", true),
    ("sctp", true),
    ("dccp", true),
    ("udplite", true),
    ("icmp", false),
    ("ipv6-icmp", false),
    ("igmp", false),
    ("gre", false),
    ("esp", false),
    ("ah", false),
];
/// What a form offers.
pub(super) fn protocols() -> Vec<Protocol> {
    let known = PROTOCOLS.iter();
    known
        .map(|(name, ports)| Protocol {
            name,
            ports: *ports,
        })
        .collect()
}

/// The longest note; Proxmox writes it behind the rule, on the same line.
const NOTE: usize = 128;

/// A rule somebody wants. Empty texts are *any*.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Wanted {
    direction: String,
    verdict: String,
    protocol: String,
    source: String,
    source_port: String,
    dest: String,
    dest_port: String,
    comment: String,
}

impl Wanted {
    /// Reads a form. Staff may also refuse with an answer. Errors: one for each field that breaks its rule.
    pub fn parse(form: &Value, staff: bool) -> Result<Self, Vec<FieldError>> {
        let mut errors = vec![];
        let mut read = |key: &str, check: &dyn Fn(&str) -> Result<String, Sentence>| {
            let text = match &form[key] {
                Value::Null => Some(String::new()),
                value => lenient::text(value),
            };
            let checked = match text {
                Some(text) => check(text.trim()),
                None => Err(say::field_single()),
            };
            checked.unwrap_or_else(|rule| {
                errors.push(FieldError::new(key, rule));
                String::new()
            })
        };
        let actions: &[&str] = match staff {
            true => &["ACCEPT", "DROP", "REJECT"],
            false => &["ACCEPT", "DROP"],
        };
        let wanted = Self {
            direction: read("direction", &|text| {
                one_of(&text.to_ascii_lowercase(), &["in", "out"])
            }),
            verdict: read("verdict", &|text| {
                one_of(&text.to_ascii_uppercase(), actions)
            }),
            protocol: read("protocol", &protocol),
            source: read("source", &network),
            source_port: read("source_port", &ports),
            dest: read("dest", &network),
            dest_port: read("dest_port", &ports),
            comment: read("comment", &note),
        };
        let knows_ports = PROTOCOLS
            .iter()
            .any(|(name, ports)| *ports && *name == wanted.protocol);
        for (key, value) in [
            ("source_port", &wanted.source_port),
            ("dest_port", &wanted.dest_port),
        ] {
            if !value.is_empty() && !knows_ports {
                errors.push(FieldError::new(key, say::field_ports()));
            }
        }
        if let (Some(a), Some(b)) = (is_v6(&wanted.source), is_v6(&wanted.dest))
            && a != b
        {
            errors.push(FieldError::new("dest", say::field_version()));
        }
        if errors.is_empty() {
            Ok(wanted)
        } else {
            Err(errors)
        }
    }

    /// The rule as Proxmox takes it, enabled.
    pub fn rule(self) -> Rule {
        Rule {
            direction: self.direction,
            action: self.verdict,
            enable: true,
            proto: self.protocol,
            source: self.source,
            sport: self.source_port,
            dest: self.dest,
            dport: self.dest_port,
            comment: self.comment,
            ..Rule::default()
        }
    }
}

fn one_of(word: &str, known: &[&str]) -> Result<String, Sentence> {
    match known.contains(&word) {
        true => Ok(word.to_owned()),
        false => Err(say::field_one(known.join(", "))),
    }
}

fn protocol(text: &str) -> Result<String, Sentence> {
    let word = match text.to_ascii_lowercase().as_str() {
        "" => return Ok(String::new()),
        "icmpv6" => "ipv6-icmp".to_owned(),
        word => word.to_owned(),
    };
    let known: Vec<&str> = PROTOCOLS.iter().map(|(name, _)| *name).collect();
    one_of(&word, &known)
}

/// An address or a network; a network is written with its first address, as Proxmox refuses any other.
fn network(text: &str) -> Result<String, Sentence> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().map_err(|_| say::field_network())?;
    let Some(length) = length else {
        return Ok(address.to_string());
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = lenient::whole_text(length)
        .filter(|length| (1..=most).contains(length))
        .ok_or_else(|| say::field_prefix(most))?;
    let first = match address {
        IpAddr::V4(address) => {
            let bits = u32::from(address) & (u32::MAX << (32 - length));
            IpAddr::from(bits.to_be_bytes())
        }
        IpAddr::V6(address) => {
            let bits = u128::from(address) & (u128::MAX << (128 - length));
            IpAddr::from(bits.to_be_bytes())
        }
    };
    Ok(format!("{first}/{length}"))
}

fn is_v6(network: &str) -> Option<bool> {
    let address = network.split('/').next()?;
    Some(address.parse::<IpAddr>().ok()?.is_ipv6())
}

/// A port, or two with a colon or a hyphen between.
fn ports(text: &str) -> Result<String, Sentence> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let port = |text: &str| {
        lenient::whole_text(text.trim())
            .and_then(|number| u16::try_from(number).ok())
            .filter(|port| *port > 0)
    };
    let Some((first, last)) = text.split_once([':', '-']) else {
        return port(text)
            .map(|port| port.to_string())
            .ok_or_else(say::field_port);
    };
    match (port(first), port(last)) {
        (Some(first), Some(last)) if first < last => Ok(format!("{first}:{last}")),
        (Some(first), Some(last)) if first == last => Ok(first.to_string()),
        _ => Err(say::field_port()),
    }
}

fn note(text: &str) -> Result<String, Sentence> {
    if text.chars().count() > NOTE {
        return Err(say::field_length(NOTE));
    }
    if text.chars().any(char::is_control) {
        return Err(say::field_line());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_good_rule_is_brought_into_proxmox_s_form() {
        let form = json!({
            "direction": "IN", "verdict": "accept", "protocol": "TCP", "source": "192.0.2.77/24",
            "dest_port": "8000-8100", "comment": " web ",
        });
        let rule = Wanted::parse(&form, false).unwrap().rule();
        assert_eq!(
            (rule.direction.as_str(), rule.action.as_str()),
            ("in", "ACCEPT")
        );
        assert_eq!(
            (rule.source.as_str(), rule.dport.as_str()),
            ("192.0.2.0/24", "8000:8100")
        );
        assert_eq!(rule.comment, "web");
        let form = json!({"direction": "out", "verdict": "DROP", "dest": "2001:DB8::5/64", "protocol": "icmpv6"});
        let rule = Wanted::parse(&form, false).unwrap().rule();
        assert_eq!(
            (rule.dest.as_str(), rule.proto.as_str()),
            ("2001:db8::/64", "ipv6-icmp")
        );
    }

    #[test]
    fn each_field_that_breaks_its_rule_is_named() {
        let good = json!({"direction": "in", "verdict": "ACCEPT", "protocol": "tcp"});
        for (key, value) in [
            ("direction", json!("group")),
            ("direction", json!("")),
            ("verdict", json!("REJECT")),
            ("verdict", json!("GROUP-x")),
            ("protocol", json!("hopopt; rm")),
            ("source", json!("192.0.2.256")),
            ("source", json!("192.0.2.0/0")),
            ("source", json!("+management")),
            ("source", json!("dc/alias")),
            ("dest", json!("2001:db8::/129")),
            ("dest", json!("192.0.2.1,192.0.2.2")),
            ("dest_port", json!("0")),
            ("dest_port", json!("65536")),
            ("dest_port", json!("90:80")),
            ("dest_port", json!("http")),
            ("source_port", json!("1:2:3")),
            ("source_port", json!(["22"])),
            ("comment", json!("two\nlines")),
            ("comment", json!("x".repeat(129))),
        ] {
            let mut form = good.clone();
            form[key] = value.clone();
            let errors = Wanted::parse(&form, false).unwrap_err();
            assert!(
                errors.iter().any(|error| error.field == key),
                "{key} {value}: {errors:?}"
            );
        }
        let ports = json!({"direction": "in", "verdict": "ACCEPT", "dest_port": "22"});
        assert_eq!(
            Wanted::parse(&ports, false).unwrap_err()[0].field,
            "dest_port"
        );
        let mixed = json!({"direction": "in", "verdict": "ACCEPT", "source": "192.0.2.1", "dest": "2001:db8::1"});
        assert_eq!(Wanted::parse(&mixed, false).unwrap_err()[0].field, "dest");
        let reject = json!({"direction": "in", "verdict": "reject"});
        assert!(Wanted::parse(&reject, true).is_ok());
    }
}
