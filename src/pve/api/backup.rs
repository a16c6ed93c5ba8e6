//! Backing a VM up and restoring it.

use super::task::upid;
use crate::model::{NodeName, StorageId, Vmid};
use crate::net::Method::Post;
use crate::pve::request::{Call, node_path};
use crate::pve::{Cluster, Params, PveError, Upid};

/// A backup to be made.
#[derive(Clone, Debug)]
pub struct Backup {
    /// The VM.
    pub vmid: Vmid,
    /// Where it goes.
    pub storage: StorageId,
    /// `snapshot`, `suspend` or `stop`.
    pub mode: String,
    /// `zstd`, `lzo`, `gzip` or `0`; `None` for a backup server, which compresses by itself.
    pub compress: Option<String>,
    /// Its note, word for word.
    pub notes: String,
    /// Whether the storage's own prune rule runs afterwards; `None` is Proxmox's default (it does).
    pub prune: Option<bool>,
}

/// A restore over a VM, or to a new number.
#[derive(Clone, Debug)]
pub struct Restore {
    /// The VM to be written over, or a free number.
    pub vmid: Vmid,
    /// The backup's volume.
    pub archive: String,
    /// Where the disks go; `None` is where they were.
    pub storage: Option<StorageId>,
    /// Whether an existing VM of that number is written over. It must be off.
    pub force: bool,
    /// Whether the copy gets new MAC addresses, since it stands beside the original.
    pub unique: bool,
}

/// A note as `notes-template` takes it: backslash and line break are escaped there, and `{{name}}` would be filled in
/// (PVE::VZDump), so no opening brace stands directly before another.
fn template(notes: &str) -> String {
    let mut text = String::with_capacity(notes.len());
    for letter in notes.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '{' if text.ends_with('{') => text.push_str(" {"),
            letter => text.push(letter),
        }
    }
    text
}

impl Cluster {
    /// Starts a backup on the VM's node.
    pub async fn backup(&self, node: &NodeName, backup: &Backup) -> Result<Upid, PveError> {
        let notes = (!backup.notes.is_empty()).then(|| template(&backup.notes));
        let params = Params::new()
            .with("vmid", backup.vmid)
            .with("storage", &backup.storage)
            .with("mode", &backup.mode)
            .maybe("compress", backup.compress.as_ref())
            .maybe("notes-template", notes)
            .maybe("remove", backup.prune.map(u8::from));
        let what = format!("back up VM {} on {node} to {}", backup.vmid, backup.storage);
        let call = Call::new(Post, node_path(node, &[&"vzdump"]), what).params(params);
        upid(&call.clone(), &self.call(call).await?)
    }

    /// Starts a restore on a node. While it runs the VM's config shows `lock: create`.
    pub async fn restore(&self, node: &NodeName, restore: &Restore) -> Result<Upid, PveError> {
        let on = |flag: bool| flag.then_some(1);
        let params = Params::new()
            .with("vmid", restore.vmid)
            .with("archive", &restore.archive)
            .maybe("storage", restore.storage.as_ref())
            .maybe("force", on(restore.force))
            .maybe("unique", on(restore.unique));
        let what = format!(
            "restore VM {} on {node} from {}",
            restore.vmid, restore.archive
        );
        let call = Call::new(Post, node_path(node, &[&"qemu"]), what).params(params);
        upid(&call.clone(), &self.call(call).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_arrives_as_it_was_written() {
        assert_eq!(template("a\\b\n{{vmid}}"), "a\\\\b\\n{ {vmid}}");
        assert_eq!(template("{{{cluster}}"), "{ { {cluster}}");
    }

    /// Every text of up to seven letters of this alphabet: none of them names a variable of Proxmox's.
    #[test]
    fn no_note_holds_two_opening_braces_in_a_row() {
        const LETTERS: [char; 5] = ['{', '}', '\\', '\n', 'a'];
        let mut notes = vec![String::new()];
        for _ in 0..7 {
            let longer = notes
                .iter()
                .flat_map(|note| LETTERS.map(|letter| format!("{note}{letter}")));
            notes = longer.collect();
            for note in &notes {
                let sent = template(note);
                assert!(!sent.contains("{{"), "{note:?} became {sent:?}");
                // As PVE::VZDump reads it: backslash and line break come back, and nothing else was lost.
                let read = sent
                    .replace("\\\\", "\u{1}")
                    .replace("\\n", "\n")
                    .replace('\u{1}', "\\");
                assert_eq!(read.replace(' ', ""), *note);
            }
        }
    }
}
