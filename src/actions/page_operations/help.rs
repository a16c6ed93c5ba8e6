//! What the addon's manual shows of the product's own tables.

use crate::model::Sentence;
use serde::Serialize;

/// What the manual lists. It is made from the tables that the product itself goes by.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Help {
    /// The configurable options.
    pub options: Vec<HelpOption>,
    /// The mails that the addon brings along.
    pub mails: Vec<HelpMail>,
    /// What beside WHMCS's own fields a mail of this module may hold.
    pub mail_fields: &'static [&'static str],
    /// The names of the custom field that holds SSH keys; case, blanks and signs do not count.
    pub key_fields: &'static [&'static str],
    /// So many keys a VM takes at most.
    pub most_keys: usize,
    /// The privileges that the token needs.
    pub privileges: Vec<HelpPrivilege>,
    /// The command that grants them, with `USER@REALM!TOKEN` for the token.
    pub grant: Sentence,
    /// The cron's line for the crontab.
    pub cron_line: String,
    /// The module's tables.
    pub tables: Vec<&'static str>,
}

/// A configurable option.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HelpOption {
    /// Its name, to be written exactly so.
    pub name: &'static str,
    /// What an older name begins with; null: it has none.
    pub legacy: Option<String>,
    /// The lowest value; null: it is no number with bounds.
    pub low: Option<String>,
    /// The highest.
    pub high: Option<String>,
    /// Its unit; empty: none.
    pub unit: &'static str,
    /// A choice as it is entered in WHMCS.
    pub example: String,
}

/// A mail.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HelpMail {
    /// The name of its template.
    pub name: &'static str,
    /// The merge fields in it.
    pub fields: Vec<String>,
}

/// A privilege.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HelpPrivilege {
    /// Proxmox's name.
    pub name: &'static str,
    /// The path it is needed on.
    pub path: &'static str,
    /// What it is for.
    pub why: Sentence,
}
