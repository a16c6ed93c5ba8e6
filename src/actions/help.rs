//! What the addon's manual lists: read from the tables that the product itself goes by, so that it is never a copy of them.

use super::mails::MAILS;
use super::page_operations::{Help, HelpMail, HelpOption, HelpPrivilege};
use super::{EntryError, settings};
use crate::doctor::privilege;
use crate::plan::catalogue::{FIELDS, OptionName};
use crate::plan::rule::Rule;
use crate::plan::sshkey;
use crate::pve::Version;
use crate::site::Site;
use crate::steps::mail;
use crate::store;
use std::collections::BTreeSet;

/// The newest Proxmox VE whose privileges are known; older ones need no other.
const NEWEST: (u32, u32) = (9, 0);

/// The lists of the manual.
pub(super) async fn help(site: &Site) -> Result<Help, EntryError> {
    let newest = Version {
        major: NEWEST.0,
        minor: NEWEST.1,
        text: String::new(),
    };
    let needed = privilege::needed(&newest).into_iter();
    let options = FIELDS
        .iter()
        .filter_map(|field| Some(option(field.option?, field.rule)));
    let about = site.about().await?;
    Ok(Help {
        options: options.collect(),
        mails: MAILS
            .iter()
            .map(|(name, _, message)| HelpMail {
                name,
                fields: merge_fields(message),
            })
            .collect(),
        mail_fields: &mail::FIELDS,
        key_fields: &sshkey::FIELDS,
        most_keys: sshkey::MOST_KEYS,
        privileges: needed
            .map(|one| HelpPrivilege {
                name: one.name,
                path: one.path,
                why: one.feature(),
            })
            .collect(),
        grant: privilege::grant(&newest, "USER@REALM!TOKEN", false),
        cron_line: settings::cron_line(&about.root),
        tables: store::TABLES.iter().map(|table| table.name).collect(),
    })
}

fn option(name: OptionName, rule: Rule) -> HelpOption {
    let (low, high, unit) = match rule {
        Rule::Whole {
            min, max, units, ..
        } => (Some(min.to_string()), Some(max.to_string()), units),
        Rule::Decimal { min, max, units } => (Some(min.to_string()), Some(max.to_string()), units),
        Rule::Word(_) | Rule::Flag | Rule::Secret | Rule::Text(_) => (None, None, &[][..]),
    };
    let unit = units_first(unit);
    let example = match low {
        Some(_) => format!("4|4 {unit}").trim_end().to_owned(),
        None => "9001|Debian 12".to_owned(),
    };
    HelpOption {
        name: name.plain,
        legacy: name.legacy.map(|prefix| format!("{prefix}|")),
        low,
        high,
        unit,
        example,
    }
}

fn units_first(units: &'static [&'static str]) -> &'static str {
    units.first().copied().unwrap_or_default()
}

/// The merge fields of a message, each once.
fn merge_fields(message: &str) -> Vec<String> {
    let after = message.split("{$").skip(1);
    let names: BTreeSet<String> = after
        .filter_map(|rest| Some(format!("{{${}}}", rest.split_once('}')?.0)))
        .collect();
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_what_its_option_takes() {
        for field in FIELDS {
            let Some(name) = field.option else { continue };
            let shown = option(name, field.rule);
            let (value, label) = shown.example.split_once('|').unwrap();
            assert!(field.rule.check(value).is_ok(), "{}", name.plain);
            assert!(label.ends_with(shown.unit), "{}", shown.example);
        }
    }

    #[test]
    fn a_mail_names_the_fields_that_stand_in_it() {
        for (name, _, message) in MAILS {
            let fields = merge_fields(message);
            assert!(
                fields.contains(&"{$client_name}".to_owned()),
                "{name}: {fields:?}"
            );
            assert!(
                fields.iter().all(|field| message.contains(field.as_str())),
                "{name}"
            );
        }
    }
}
