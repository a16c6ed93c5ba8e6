//! Which name servers failed, as far as one entry from PHP knows.
//!
//! A tick works on many VMs at once, and all of them may need the same name server. If one of them finds that a server
//! fails, the others do not ask it again for the rest of the entry.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use tokio::sync::{Mutex, MutexGuard};

/// The health of all servers that an entry has asked. Cheap to clone; clones share what they know.
#[derive(Clone, Default)]
pub struct ServerHealth(Rc<RefCell<BTreeMap<String, Rc<Health>>>>);

/// The health of one server.
#[derive(Default)]
pub struct Health {
    down: RefCell<Option<String>>,
    alone: Mutex<()>,
}

impl ServerHealth {
    /// The health of the server of this name; a server that was not asked yet counts as well.
    pub fn at(&self, name: &str) -> Rc<Health> {
        let mut known = self.0.borrow_mut();
        Rc::clone(known.entry(name.to_owned()).or_default())
    }
}

impl Health {
    /// Why the server is not asked any more; `None`: it is still asked.
    pub fn down(&self) -> Option<String> {
        self.down.borrow().clone()
    }

    /// The server failed in a way that the next request would meet too. The first reason stays.
    pub fn failed(&self, why: impl Into<String>) {
        self.down.borrow_mut().get_or_insert_with(|| why.into());
    }

    /// Waits until nobody else keeps asking this server after a failure.
    pub async fn alone(&self) -> MutexGuard<'_, ()> {
        self.alone.lock().await
    }
}
