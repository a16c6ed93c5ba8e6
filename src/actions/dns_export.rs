//! What `dns.php` answers: the names of all VMs, for name servers that fetch them. Read only, and only for listed readers.

use super::EntryError;
use crate::dns::name::bare;
use crate::model::{Sentence, lenient, naming::is_dns_name, say};
use crate::site::Site;
use crate::steps::dns_run;
use crate::store::{address, setting};
use ipnet::IpNet;
use serde_json::{Value, json};
use std::net::IpAddr;

/// The setting with the readers' addresses and networks.
pub(super) const SETTING: &str = "dns_export";

/// Answers one request: `{"status": 200, "body": [...]}`, or another status and one sentence. What the request is allowed
/// comes before what it asks, so that nobody else learns even that much.
///
/// # Errors
/// When the database fails.
pub async fn dns_export(site: &Site, request: Value) -> Result<Value, EntryError> {
    let refused = |status: u16, text: &str| Ok(json!({"status": status, "body": {"error": text}}));
    let list = setting::get(&site.host, SETTING).await?.unwrap_or_default();
    let reader = lenient::text_of(&request, "ip").parse::<IpAddr>();
    // A dual-stack web server writes IPv4 readers as ::ffff:192.0.2.1.
    let listed = |reader: &IpAddr| {
        readers(&list).is_ok_and(|nets| nets.iter().any(|net| net.contains(&reader.to_canonical())))
    };
    if !reader.is_ok_and(|reader| listed(&reader)) {
        return refused(403, "This address may not read the names.");
    }
    if lenient::text_of(&request, "method") != "GET" {
        return refused(405, "The names can only be read, by GET.");
    }
    if lenient::flag(&request["arguments"]) != Some(false) {
        return refused(400, "The address takes no arguments.");
    }
    let mut entries = vec![];
    for named in address::named(&site.host).await? {
        let forward = bare(&named.domain);
        let Some(ip) = named.address.parse::<IpAddr>().ok() else {
            continue;
        };
        if !is_dns_name(&forward) {
            continue;
        }
        let chosen = dns_run::chosen(&named.rev_dns);
        let reverse = chosen
            .into_iter()
            .find(|(address, _)| *address == ip)
            .map_or_else(|| forward.clone(), |(_, name)| name);
        entries.push(json!({"forward": forward, "ip": ip.to_string(), "reverse": reverse}));
    }
    Ok(json!({"status": 200, "body": entries}))
}

/// A list of addresses and networks, separated by commas or blanks. Error: what it must be.
pub(super) fn readers(text: &str) -> Result<Vec<IpNet>, Sentence> {
    let words = text.split(|c: char| c == ',' || c.is_whitespace());
    let net = |word: &str| {
        let net = word
            .parse::<IpNet>()
            .or_else(|_| word.parse::<IpAddr>().map(IpNet::from));
        net.map_err(|_| {
            let shown: String = word.chars().filter(|c| !c.is_control()).take(45).collect();
            say::readers(shown)
        })
    };
    words.filter(|word| !word.is_empty()).map(net).collect()
}
