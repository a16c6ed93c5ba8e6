//! A VM's firewall. Each of these calls is done when it returns.

use super::VmApi;
use crate::net::Method::{Delete, Get, Post, Put};
use crate::pve::request::Call;
use crate::pve::{FirewallOptions, IpSetEntry, Kind, Params, PveError, Rule};
use std::fmt::Display;

impl VmApi {
    fn firewall(&self, rest: &[&dyn Display]) -> String {
        let mut parts: Vec<&dyn Display> = vec![&"firewall"];
        parts.extend(rest);
        self.path(&parts)
    }

    /// Its options.
    pub async fn firewall_options(&self) -> Result<FirewallOptions, PveError> {
        let path = self.firewall(&[&"options"]);
        let call = Call::new(Get, path, self.named("read the firewall options of"));
        self.cluster.read(call, FirewallOptions::parse).await
    }

    /// Sets what is `Some` in `options`.
    pub async fn set_firewall_options(&self, options: &FirewallOptions) -> Result<(), PveError> {
        let path = self.firewall(&[&"options"]);
        let call = Call::new(Put, path, self.named("set the firewall options of"));
        self.cluster
            .call(call.params(options.params()))
            .await
            .map(drop)
    }

    /// An address set's entries; `None` where there is no such set.
    pub async fn ipset(&self, set: &str) -> Result<Option<Vec<IpSetEntry>>, PveError> {
        let path = self.firewall(&[&"ipset", &set]);
        let call = Call::new(
            Get,
            path,
            format!("{} {set}", self.named("read an address set of")),
        );
        match self.cluster.read(call, IpSetEntry::parse_list).await {
            Ok(entries) => Ok(Some(entries)),
            Err(error) if error.kind == Kind::IpSetMissing => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes an address set; `false`: there is one already.
    pub async fn create_ipset(&self, set: &str) -> Result<bool, PveError> {
        let path = self.firewall(&[&"ipset"]);
        let call = Call::new(
            Post,
            path,
            format!("{} {set}", self.named("make an address set for")),
        );
        let outcome = self
            .cluster
            .call(call.params(Params::new().with("name", set)))
            .await;
        match outcome {
            Ok(_) => Ok(true),
            Err(error) if error.kind == Kind::IpSetExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Puts an address or network into a set; one that is in it is as good.
    pub async fn add_to_ipset(&self, set: &str, cidr: &str) -> Result<(), PveError> {
        let what = format!("put {cidr} into address set {set} of VM {}", self.vmid);
        let call = Call::new(Post, self.firewall(&[&"ipset", &set]), what);
        let outcome = self
            .cluster
            .call(call.params(Params::new().with("cidr", cidr)))
            .await;
        unless(outcome, &Kind::IpSetEntryExists)
    }

    /// Takes an address or network out of a set; one that is not in it is as good.
    pub async fn remove_from_ipset(&self, set: &str, cidr: &str) -> Result<(), PveError> {
        let what = format!("take {cidr} out of address set {set} of VM {}", self.vmid);
        let outcome = self
            .cluster
            .call(Call::new(
                Delete,
                self.firewall(&[&"ipset", &set, &cidr]),
                what,
            ))
            .await;
        unless(outcome, &Kind::IpSetEntryMissing)
    }

    /// Removes an empty address set; one that is not there is as good.
    pub async fn remove_ipset(&self, set: &str) -> Result<(), PveError> {
        let what = format!("remove address set {set} of VM {}", self.vmid);
        let outcome = self
            .cluster
            .call(Call::new(Delete, self.firewall(&[&"ipset", &set]), what))
            .await;
        unless(outcome, &Kind::IpSetMissing)
    }

    /// Its rules in order.
    pub async fn rules(&self) -> Result<Vec<Rule>, PveError> {
        let path = self.firewall(&[&"rules"]);
        let call = Call::new(Get, path, self.named("list the firewall rules of"));
        self.cluster.read(call, Rule::parse_list).await
    }

    /// Adds a rule; Proxmox puts it first.
    pub async fn add_rule(&self, rule: &Rule) -> Result<(), PveError> {
        let path = self.firewall(&[&"rules"]);
        let call = Call::new(Post, path, self.named("add a firewall rule to"));
        self.cluster
            .call(call.params(rule.params()))
            .await
            .map(drop)
    }

    /// Makes the rule at `pos` equal to this one. Its digest keeps the change from hitting another rule.
    pub async fn update_rule(&self, pos: u64, rule: &Rule) -> Result<(), PveError> {
        let path = self.firewall(&[&"rules", &pos]);
        let call = Call::new(Put, path, self.named("change a firewall rule of"));
        self.cluster
            .call(call.params(rule.update_params()))
            .await
            .map(drop)
    }

    /// Moves the rule at `pos` before the one at `to`: to move it to the end, `to` is the number of rules.
    pub async fn move_rule(&self, pos: u64, to: u64, digest: &str) -> Result<(), PveError> {
        let path = self.firewall(&[&"rules", &pos]);
        let call = Call::new(Put, path, self.named("move a firewall rule of"));
        let params = Params::new()
            .with("moveto", to)
            .maybe("digest", some(digest));
        self.cluster.call(call.params(params)).await.map(drop)
    }

    /// Removes the rule at `pos`.
    pub async fn remove_rule(&self, pos: u64, digest: &str) -> Result<(), PveError> {
        let path = self.firewall(&[&"rules", &pos]);
        let call = Call::new(Delete, path, self.named("remove a firewall rule of"));
        self.cluster
            .call(call.params(Params::new().maybe("digest", some(digest))))
            .await
            .map(drop)
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Takes one kind of refusal for success: it says that things are as wanted.
fn unless(outcome: Result<serde_json::Value, PveError>, fine: &Kind) -> Result<(), PveError> {
    match outcome {
        Err(error) if error.kind != *fine => Err(error),
        _ => Ok(()),
    }
}
