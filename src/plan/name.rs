//! How a VM gets its name: a rule of letters and macros that always makes a DNS name.

use crate::model::naming::is_dns_name;
use crate::model::{Random, Sentence, ServiceId, say, shown};
use chrono::{DateTime, TimeZone};
use std::fmt;

/// A checked rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRule(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Digits(usize),
    Letters(usize),
    Plain(Macro),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Macro {
    Client,
    Service,
    UnixTime,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// The macros without a number: name, meaning, the most characters they make. WHMCS's ids are 32-bit numbers.
const MACROS: [(&str, Macro, usize); 9] = [
    ("client_id", Macro::Client, 10),
    ("service_id", Macro::Service, 10),
    ("unixtime", Macro::UnixTime, 10),
    ("year", Macro::Year, 4),
    ("month", Macro::Month, 2),
    ("day", Macro::Day, 2),
    ("hour", Macro::Hour, 2),
    ("minute", Macro::Minute, 2),
    ("second", Macro::Second, 2),
];

/// This many random bits make two equal names of one installation as good as impossible: 14 letters, or 20 digits.
const ENOUGH_CHANCE: f64 = 64.0;

/// What the macros stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameFacts {
    /// `tblclients.id`.
    pub client_id: u64,
    /// `tblhosting.id`.
    pub service_id: ServiceId,
}

impl NameRule {
    /// Reads a rule. Error: an unknown macro, a brace without its pair, or a rule that can make something that is no DNS
    /// name.
    pub fn parse(text: &str) -> Result<NameRule, Sentence> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            match rest.find(['{', '}']) {
                Some(0) => {
                    let end = rest.find('}').filter(|end| *end > 0);
                    let end = end.ok_or_else(|| say::must_brace(shown(rest)))?;
                    parts.push(part(&rest[1..end])?);
                    rest = &rest[end + 1..];
                }
                next => {
                    let (literal, after) = rest.split_at(next.unwrap_or(rest.len()));
                    parts.push(Part::Text(literal.to_owned()));
                    rest = after;
                }
            }
        }
        let rule = NameRule(parts);
        let longest = rule.longest();
        if is_dns_name(&longest) {
            return Ok(rule);
        }
        Err(say::must_name(shown(&longest)))
    }

    /// A name as long as the rule can make one. A macro makes nothing but letters and digits, so whether this is a DNS
    /// name says it of every name the rule makes.
    pub fn longest(&self) -> String {
        self.0.iter().map(Part::longest).collect()
    }

    /// Why two VMs may get the same name: what sets them apart. `None`: they cannot.
    ///
    /// The service's number does, wherever it can be told from the name: of `{client_id}{service_id}` client 1's service
    /// 23 and client 12's service 3 make the same. All other macros make the same number of characters each time, so they
    /// are in nobody's way. Whoever draws a name by chance alone has to draw long enough.
    pub fn not_unique(&self) -> Option<Sentence> {
        let mut runs = vec![(false, false)];
        let mut bits = 0.0;
        for part in &self.0 {
            let run = runs.len() - 1;
            match part {
                Part::Plain(Macro::Service) => runs[run].0 = true,
                Part::Plain(Macro::Client) => runs[run].1 = true,
                Part::Plain(_) => {}
                Part::Digits(count) => bits += 10_f64.log2() * *count as f64,
                Part::Letters(count) => {
                    bits += 26_f64.log2() * *count as f64;
                    runs.push((false, false));
                }
                Part::Text(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {}
                Part::Text(_) => runs.push((false, false)),
            }
        }
        let numbered = runs.iter().any(|(service, client)| *service && !client);
        (!numbered && bits < ENOUGH_CHANCE).then(|| say::must_unique("{service_id}", "{client_id}"))
    }

    /// Whether the rule makes another name when it is asked again.
    pub fn draws(&self) -> bool {
        let drawn = |part: &Part| matches!(part, Part::Digits(_) | Part::Letters(_));
        self.0.iter().any(drawn)
    }

    /// The name of a new VM. `now` is the moment in WHMCS's time zone.
    pub fn expand<Tz: TimeZone>(
        &self,
        facts: NameFacts,
        now: &DateTime<Tz>,
        random: &Random,
    ) -> String
    where
        Tz::Offset: fmt::Display,
    {
        self.0
            .iter()
            .map(|part| part.expand(facts, now, random))
            .collect()
    }
}

