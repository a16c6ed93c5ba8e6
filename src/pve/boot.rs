//! The boot order and the guest agent's switch.

use super::PropertyString;
use super::lenient::flag_text;
use std::fmt;

/// `boot:`, new (`order=scsi0;net0`) or old (`cdn`, letters for disk, CD, network).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BootOrder {
    /// Devices in order.
    Devices(Vec<String>),
    /// The old letters; which disk is meant stands in `bootdisk`.
    Letters(String),
}

impl BootOrder {
    /// Reads a config's value.
    pub fn parse(text: &str) -> Self {
        let list = PropertyString::parse(text);
        match list.get("order") {
            Some(order) => Self::Devices(
                order
                    .split(';')
                    .filter(|d| !d.is_empty())
                    .map(str::to_owned)
                    .collect(),
            ),
            None => Self::Letters(list.get_default("legacy").unwrap_or_default().to_owned()),
        }
    }

    /// The devices in order; none for the old letters.
    pub fn devices(&self) -> &[String] {
        match self {
            Self::Devices(devices) => devices,
            Self::Letters(_) => &[],
        }
    }
}

impl fmt::Display for BootOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Devices(devices) => write!(f, "order={}", devices.join(";")),
            Self::Letters(letters) => f.write_str(letters),
        }
    }
}

/// `agent:`, whether the guest agent is expected to answer.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Agent(PropertyString);

impl Agent {
    /// Reads a config's value.
    pub fn parse(text: &str) -> Self {
        Self(PropertyString::parse(text))
    }

    /// Whether it is switched on.
    pub fn enabled(&self) -> bool {
        self.0
            .get_default("enabled")
            .and_then(flag_text)
            .unwrap_or(false)
    }
}

impl fmt::Display for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_boot_forms_read_back() {
        for text in ["order=scsi0;ide2;net0", "order=", "cdn"] {
            assert_eq!(BootOrder::parse(text).to_string(), text);
        }
        assert_eq!(
            BootOrder::parse("order=scsi0;net0").devices(),
            ["scsi0", "net0"]
        );
        assert_eq!(
            BootOrder::parse("legacy=cdn"),
            BootOrder::Letters("cdn".to_owned())
        );
    }

    #[test]
    fn the_agent_switch_reads_in_each_form() {
        for (text, on) in [
            ("1", true),
            ("enabled=1,fstrim_cloned_disks=1", true),
            ("0", false),
            ("", false),
        ] {
            assert_eq!(Agent::parse(text).enabled(), on, "{text}");
            assert_eq!(Agent::parse(text).to_string(), text);
        }
    }
}
