//! The two stock settings of the reference product that are known, read once when a product is taken over.

use super::{LegacyConfig, Product};
use crate::model::Vmid;

/// The words the old permission list may use, without case and without anything but letters, and the field of each.
const PERMISSIONS: [(&str, &[&str]); 9] = [
    ("start", &["start", "vmstart"]),
    ("stop", &["stop", "vmstop"]),
    ("console", &["novnc", "vnc", "console"]),
    ("charts", &["charts", "chart", "graphs"]),
    ("reinstall", &["reinstall"]),
    ("reset_password", &["resetpassword", "password"]),
    ("rdns", &["revdns", "rdns", "reversedns"]),
    ("iso", &["iso", "isomount"]),
    ("firewall", &["firewall"]),
];

impl Product {
    /// Defaults with what an old product's settings say. `configoption4` holds a VMID, alone or in `VMID|label`;
    /// `configoption12` a list of the permissions that are given. What is not understood stays at its default.
    pub fn from_legacy(config: &LegacyConfig) -> Product {
        let mut product = Product::defaults();
        if let Some(vmid) = template(&config.configoption4) {
            product.set("template", vmid.to_string());
        }
        let given = permissions(&config.configoption12);
        if !given.is_empty() {
            for (key, _) in PERMISSIONS {
                // The old product had no firewall page: its list cannot take that permission away.
                let on = key == "firewall" || given.contains(&key);
                product.set(key, if on { "1" } else { "0" });
            }
        }
        product
    }
}

fn template(text: &str) -> Option<Vmid> {
    let number = |part: &str| part.trim().parse().ok().and_then(Vmid::new);
    text.split('|').find_map(number)
}

/// The permissions a list names. Words are parted by whatever stands between them but spaces, hyphens and underscores.
fn permissions(text: &str) -> Vec<&'static str> {
    let parted = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, ' ' | '-' | '_');
    let bare = |word: &str| {
        word.chars()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
            .to_ascii_lowercase()
    };
    let named = |word: String| {
        PERMISSIONS
            .iter()
            .find(|(_, names)| names.contains(&word.as_str()))
            .map(|(key, _)| *key)
    };
    text.split(parted)
        .filter_map(|word| named(bare(word)))
        .collect()
}
