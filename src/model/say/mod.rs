//! What is said to people, each sentence once, in English: a function for each key.
//!
//! The language files hold the same keys with `said_` before them, in 25 languages.

mod census;
mod doctor;
mod forms;
mod pages;
mod product;
mod service;
mod staff;
mod waits;

pub(crate) use census::*;
pub(crate) use doctor::*;
pub(crate) use forms::*;
pub(crate) use pages::*;
pub(crate) use product::*;
pub(crate) use service::*;
pub(crate) use staff::*;
pub(crate) use waits::*;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    type Table = &'static [(&'static str, &'static [&'static str], &'static str)];

    /// The folder of language files for each table.
    const MODULES: &[(&str, &[Table])] = &[
        (
            "servers/puqProxmoxKVM/lang/said",
            &[SERVICE, WAITS, PAGES, PRODUCT, STAFF, CENSUS],
        ),
        ("servers/puqProxmoxKVM/lang/doctor", &[DOCTOR]),
        ("addons/puq_proxmox_kvm/lang", &[FORMS]),
    ];

    /// The language files of a folder; the one in WHMCS's own spelling of Ukrainian includes the other.
    fn files(module: &str) -> Vec<PathBuf> {
        let root = env!("CARGO_MANIFEST_DIR");
        let folder = format!("{root}/php/modules/{module}");
        let files = std::fs::read_dir(folder).unwrap();
        let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        files.retain(|file| {
            file.extension().is_some_and(|end| end == "php") && !file.ends_with("ukranian.php")
        });
        files
    }

    /// The `said_…` texts of a language file, by key.
    fn texts(file: &Path) -> BTreeMap<String, String> {
        let whole = std::fs::read_to_string(file).unwrap();
        let entry = |line: &str| {
            let (key, text) = line.split_once("'said_")?.1.split_once('\'')?;
            let text = &text[text.find('\'')? + 1..text.rfind('\'')?];
            let plain = text.replace("\\'", "'").replace("\\\\", "\\");
            Some((key.to_owned(), plain))
        };
        whole.lines().filter_map(entry).collect()
    }

    /// The names of the arguments that a text puts in: what follows a colon, as PHP reads it.
    fn names(text: &str) -> BTreeSet<&str> {
        let named = |rest: &'_ str| rest.bytes().take_while(u8::is_ascii_lowercase).count();
        let after = text.match_indices(':').map(|(at, _)| &text[at + 1..]);
        after
            .map(|rest| &rest[..named(rest)])
            .filter(|name| !name.is_empty())
            .collect()
    }

    #[test]
    fn every_language_has_these_sentences_with_these_arguments_and_no_others() {
        let mut seen = BTreeSet::new();
        for (module, tables) in MODULES {
            let rows = || tables.iter().copied().flatten();
            for (key, args, english) in rows() {
                assert!(seen.insert(*key), "{key} stands twice");
                for arg in *args {
                    assert!(english.contains(&format!("{{{arg}}}")), "{key}: {arg}");
                    assert!(arg.bytes().all(|b| b.is_ascii_lowercase()), "{key}: {arg}");
                }
            }
            let files = files(module);
            assert_eq!(files.len(), 25, "{module}");
            for file in files {
                let place = file.display();
                let mut texts = texts(&file);
                for (key, args, english) in rows() {
                    let text = texts.remove(*key);
                    let text = text.unwrap_or_else(|| panic!("{place} lacks said_{key}"));
                    let args: BTreeSet<&str> = args.iter().copied().collect();
                    assert_eq!(names(&text), args, "{place}: {key}");
                    if file.ends_with("english.php") {
                        let wanted = english.replace('{', ":").replace('}', "");
                        assert_eq!(text, wanted, "{place}: {key}");
                    }
                }
                assert!(texts.is_empty(), "{place}: nobody says {texts:?}");
            }
        }
    }

    #[test]
    fn no_english_sentence_stands_twice() {
        let mut seen = BTreeMap::new();
        for (_, tables) in MODULES {
            for (key, _, english) in tables.iter().copied().flatten() {
                let other = seen.insert(*english, *key);
                assert_eq!(other, None, "{key}: {english}");
            }
        }
    }
}
