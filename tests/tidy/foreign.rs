//! What nobody translates is what others said: a text of ours goes out as a sentence with a key.

use super::{code, complain, sources};

/// Where a text without a key is made, and whose text it is.
const FOREIGN: &[(&str, &str)] = &[
    (
        "src/actions/package.rs",
        "numbers, units and names of what was sold",
    ),
    (
        "src/actions/package_row.rs",
        "numbers, units and names of what the VM has",
    ),
    ("src/actions/form_defaults.rs", "a number"),
    (
        "src/actions/traffic.rs",
        "columns of the predecessor's table, for whoever runs the import",
    ),
    (
        "src/actions/zones.rs",
        "what a name server's provider answered",
    ),
    ("src/bridge/selftest.rs", "what a test throws"),
    (
        "src/cron/idle_vms.rs",
        "notes of a step, as the cron prints them",
    ),
    ("src/cron/machines.rs", "a line of the cron, repeated"),
    ("src/cron/problems.rs", "what an earlier version stored"),
    (
        "src/engine/pass.rs",
        "a note of a step, as the cron prints it",
    ),
    (
        "src/ipam/legacy.rs",
        "the rule for a line of a server entry's list",
    ),
    (
        "src/model/sentence.rs",
        "the way in, and what others' errors say",
    ),
    ("src/model/wait.rs", "a task's UPID"),
    (
        "src/model/work_name.rs",
        "a name that a later version stored",
    ),
    ("src/steps/node_fit.rs", "a key of Proxmox's"),
    ("src/store/column.rs", "what an earlier version stored"),
    ("src/store/waiting.rs", "what an earlier version stored"),
];

#[test]
fn a_text_without_a_key_is_somebody_elses() {
    let mut found = vec![];
    let mut used = vec![];
    for source in sources("src", ".rs") {
        let listed = FOREIGN.iter().any(|(path, _)| *path == source.path);
        for (number, line) in code(&source) {
            let Some((_, argument)) = ["Sentence::foreign(", "Self::foreign("]
                .iter()
                .find_map(|made| line.split_once(made))
            else {
                continue;
            };
            used.push(source.path.clone());
            let ours = argument.starts_with('"') && !argument.starts_with("\"\"");
            let tests = source.path == "src/bridge/selftest.rs";
            if !listed || (ours && !tests) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    for (path, whose) in FOREIGN {
        if !used.iter().any(|used| used == path) {
            found.push(format!("{path} makes none any more ({whose})"));
        }
    }
    complain("a text of ours that nobody translates", &found);
}
