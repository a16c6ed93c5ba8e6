//! What is to be done once a service's VM is free.

use super::vm::VmRecord;
use crate::model::Wish;

impl VmRecord {
    /// What is to be done first once the VM is free.
    pub fn next_wanted(&self) -> Option<Wish> {
        self.wanted.first()
    }

    /// Whether this is to be done once the VM is free.
    pub fn wants(&self, wish: Wish) -> bool {
        self.wanted.has(wish)
    }

    /// Adds to what is to be done once the VM is free.
    pub fn want(&mut self, wish: Wish) {
        self.wanted.add(wish);
    }

    /// Takes this off what is to be done.
    pub fn unwant(&mut self, wish: Wish) {
        self.wanted.remove(wish);
    }
}
