//! What the addon's pages ask.

use super::dashboard::Dashboard;
use super::field::{Form, Services, Typed};
use super::help::Help;
use super::pools::{Addresses, PoolNames, Pools};
use super::staff::{Attached, Put};
use super::table::operations;
use super::tasks::Tasks;
use super::vms::{VmLog, Vms, VmsActed};
use crate::doctor::Check;
use crate::model::Sentence;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

operations! {
    /// What the addon's pages ask.
    AddonOp {
        /// The numbers at a glance, and what needs a person.
        "dashboard": Looks, None => DashboardRead {} -> Dashboard,
        /// Has a service take the VM that carries its mark.
        "census_adopt": Alters, None => CensusAdopt {
            /// The key of the cluster.
            cluster: String,
            /// The VM's number.
            vmid: Option<u64>,
        } -> Attached,
        /// Removes a VM that carries the mark of a service whose VM it is not.
        "census_remove": Alters, None => CensusRemove {
            /// The key of the cluster.
            cluster: String,
            /// The VM's number.
            vmid: Option<u64>,
        } -> CensusRemoved,
        /// Gives a service whose VM is on no node a new one.
        "census_redeploy": Alters, None => CensusRedeploy {
            /// The key of the cluster.
            cluster: String,
            /// The number on record.
            vmid: Option<u64>,
        } -> Put,
        /// Pools with their use.
        "pools": Looks, None => PoolList {
            /// Only this one.
            id: Option<u64>,
            /// Only those that have an address or a word.
            search: Typed,
            /// The page, from 1.
            page: Option<u64>,
            /// Rows of a page.
            size: Option<u64>,
        } -> Pools,
        /// Where the reverse names of a pool's addresses would go, while its form is filled.
        "pool_names": Looks, None => PoolNamesAsked {
            /// Its fields, as far as they are typed.
            pool: Form,
        } -> PoolNames,
        /// Who has, or had, which address.
        "addresses": Looks, None => AddressesAsked {
            /// Only those of this pool.
            pool: Option<u64>,
            /// An address or a network in any spelling, or a service's number.
            search: Typed,
            /// Those that were given back too.
            past: bool,
            /// The page, from 1.
            page: Option<u64>,
            /// Rows of a page.
            size: Option<u64>,
        } -> Addresses,
        /// Stores a pool.
        "pool_save": SetsUp, None => PoolSave {
            /// Its fields, as `pools` shows them; `id` 0: a new one.
            pool: Form,
        } -> Empty,
        /// Removes a pool; its addresses stay with their services.
        "pool_delete": SetsUp, None => PoolDelete {
            /// Its key.
            id: Option<u64>,
            /// Whether somebody read that it is in use.
            confirmed: bool,
        } -> Empty,
        /// A page of the list of VMs.
        "vms": Looks, None => VmList {
            /// The page, from 1.
            page: Option<u64>,
            /// Rows of a page.
            size: Option<u64>,
            /// What somebody looks for: a number, a part of a name, an e-mail address, a network card's address, or an
            /// address or a network in any spelling.
            search: Typed,
            /// Only services that WHMCS has at this status.
            status: Typed,
            /// Only services in this state.
            vm_status: Typed,
            /// `waiting`: only services that wait; `odd`: only those with whose VM something is odd.
            only: Typed,
            /// What the rows are sorted by.
            sort: Typed,
            /// Whether the greatest comes first.
            descending: bool,
        } -> Vms,
        /// Does one thing to several services, each for itself.
        "vms_act": Alters, None => VmsAct {
            /// `retry`, or `set_dns_records`.
            action: Typed,
            /// The services.
            services: Services,
        } -> VmsActed,
        /// The log of a service.
        "vm_log": Looks, None => VmLogRead {
            /// The service.
            service_id: Option<u64>,
        } -> VmLog,
        /// All zones.
        "zones": Looks, None => ZoneList {} -> Vec<ZoneShown>,
        /// Stores a zone.
        "zone_save": SetsUp, None => ZoneSave {
            /// Its fields, as `zones` shows them; `id` 0: a new one.
            zone: Form,
        } -> Empty,
        /// Asks a zone's name server whether it would take records.
        "zone_test": Looks, None => ZoneTest {
            /// Its key.
            id: Option<u64>,
        } -> ZoneTested,
        /// Removes a zone; its records stay.
        "zone_delete": SetsUp, None => ZoneDelete {
            /// Its key.
            id: Option<u64>,
            /// Whether somebody read that it is in use.
            confirmed: bool,
        } -> Empty,
        /// The settings.
        "settings": Looks, None => SettingsRead {} -> Settings,
        /// Stores settings, all or none.
        "settings_save": SetsUp, None => SettingsSave {
            /// Name => value.
            settings: Form,
        } -> Settings,
        /// The cron's tasks, and how much may be under way at once.
        "tasks": Looks, None => TaskList {} -> Tasks,
        /// Stores how the cron runs, all or none.
        "tasks_save": SetsUp, None => TasksSave {
            /// `hook` or `standalone`.
            mode: Typed,
            /// Seconds after which a run stops itself.
            lock_timeout: Typed,
            /// Task => minutes; 0 switches it off.
            intervals: Form,
        } -> Tasks,
        /// Asks the cluster what the lists of a product's form offer.
        "product_lists": Looks, None => ProductListsAsked {
            /// The product.
            product_id: Option<u64>,
        } -> ProductLists,
        /// What a name rule makes.
        "name_preview": Looks, None => NamePreviewAsked {
            /// The rule.
            rule: Typed,
            /// The main domain.
            domain: Typed,
        } -> NamePreview,
        /// What the manual lists of the product's own tables.
        "help": Looks, None => HelpAsked {} -> Help,
        /// Looks at everything that can be wrong before an order meets it.
        "doctor": Looks, None => DoctorAsked {
            /// The server entry; nothing: the installation alone.
            server_id: Option<u64>,
        } -> Examined,
    }
}

/// Nothing more than that it was done.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Empty {}

/// A VM was removed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CensusRemoved {
    /// What came of it.
    pub said: Sentence,
}

/// A zone. What is not of its kind is absent; a stored secret is shown as `__KEEP__`, and kept when that comes back.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ZoneShown {
    /// Its key.
    pub id: u64,
    /// Its name.
    pub zone: String,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// The fields of its kind.
    #[serde(flatten)]
    pub fields: BTreeMap<String, String>,
}

/// What a name server said.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ZoneTested {
    /// In a sentence.
    pub text: Sentence,
}

/// The settings.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Settings(pub BTreeMap<String, String>);

/// What the lists of a product's form offer.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProductLists {
    /// Field => its entries.
    pub options: BTreeMap<String, Value>,
    /// What is wrong.
    pub banners: Value,
    /// When the cluster was asked, in seconds since 1970; null: never.
    pub at: Option<i64>,
}

/// What a name rule makes.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NamePreview {
    /// The VM's name.
    pub name: String,
    /// The same with its domain.
    pub fqdn: String,
}

/// What the doctor found.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Examined {
    /// The checks.
    pub checks: Vec<Check>,
}
