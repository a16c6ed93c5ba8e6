//! What a run over the zones did.

use super::ProviderError;
use crate::model::chain;
use std::fmt;
use std::net::IpAddr;

/// One line of the log, without time or indent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether the provider did it.
    pub ok: bool,
    /// `fwd OK [powerdns] example.com <- vm.example.com (2 IPs)`.
    pub text: String,
}

/// All lines of a run and their count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The lines, in the order of the zones within each of the four rounds.
    pub lines: Vec<Line>,
    /// Forward writes and deletions that were done.
    pub forward_ok: u32,
    /// Forward writes and deletions that failed.
    pub forward_err: u32,
    /// The same for reverse names.
    pub reverse_ok: u32,
    /// The same for reverse names.
    pub reverse_err: u32,
    /// Addresses whose reverse name no zone takes: for these someone is to be asked, by ticket.
    pub reverse_unmatched: Vec<IpAddr>,
    /// Names whose address records are not, in every zone, what they shall be.
    pub missing_names: Vec<String>,
    /// The same for the reverse names of addresses.
    pub missing_addresses: Vec<IpAddr>,
}

/// Whose records a line is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Name(String),
    Address(IpAddr),
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    ForwardDelete,
    ReverseDelete,
    Forward,
    Reverse,
}

impl Report {
    /// Whether nothing failed.
    pub fn all_ok(&self) -> bool {
        self.forward_err == 0 && self.reverse_err == 0
    }

    /// Adds a line. `at` is what stands behind the word and the verdict.
    pub(super) fn add(
        &mut self,
        round: Round,
        owner: &Owner,
        at: &str,
        result: Result<(), ProviderError>,
    ) {
        let word = match round {
            Round::ForwardDelete => "fwd-del",
            Round::ReverseDelete => "rev-del",
            Round::Forward => "fwd",
            Round::Reverse => "rev",
        };
        let ok = result.is_ok();
        let count = match (round, ok) {
            (Round::ForwardDelete | Round::Forward, true) => &mut self.forward_ok,
            (Round::ForwardDelete | Round::Forward, false) => &mut self.forward_err,
            (Round::ReverseDelete | Round::Reverse, true) => &mut self.reverse_ok,
            (Round::ReverseDelete | Round::Reverse, false) => &mut self.reverse_err,
        };
        *count += 1;
        match owner {
            _ if ok => {}
            Owner::Name(name) if !self.missing_names.contains(name) => {
                self.missing_names.push(name.clone());
            }
            Owner::Address(address) if !self.missing_addresses.contains(address) => {
                self.missing_addresses.push(*address);
            }
            Owner::Name(_) | Owner::Address(_) => {}
        }
        let text = match result {
            Ok(()) => format!("{word} OK {at}"),
            Err(error) => format!("{word} ERR {at}: {}", chain(&error)),
        };
        self.lines.push(Line { ok, text });
    }
}

impl fmt::Display for Report {
    /// The summary: `forward_ok=2 forward_err=0 rev_ok=3 rev_err=0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (forward, failed) = (self.forward_ok, self.forward_err);
        let (reverse, lost) = (self.reverse_ok, self.reverse_err);
        write!(
            f,
            "forward_ok={forward} forward_err={failed} rev_ok={reverse} rev_err={lost}"
        )
    }
}
