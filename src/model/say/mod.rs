//! Everything that is said to a person, each sentence once, in English: a function for each key.
//!
//! The language files hold the same keys with `said_` before them, in 25 languages.

mod forms;
mod service;
mod staff;

pub use forms::*;
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
    fn the_language_files_have_these_sentences_and_no_others() {
        let service = || SERVICE.iter().chain(STAFF);
        let mut seen = HashSet::new();
        for (module, table) in [
            ("servers/puqProxmoxKVM", service().collect::<Vec<_>>()),
            ("addons/puq_proxmox_kvm", FORMS.iter().collect()),
        ] {
            let texts = texts(module);
            for (key, args, english) in &table {
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
            let known: HashSet<&str> = table.iter().map(|(key, ..)| *key).collect();
            let over: Vec<_> = texts.keys().filter(|key| !known.contains(key.as_str())).collect();
            assert!(over.is_empty(), "{module}: nothing says {over:?} any more");
        }
    }
}
