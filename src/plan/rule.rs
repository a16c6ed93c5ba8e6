//! What a field may hold. A rule takes any spelling and gives the one that is stored, or says what is wrong.

use crate::model::naming::{is_dns_name, is_label};
use crate::model::{Sentence, Vmid, lenient, say, shown};

/// The rule of one field.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// One of these words, each with its English label.
    Word(&'static [(&'static str, &'static str)]),
    /// A whole number.
    Whole {
        /// Lowest.
        min: u64,
        /// Highest.
        max: u64,
        /// Its unit, in every spelling that may follow the number; the first is shown.
        units: &'static [&'static str],
        /// Why no other number is taken; `None` where the bounds speak for themselves.
        why: Option<fn() -> Sentence>,
    },
    /// A number that may have decimals.
    Decimal {
        /// Lowest.
        min: f64,
        /// Highest.
        max: f64,
        /// As in `Whole`.
        units: &'static [&'static str],
    },
    /// On or off, stored as `1` or `0`.
    Flag,
    /// A text that is never shown again.
    Secret,
    /// A text: the function gives its stored spelling, or the rule it breaks.
    Text(fn(&str) -> Result<String, Sentence>),
}

impl Rule {
    /// The stored spelling of `raw`. Error: what it must be.
    pub fn check(self, raw: &str) -> Result<String, Sentence> {
        let raw = raw.trim();
        match self {
            Rule::Word(words) => word(words, raw),
            Rule::Whole {
                min,
                max,
                units,
                why,
            } => lenient::whole_text(number_part(raw, units))
                .or_else(|| other_size(raw, units).and_then(whole_of))
                .filter(|number| (min..=max).contains(number))
                .map(|number| number.to_string())
                .ok_or_else(|| match why {
                    None => say::must_whole(min, max, shown(raw)),
                    Some(why) => say::must_whole_since(min, max, shown(raw), why()),
                }),
            Rule::Decimal { min, max, units } => decimal(number_part(raw, units))
                .or_else(|| other_size(raw, units))
                .filter(|number| (min..=max).contains(number))
                .map(|number| number.to_string())
                .ok_or_else(|| say::must_number(min.to_string(), max.to_string(), shown(raw))),
            Rule::Flag => match lenient::flag_text(raw) {
                Some(flag) => Ok(if flag { "1" } else { "0" }.to_owned()),
                None => Err(say::must_switch(shown(raw))),
            },
            Rule::Secret if raw.chars().any(char::is_control) => Err(say::must_plain()),
            Rule::Secret => Ok(raw.to_owned()),
            Rule::Text(check) => check(raw),
        }
    }
}

fn word(words: &[(&str, &str)], raw: &str) -> Result<String, Sentence> {
    let known = words
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(raw));
    known.map(|(word, _)| (*word).to_owned()).ok_or_else(|| {
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        say::must_word(all.join(", "), shown(raw))
    })
}

/// The number before a unit: an option whose sub-options were named without `value|label` holds `4 GB`.
fn number_part<'a>(raw: &'a str, units: &[&str]) -> &'a str {
    let end = raw
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(raw.len());
    let (number, rest) = raw.split_at(end);
    let unit = rest.trim();
    if !unit.is_empty() && units.iter().any(|known| known.eq_ignore_ascii_case(unit)) {
        number
    } else {
        raw
    }
}

/// What is counted in gigabytes and written in a larger or smaller unit, as `1 TB` or `512 MB`, in gigabytes.
fn other_size(raw: &str, units: &[&str]) -> Option<f64> {
    if !units.contains(&"GB") {
        return None;
    }
    let written = |names: [&str; 2]| {
        let number = number_part(raw, &names);
        if number.len() < raw.len() {
            decimal(number)
        } else {
            None
        }
    };
    let larger = written(["TB", "TiB"]).map(|number| number * 1024.0);
    larger.or_else(|| written(["MB", "MiB"]).map(|number| number / 1024.0))
}

fn whole_of(number: f64) -> Option<u64> {
    // Past the bounds of every rule a cast keeps to the largest number there is.
    (number.fract() == 0.0).then_some(number as u64)
}

/// Digits with at most one point; `f64`'s own parser would also take `inf` and `1e9`.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if plain { text.parse().ok() } else { None }
}

/// A cluster member's name, or `automatically`.
pub fn node(raw: &str) -> Result<String, Sentence> {
    if raw.is_empty() || raw.eq_ignore_ascii_case("automatically") {
        return Ok("automatically".to_owned());
    }
    if is_label(raw) {
        Ok(raw.to_owned())
    } else {
        Err(say::must_node(shown(raw)))
    }
}

