//! What a service is to be: a product's settings and a service's configurable options, made one typed [`Plan`].
//!
//! Only this module knows the names of options and product fields. [`catalogue`] lists every field once, with its
//! section, its bounds, its default and the option that overrides it; the product form, the stored row and the plan
//! are all read off that list, so a value is held to the same rule wherever it comes from.

pub mod build;
pub mod catalogue;
pub mod form;
pub mod legacy;
pub mod name;
pub mod product;
pub mod rule;
pub mod service;
pub mod shape;
pub mod sshkey;

pub use crate::model::FieldError;
pub use form::{Banner, Choices, form};
pub use name::{NameFacts, NameRule};
pub use product::Product;
pub use service::{
    ClientFacts, LONGEST_PASSWORD, LegacyConfig, ServerFields, Service, ServiceStatus, is_password,
};
pub use shape::{
    CloneKind, DiskLimits, DiskPlan, FirewallPlan, LogLevel, Mails, NetPlan, NicModel, NodeChoice,
    Permissions, Plan, SnapshotPolicy,
};
