//! One line of the staff's table of what was sold: a value as people read it.

use super::page_operations::PlanRow;
use crate::model::{Sentence, say};

/// Bytes of a GiB.
pub(super) const GIB: f64 = (1u64 << 30) as f64;

pub(super) fn limited((mbps, iops): (f64, u64)) -> Sentence {
    let mut parts = vec![];
    if mbps > 0.0 {
        parts.push(number(mbps, "MB/s"));
    }
    if iops > 0 {
        parts.push(format!("{iops} IOPS"));
    }
    match parts.is_empty() {
        true => say::stock_unlimited(),
        false => Sentence::foreign(parts.join(" · ")),
    }
}

pub(super) fn megabytes(mbps: f64) -> Sentence {
    limited((mbps, 0))
}

pub(super) fn mebibytes(mib: u64) -> String {
    match mib >= 1024 {
        true => number(mib as f64 / 1024.0, "GiB"),
        false => format!("{mib} MiB"),
    }
}

/// At most two digits behind the point.
pub(super) fn number(value: f64, unit: &str) -> String {
    format!("{} {unit}", (value * 100.0).round() / 100.0)
}

pub(super) fn tag(vlan: u16) -> Sentence {
    match vlan {
        0 => say::sold_none(),
        tag => Sentence::foreign(tag.to_string()),
    }
}

pub(super) fn switch(on: bool) -> Sentence {
    match on {
        true => say::sold_on(),
        false => say::sold_off(),
    }
}

/// Proxmox's names of what is let through or looked at.
const FILTERS: [&str; 5] = ["dhcp", "ndp", "radv", "macfilter", "ipfilter"];

pub(super) fn listed(on: &[bool; 5]) -> Sentence {
    let named = FILTERS.iter().zip(on).filter(|(_, on)| **on);
    let named: Vec<&str> = named.map(|(name, _)| *name).collect();
    match named.is_empty() {
        true => say::sold_none(),
        false => Sentence::foreign(named.join(", ")),
    }
}

/// A value as it is shown.
pub(super) trait Shown {
    fn shown(self) -> Sentence;
}

impl Shown for Sentence {
    fn shown(self) -> Sentence {
        self
    }
}

impl Shown for String {
    fn shown(self) -> Sentence {
        Sentence::foreign(self)
    }
}

impl Shown for &str {
    fn shown(self) -> Sentence {
        Sentence::foreign(self)
    }
}

pub(super) fn row(label: &'static str, sold: impl Shown) -> PlanRow {
    PlanRow {
        label,
        value: sold.shown(),
        real: None,
        differs: false,
        todo: None,
    }
}

impl PlanRow {
    /// Why nobody knows what was sold.
    pub(super) fn error(why: Sentence) -> Self {
        row("error", why)
    }

    /// With what the VM has.
    pub(super) fn really(self, real: Option<impl Shown>, differs: bool) -> Self {
        let real = real.map(Shown::shown);
        Self {
            real,
            differs,
            ..self
        }
    }

    /// With what there is to do, if it differs.
    pub(super) fn mended(self, todo: Sentence) -> Self {
        let todo = self.differs.then_some(todo);
        Self { todo, ..self }
    }
}
