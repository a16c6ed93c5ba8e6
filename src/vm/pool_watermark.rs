//! How far each pool of addresses was given out.
//!
//! Below a pool's watermark every address that may be given out has a row: it is held, in quarantine, or came back. So the
//! lowest free address is the lowest that came back or, where none did, the first at the watermark; neither takes
//! longer in a pool that is full. A watermark that is too low costs a walk and nothing else, so it is stored once a tick,
//! after the work.
//!
//! # What was slow, and what was tried
//!
//! Reading what is taken in pieces until a gap shows was fine for a pool that fills up, and took 30 times as long in a /16
//! of which 99 in 100 addresses are taken. Starting such a walk at the lowest gap of last time still reads a hundred rows
//! for each address. Rows for all addresses of a pool, made beforehand, cannot be had for IPv6.

use crate::host::HostHandle;
use crate::ipam::{AddressKey, Pool};
use crate::store::{StoreError, setting};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;

struct Watermark {
    /// The pool as it was: with another range or other reservations the watermark begins at the bottom again.
    shape: String,
    at: AddressKey,
    stored: bool,
}

/// The watermarks of a cluster's pools.
#[derive(Default)]
pub struct Watermarks(RefCell<BTreeMap<u64, Watermark>>);

impl Watermarks {
    /// Where the walk through a pool begins.
    pub async fn of(
        &self,
        host: &HostHandle,
        pool: &Pool,
        scope: &str,
    ) -> Result<AddressKey, StoreError> {
        let shape = shape(pool, scope);
        if let Some(watermark) = self.0.borrow().get(&pool.id).filter(|e| e.shape == shape) {
            return Ok(watermark.at);
        }
        let stored = setting::get(host, &name(pool.id)).await?;
        let at = stored
            .as_deref()
            .and_then(|stored| stored.split_once('='))
            .filter(|(of, _)| *of == shape)
            .and_then(|(_, at)| AddressKey::parse(at));
        let watermark = Watermark {
            shape,
            at: at.unwrap_or(pool.range().first),
            stored: true,
        };
        let at = watermark.at;
        self.0.borrow_mut().insert(pool.id, watermark);
        Ok(at)
    }

    /// Everything of the pool below `to` has a row.
    pub fn advance(&self, pool: &Pool, to: AddressKey) {
        if let Some(watermark) = self.0.borrow_mut().get_mut(&pool.id)
            && watermark.at < to
        {
            watermark.at = to;
            watermark.stored = false;
        }
    }

    /// Stores what has moved.
    pub async fn keep(&self, host: &HostHandle) -> Result<(), StoreError> {
        let moved: Vec<(u64, String)> = {
            let mut watermarks = self.0.borrow_mut();
            let moved = watermarks
                .iter_mut()
                .filter(|(_, watermark)| !watermark.stored);
            moved
                .map(|(pool, watermark)| {
                    watermark.stored = true;
                    (*pool, format!("{}={}", watermark.shape, watermark.at))
                })
                .collect()
        };
        for (pool, value) in moved {
            setting::put(host, &name(pool), &value).await?;
        }
        Ok(())
    }
}

fn name(pool: u64) -> String {
    format!("edge:{pool}")
}

fn shape(pool: &Pool, scope: &str) -> String {
    let digest = Sha256::digest(format!("{scope} {}", pool.to_value()));
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
