//! Pools, and who has their addresses.

use super::dashboard::Concerned;
use crate::model::Sentence;
use crate::store::pool::PoolRow;
use serde::Serialize;

/// A page of the list of pools.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Pools {
    /// Pools of all pages.
    pub total: u64,
    /// The pools, in the order they were made.
    pub rows: Vec<PoolShown>,
    /// Rows of a page.
    pub size: u64,
    /// The sizes that a page offers, the usual one first.
    pub sizes: &'static [u64],
}

/// A pool with its use.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PoolShown {
    /// As stored.
    #[serde(flatten)]
    pub row: PoolRow,
    /// The name of its server entry; empty: it is gone.
    pub server: String,
    /// How much of it is in use; absent where the pool makes no sense.
    #[serde(flatten)]
    pub usage: Option<PoolUsage>,
    /// Why the pool makes no sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Sentence>,
}

/// How much of a pool is in use.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PoolUsage {
    /// Addresses in use, as a number that may be long.
    pub used: String,
    /// All its addresses.
    pub total: String,
    /// The share in use.
    pub percent: f64,
    /// Addresses that wait before they are given out again.
    pub quarantine: u64,
    /// The reverse zone that its addresses need.
    pub zone_hint: String,
    /// Where their reverse names go.
    pub names: PoolNames,
}

/// Where reverse names go.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PoolNames {
    /// Whether each of them has a zone.
    pub good: bool,
    /// In a sentence; null: the addresses are not known yet.
    pub text: Option<Sentence>,
}

/// Who has, or had, which address.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Addresses {
    /// The pool they are of; null: of any.
    pub pool: Option<PoolRow>,
    /// Rows of all pages.
    pub total: u64,
    /// By address, who has it before who had it.
    pub rows: Vec<AddressTenure>,
    /// Rows of a page.
    pub size: u64,
    /// The sizes that a page offers, the usual one first.
    pub sizes: &'static [u64],
}

/// An address at one service.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AddressTenure {
    /// As people write it.
    pub address: String,
    /// The bridge it is on.
    pub bridge: String,
    /// The VLAN, 0 for none.
    pub vlan: String,
    /// Whose it is or was.
    #[serde(flatten)]
    pub whose: Concerned,
    /// The VM's number.
    pub vmid: Option<u64>,
    /// Since when, in seconds since 1970; null: since before that was noted.
    pub since: Option<i64>,
    /// Until when; null: it still is.
    pub until: Option<i64>,
}
