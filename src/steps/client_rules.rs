//! Whose a firewall rule is, and which places are a client's: what the provider put first stays first, since Proxmox takes
//! the first rule that fits. Proxmox keeps no author, so the rules that clients made are remembered, by what they say.

use crate::model::{Failure, ServiceId};
use crate::pve::Rule;
use crate::site::Site;
use crate::store::{StoreError, setting};
use crate::vm::Vm;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The rules of a VM that its client made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnRules(BTreeSet<String>);

fn name(service: ServiceId) -> String {
    format!("client_rules:{service}")
}

/// What a rule says, in few letters; where it stands and whether it is switched on is no part of it.
fn print(rule: &Rule) -> String {
    let said = [
        &rule.direction,
        &rule.action,
        &rule.macro_name,
        &rule.proto,
        &rule.source,
        &rule.dest,
        &rule.sport,
        &rule.dport,
        &rule.icmp_type,
        &rule.iface,
        &rule.comment,
    ];
    let hash = Sha256::digest(said.map(String::as_str).join("\n"));
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl OwnRules {
    /// Those that are remembered of a service.
    pub async fn of(site: &Site, service: ServiceId) -> Result<Self, StoreError> {
        let stored = setting::get(&site.host, &name(service)).await?;
        let prints = stored.unwrap_or_default();
        Ok(Self(prints.split_whitespace().map(str::to_owned).collect()))
    }

    /// Remembers one more, and forgets those that are not among `present` any more.
    pub async fn add(
        &mut self,
        site: &Site,
        service: ServiceId,
        rule: &Rule,
        present: &[Rule],
    ) -> Result<(), StoreError> {
        let there: BTreeSet<String> = present.iter().map(print).collect();
        self.0.retain(|known| there.contains(known));
        self.0.insert(print(rule));
        self.keep(site, service).await
    }

    async fn keep(&self, site: &Site, service: ServiceId) -> Result<(), StoreError> {
        let prints: Vec<&str> = self.0.iter().map(String::as_str).collect();
        setting::put(&site.host, &name(service), &prints.join(" ")).await
    }

    /// Whether the client made this rule.
    pub fn holds(&self, rule: &Rule) -> bool {
        rule.direction != "group" && self.0.contains(&print(rule))
    }

    /// Whether the provider has a rule that says the very same: a client's beside it could not be told from it.
    pub fn is_providers(&self, rule: &Rule, present: &[Rule]) -> bool {
        let mark = print(rule);
        !self.0.contains(&mark) && present.iter().any(|there| print(there) == mark)
    }

    /// How many rules at the top are the provider's: no client's rule comes to stand among or above them. A client's rule
    /// that is switched off has no effect, so it ends nothing: its adding was cut short before it stood in its place.
    pub fn below(&self, rules: &[Rule]) -> usize {
        let first = |rule: &Rule| self.holds(rule) && rule.enable;
        let end = rules.iter().position(first).unwrap_or(rules.len());
        let last = rules[..end].iter().rposition(|rule| !self.holds(rule));
        last.map_or(0, |last| last + 1)
    }
}

impl Vm {
    /// Of a VM that another product made: the plain rules it has are its client's, who could make and remove them there.
    pub(super) async fn own_the_rules(&mut self) -> Result<(), Failure> {
        let rules = self.guest()?.rules().await?;
        let plain = |rule: &&Rule| {
            let words = [&rule.macro_name, &rule.iface, &rule.log];
            rule.direction != "group" && rule.enable && words.iter().all(|word| word.is_empty())
        };
        let last = rules.iter().rposition(|rule| rule.direction == "group");
        let theirs = rules.iter().skip(last.map_or(0, |last| last + 1));
        let own = OwnRules(theirs.filter(plain).map(print).collect());
        if !own.0.is_empty() {
            own.keep(&self.site, self.record.service).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: &str) -> Rule {
        Rule {
            direction: if kind == "group" { "group" } else { "in" }.to_owned(),
            comment: if kind == "plain" { "theirs" } else { "own" }.to_owned(),
            enable: kind != "off",
            ..Rule::default()
        }
    }

    #[test]
    fn the_providers_rules_end_where_a_clients_begin() {
        let own = OwnRules(BTreeSet::from([print(&rule("own"))]));
        for (rules, wanted) in [
            ("", 0),
            ("own", 0),
            ("group", 1),
            ("group own", 1),
            ("plain group own plain", 2),
            ("plain own", 1),
            // A group at the end is what is left when no rule of the client's fits.
            ("own group", 0),
            ("group own group", 1),
            ("off group plain own", 3),
            ("off own", 0),
            ("group off own", 1),
        ] {
            let list: Vec<Rule> = rules.split_whitespace().map(rule).collect();
            assert_eq!(own.below(&list), wanted, "{rules}");
        }
    }
}
