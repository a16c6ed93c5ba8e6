//! The page *Firewall*.

use super::field::Typed;
use super::snapshots::Started;
use super::table::operations;
use crate::model::Sentence;
use serde::Serialize;

operations! {
    /// What the page *Firewall* asks.
    FirewallOp {
        /// Policies and rules as they are.
        "firewall": Looks, Firewall => FirewallList {} -> Firewall,
        /// Sets what becomes of traffic that no rule names.
        "firewall_policies": Alters, Firewall => FirewallPolicies {
            /// To the VM: `ACCEPT` or `DROP`, for staff also `REJECT`.
            policy_in: String,
            /// From the VM.
            policy_out: String,
        } -> Started,
        /// Adds a rule above the others; a client's below the provider's. An empty field is *any*.
        "firewall_rule_add": Alters, Firewall => FirewallRuleAdd {
            /// `in` or `out`.
            direction: Typed,
            /// `ACCEPT` or `DROP`, for staff also `REJECT`.
            verdict: Typed,
            /// Proxmox's word for the protocol.
            protocol: Typed,
            /// An address or a network.
            source: Typed,
            /// A port or a range.
            source_port: Typed,
            /// An address or a network.
            dest: Typed,
            /// A port or a range.
            dest_port: Typed,
            /// A note of one line.
            comment: Typed,
        } -> Started,
        /// Removes a rule.
        "firewall_rule_remove": Alters, Firewall => FirewallRuleRemove {
            /// Its place.
            pos: Option<u64>,
            /// The digest that came with the rules: they are as they were seen.
            digest: String,
        } -> Started,
        /// Moves a rule.
        "firewall_rule_move": Alters, Firewall => FirewallRuleMove {
            /// Its place.
            pos: Option<u64>,
            /// The place it shall have.
            to: Option<u64>,
            /// The digest that came with the rules: they are as they were seen.
            digest: String,
        } -> Started,
    }
}

/// The firewall of a VM.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Firewall {
    /// What becomes of traffic to the VM that no rule names, in Proxmox's word.
    pub policy_in: String,
    /// The same of traffic from the VM.
    pub policy_out: String,
    /// Whether it is on.
    pub enabled: bool,
    /// Why nothing can be changed now.
    pub busy: Option<Sentence>,
    /// How many rules there may be.
    pub limit: usize,
    /// Stands for the rules as they are: sent back with what changes one.
    pub digest: String,
    /// The protocols that a rule may name, in Proxmox's words.
    pub protocols: Vec<Protocol>,
    /// The rules, from the first that is looked at.
    pub rules: Vec<FirewallRule>,
}

/// A protocol.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Protocol {
    /// Proxmox's word.
    pub name: &'static str,
    /// Whether a rule of it may name ports.
    pub ports: bool,
}

/// A rule. An empty text is *any*.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FirewallRule {
    /// Its place, from 0.
    pub pos: u64,
    /// `in`, `out` or `group`.
    pub direction: String,
    /// Proxmox's word for what it does, or the group's name.
    pub verdict: String,
    /// Whether it is looked at.
    pub enabled: bool,
    /// Proxmox's name for a set of ports.
    #[serde(rename = "macro")]
    pub macro_name: String,
    /// The protocol.
    pub protocol: String,
    /// From where.
    pub source: String,
    /// From which ports.
    pub source_port: String,
    /// To where.
    pub dest: String,
    /// To which ports.
    pub dest_port: String,
    /// The note.
    pub comment: String,
}