/// A template's VMID, or nothing.
pub fn template(raw: &str) -> Result<String, Sentence> {
    if raw.is_empty() || raw == "0" {
        return Ok(String::new());
    }
    let vmid = lenient::whole_text(raw).and_then(Vmid::new);
    vmid.map(|vmid| vmid.to_string())
        .ok_or_else(|| say::must_template(Vmid::MIN, Vmid::MAX, shown(raw)))
}

/// A storage's name as `pve-storage-id` has it, alone or as `name|plugin type`, or nothing.
pub fn storage(raw: &str) -> Result<String, Sentence> {
    let (name, plugin) = raw.split_once('|').unwrap_or((raw, "dir"));
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let ends = name.ends_with(|c: char| c.is_ascii_alphanumeric());
    let fits =
        name.len() >= 2 && begins && ends && name.chars().all(inner) && plugin.chars().all(inner);
    if raw.is_empty() || fits {
        Ok(raw.to_owned())
    } else {
        Err(say::must_storage(shown(raw)))
    }
}

/// A user name that Linux and Windows take, or nothing.
pub fn username(raw: &str) -> Result<String, Sentence> {
    let begins = raw.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if raw.is_empty() || (raw.len() <= 32 && begins && raw.chars().all(inner)) {
        return Ok(raw.to_owned());
    }
    Err(say::must_username(shown(raw)))
}

/// A domain with or without its leading dot, or nothing.
pub fn domain(raw: &str) -> Result<String, Sentence> {
    let bare = raw.trim_matches('.');
    if raw.is_empty() || is_dns_name(bare) {
        return Ok(raw.to_ascii_lowercase());
    }
    Err(say::must_domain(shown(raw)))
}

/// The console gateway's address: a host, with a port, a path or a scheme where wanted; or nothing.
pub fn gateway(raw: &str) -> Result<String, Sentence> {
    let rest = raw
        .strip_prefix("https://")
        .or_else(|| raw.strip_prefix("http://"))
        .unwrap_or(raw);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let port_fits = port.parse::<u16>().is_ok_and(|port| port > 0);
    let path_fits = path
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-._~/%".contains(c));
    if raw.is_empty() || (is_dns_name(host) && port_fits && path_fits) {
        return Ok(raw.trim_end_matches('/').to_owned());
    }
    Err(say::must_gateway(shown(raw)))
}

/// A mail template's name, or nothing.
pub fn mail_template(raw: &str) -> Result<String, Sentence> {
    let fits = raw.chars().count() <= 255 && !raw.chars().any(char::is_control);
    if fits {
        Ok(raw.to_owned())
    } else {
        Err(say::must_mail())
    }
}

/// A department's number, or nothing.
pub fn department(raw: &str) -> Result<String, Sentence> {
    match lenient::whole_text(raw) {
        _ if raw.is_empty() => Ok(String::new()),
        Some(0) => Ok(String::new()),
        Some(id) => Ok(id.to_string()),
        None => Err(say::must_department(shown(raw))),
    }
}

/// The rule a VM's name is made by.
pub fn name_rule(raw: &str) -> Result<String, Sentence> {
    super::NameRule::parse(raw).map(|rule| rule.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISK: Rule = Rule::Whole {
        min: 0,
        max: 131_072,
        units: &["GB", "GiB"],
        why: None,
    };
    const MEMORY: Rule = Rule::Decimal {
        min: 0.015625,
        max: 4096.0,
        units: &["GB", "GiB"],
    };

    #[test]
    fn what_is_sold_by_the_gigabyte_may_be_named_in_other_units() {
        for (raw, gigabytes) in [
            ("1 TB", "1024"),
            ("1.5 TiB", "1536"),
            ("2tb", "2048"),
            ("20 GB", "20"),
            ("512000 MB", "500"),
        ] {
            assert_eq!(DISK.check(raw).as_deref(), Ok(gigabytes), "{raw}");
        }
        for raw in ["100 MB", "TB", "1.2.3 TB", "200 TB", "1 PB", "1,000 GB"] {
            assert!(DISK.check(raw).is_err(), "{raw}");
        }
        assert_eq!(MEMORY.check("512 MB").as_deref(), Ok("0.5"));
        assert_eq!(MEMORY.check("1 TB").as_deref(), Ok("1024"));
        // An address is not sold by the gigabyte.
        let addresses = Rule::Whole {
            min: 0,
            max: 9999,
            units: &["IP"],
            why: None,
        };
        assert!(addresses.check("1 TB").is_err());
    }
}
