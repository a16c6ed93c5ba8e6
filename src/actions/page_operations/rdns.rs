//! The page *Reverse DNS*.

use super::field::Form;
use super::table::operations;
use crate::model::Sentence;
use serde::Serialize;

operations! {
    /// What the page *Reverse DNS* asks.
    ReverseDnsOp {
        /// The addresses with their names.
        "rdns": Looks, ReverseDns => ReverseNamesRead {} -> ReverseNames,
        /// Sets names.
        "rdns_save": Alters, ReverseDns => ReverseNamesSave {
            /// Address => host name; an empty name is the service's own.
            names: Form,
        } -> ReverseNamesSaved,
    }
}

/// The reverse names of a service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReverseNames {
    /// Its addresses.
    pub addresses: Vec<ReverseName>,
}

/// The same after they were saved.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReverseNamesSaved {
    /// Its addresses.
    pub addresses: Vec<ReverseName>,
    /// Whether support was asked for what no name server here takes.
    pub ticket: bool,
    /// What a name server did not do yet.
    pub warning: Option<Sentence>,
}

/// The reverse name of an address.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReverseName {
    /// The address.
    pub address: String,
    /// 4 or 6.
    pub family: u8,
    /// The name that was chosen; empty: the service's own.
    pub name: String,
    /// The service's own name.
    pub default: String,
    /// The way a name takes.
    pub way: Way,
}

/// The way a reverse name takes.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Into a zone of ours.
    Dns,
    /// By a ticket to support.
    Ticket,
    /// Into our own record alone, which only the staff may do.
    Kept,
    /// There is none: it cannot be set.
    None,
}
