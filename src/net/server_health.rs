//! Servers of others, as one entry from PHP has found them.
//!
//! A tick works on many VMs at once, and all of them may need the same name server. What one of them learns, the others
//! need not learn by waiting: who failed is left alone for the rest of the entry.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use tokio::sync::{Mutex, MutexGuard};

/// All places an entry has had to do with. Cheap to clone; clones share what they know.
#[derive(Clone, Default)]
pub struct ServerHealth(Rc<RefCell<BTreeMap<String, Rc<Health>>>>);

/// One of them.
#[derive(Default)]
pub struct Health {
    down: RefCell<Option<String>>,
    alone: Mutex<()>,
}

impl ServerHealth {
    /// The place of this name; unknown ones are taken to be well.
    pub fn at(&self, name: &str) -> Rc<Health> {
        let mut known = self.0.borrow_mut();
        Rc::clone(known.entry(name.to_owned()).or_default())
    }
}

impl Health {
    /// Why it is not asked any more; `None`: it is.
    pub fn down(&self) -> Option<String> {
        self.down.borrow().clone()
    }

    /// It failed in a way that the next request would meet as well. The first reason stays.
    pub fn failed(&self, why: impl Into<String>) {
        self.down.borrow_mut().get_or_insert_with(|| why.into());
    }

    /// Waits until nobody else insists on an answer of this place.
    pub async fn alone(&self) -> MutexGuard<'_, ()> {
        self.alone.lock().await
    }
}
