//! What is said to people, each sentence once, in English: a function for each key.
//!
//! The language files hold the same keys with `said_` before them, in 25 languages.

mod forms;
mod pages;
mod product;
mod service;
mod staff;

pub use forms::*;
pub use pages::*;
pub use product::*;
pub use service::*;
pub use staff::*;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashSet};

    /// The `said_…` texts of a language file, by key.
    fn texts(module: &str) -> BTreeMap<String, String> {
        let root = env!("CARGO_MANIFEST_DIR");
        let file = format!("{root}/php/modules/{module}/lang/english.php");
        let whole = std::fs::read_to_string(file).unwrap();
        let entry = |line: &str| {
            let (key, text) = line.split_once("'said_")?.1.split_once('\'')?;
            let text = &text[text.find('\'')? + 1..text.rfind('\'')?];
            Some((key.to_owned(), text.replace("\\'", "'")))
        };
        whole.lines().filter_map(entry).collect()
    }

    #[test]
    fn the_language_files_have_these_sentences() {
        let mut seen = HashSet::new();
        for (module, table) in [
            ("servers/puqProxmoxKVM", SERVICE),
            ("servers/puqProxmoxKVM", PAGES),
            ("servers/puqProxmoxKVM", PRODUCT),
            ("servers/puqProxmoxKVM", STAFF),
            ("addons/puq_proxmox_kvm", FORMS),
        ] {
            let texts = texts(module);
            for (key, args, english) in table {
                assert!(seen.insert(*key), "{key} stands twice");
                let mut wanted = (*english).to_owned();
                for arg in *args {
                    assert!(wanted.contains(&format!("{{{arg}}}")), "{key}: {arg}");
                    assert!(arg.bytes().all(|b| b.is_ascii_lowercase()), "{key}: {arg}");
                    wanted = wanted.replace(&format!("{{{arg}}}"), &format!(":{arg}"));
                }
                assert!(!wanted.contains(['{', '}']), "{key}: {wanted}");
                assert_eq!(texts.get(*key), Some(&wanted), "{module}: said_{key}");
            }
        }
    }
}