/// What stands between two braces.
fn part(name: &str) -> Result<Part, Sentence> {
    if let Some((_, meaning, _)) = MACROS.iter().find(|(known, ..)| *known == name) {
        return Ok(Part::Plain(*meaning));
    }
    // 63: the length of a label, so no longer run makes a name.
    let count = |digits: &str| {
        digits
            .parse::<usize>()
            .ok()
            .filter(|count| (1..=63).contains(count))
    };
    let random = |digits: &str, make: fn(usize) -> Part| {
        count(digits)
            .map(make)
            .ok_or_else(|| say::must_length(format!("{{{}}}", shown(name))))
    };
    if let Some(digits) = name.strip_prefix("random_digit_") {
        return random(digits, Part::Digits);
    }
    if let Some(digits) = name.strip_prefix("random_letter_") {
        return random(digits, Part::Letters);
    }
    Err(say::must_macro(format!("{{{}}}", shown(name))))
}

impl Part {
    fn longest(&self) -> String {
        match self {
            Part::Text(text) => text.clone(),
            Part::Digits(count) => "9".repeat(*count),
            Part::Letters(count) => "x".repeat(*count),
            Part::Plain(meaning) => {
                let known = MACROS.iter().find(|(_, known, _)| known == meaning);
                "9".repeat(known.map_or(0, |(.., length)| *length))
            }
        }
    }

    fn expand<Tz: TimeZone>(&self, facts: NameFacts, now: &DateTime<Tz>, random: &Random) -> String
    where
        Tz::Offset: fmt::Display,
    {
        match self {
            Part::Text(text) => text.clone(),
            Part::Digits(count) => random.text(b"0123456789", *count),
            Part::Letters(count) => random.text(b"abcdefghijklmnopqrstuvwxyz", *count),
            Part::Plain(Macro::Client) => facts.client_id.to_string(),
            Part::Plain(Macro::Service) => facts.service_id.to_string(),
            Part::Plain(Macro::UnixTime) => now.timestamp().to_string(),
            Part::Plain(Macro::Year) => now.format("%Y").to_string(),
            Part::Plain(Macro::Month) => now.format("%m").to_string(),
            Part::Plain(Macro::Day) => now.format("%d").to_string(),
            Part::Plain(Macro::Hour) => now.format("%H").to_string(),
            Part::Plain(Macro::Minute) => now.format("%M").to_string(),
            Part::Plain(Macro::Second) => now.format("%S").to_string(),
        }
    }
}

impl fmt::Display for NameRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Digits(count) => write!(f, "{{random_digit_{count}}}")?,
                Part::Letters(count) => write!(f, "{{random_letter_{count}}}")?,
                Part::Plain(meaning) => {
                    let known = MACROS.iter().find(|(_, known, _)| known == meaning);
                    write!(f, "{{{}}}", known.map_or("", |(name, ..)| name))?;
                }
            }
        }
        Ok(())
    }
}

/// A name set apart from another VM's by some characters at the end of its first label, which is cut where the label or
/// the whole name would be too long.
pub fn apart(name: &str, suffix: &str, main_domain: &str) -> String {
    let (label, rest) = match name.split_once('.') {
        Some((label, rest)) => (label, format!(".{rest}")),
        None => (name, String::new()),
    };
    let whole = fqdn(&rest, main_domain).len();
    let room = 63
        .min(253_usize.saturating_sub(whole))
        .saturating_sub(suffix.len());
    let kept: String = label.chars().take(room).collect();
    format!("{}{suffix}{rest}", kept.trim_end_matches('-'))
}

/// A VM's full name. The domain may have its leading dot or not; without a domain the name stands alone.
pub fn fqdn(name: &str, main_domain: &str) -> String {
    match main_domain.trim_matches('.') {
        "" => name.to_owned(),
        domain => format!("{name}.{domain}"),
    }
}
