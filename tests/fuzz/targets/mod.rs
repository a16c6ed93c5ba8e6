//! The parsers of what others wrote, each as a function of bytes. A target holds when nothing panics and what it states about its
//! parser is true.

mod forms;
mod masters;
mod proxmox;
mod servers;
mod words;

/// The name that a target is called by and its seeds are kept under, and the target.
pub type Target = (&'static str, fn(&[u8]));

pub const TARGETS: &[Target] = &[
    ("accounts", forms::accounts),
    ("addresses", words::addresses),
    ("answers", proxmox::answers),
    ("cards", words::cards),
    ("disks", words::disks),
    ("exits", words::exits),
    ("fingerprints", words::fingerprints),
    ("hosts", words::hosts),
    ("json", forms::json),
    ("keys", words::keys),
    ("lenient", forms::lenient),
    ("masters", masters::files),
    ("names", words::names),
    ("notes", proxmox::notes),
    ("old_lists", words::old_lists),
    ("orders", forms::orders),
    ("pools", forms::pools),
    ("products", forms::products),
    ("properties", words::properties),
    ("providers", servers::answers),
    ("rules", forms::rules),
    ("schedules", words::schedules),
    ("servers", words::servers),
    ("sizes", words::sizes),
    ("tags", words::tags),
    ("upids", words::upids),
];
