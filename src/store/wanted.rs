//! What is to be done once a VM is free: calls of WHMCS that came while a backup or a flow was under way, and the start
//! after a roll-back. Words in order, separated by blanks, in the service's row.

use super::vm::VmRecord;

impl VmRecord {
    /// What is to be done first once the VM is free.
    pub fn next_wanted(&self) -> Option<&str> {
        self.wanted.split_whitespace().next()
    }

    /// Whether this is to be done once the VM is free.
    pub fn wants(&self, word: &str) -> bool {
        self.wanted.split_whitespace().any(|known| known == word)
    }

    /// Adds to what is to be done once the VM is free; what is there already stays where it is.
    pub fn want(&mut self, word: &str) {
        if !self.wants(word) {
            self.wanted = format!("{} {word}", self.wanted).trim().to_owned();
        }
    }

    /// Takes this off what is to be done.
    pub fn unwant(&mut self, word: &str) {
        let rest: Vec<&str> = self
            .wanted
            .split_whitespace()
            .filter(|known| *known != word)
            .collect();
        self.wanted = rest.join(" ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OwnerMark, ProductId, ServerId, ServiceId};

    #[test]
    fn words_keep_their_order_and_stand_once() {
        let mark = OwnerMark::new(&"a".repeat(32)).unwrap();
        let mut record = VmRecord::ordered(ServiceId(1), ServerId(1), ProductId(1), mark, 0);
        assert_eq!(record.next_wanted(), None);
        record.want("change_package");
        record.want("suspend");
        record.want("change_package");
        assert_eq!(record.wanted, "change_package suspend");
        assert_eq!(record.next_wanted(), Some("change_package"));
        record.unwant("change_package");
        assert!(record.wants("suspend") && !record.wants("change_package"));
        assert_eq!(record.next_wanted(), Some("suspend"));
    }
}
