//! The settings of a product: one row each, JSON inside.

use super::{StoreError, column};
use crate::host::{HostError, HostHandle};
use crate::model::{ProductId, StorageId};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The stored settings of several products.
pub async fn settings(
    host: &HostHandle,
    products: &[ProductId],
) -> Result<Vec<(ProductId, String)>, StoreError> {
    if products.is_empty() {
        return Ok(vec![]);
    }
    let sql = format!(
        "SELECT product_id, settings FROM puq_proxmox_kvm_products WHERE product_id IN ({})",
        column::marks(products.len())
    );
    let rows = host
        .select(
            sql,
            products.iter().map(|product| json!(product.0)).collect(),
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| {
            (
                ProductId(column::count(row, "product_id")),
                column::text(row, "settings"),
            )
        })
        .collect())
}

/// Whether the settings of any product are stored.
pub async fn any(host: &HostHandle) -> Result<bool, StoreError> {
    let sql = "SELECT product_id FROM puq_proxmox_kvm_products LIMIT 1";
    Ok(!host.select(sql, vec![]).await?.is_empty())
}

/// Stores a product's settings.
pub async fn save(
    host: &HostHandle,
    product: ProductId,
    settings: &str,
    now: i64,
) -> Result<(), StoreError> {
    let update =
        "UPDATE puq_proxmox_kvm_products SET settings = ?, updated_at = ? WHERE product_id = ?";
    if host
        .affect(update, vec![json!(settings), json!(now), json!(product.0)])
        .await?
        == 0
    {
        let insert = "INSERT INTO puq_proxmox_kvm_products (settings, updated_at, product_id) VALUES (?, ?, ?)";
        match host
            .affect(insert, vec![json!(settings), json!(now), json!(product.0)])
            .await
        {
            // The row was there and already equal.
            Ok(_) | Err(HostError::Duplicate(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The storages that products name for their backups.
pub async fn backup_storages(host: &HostHandle) -> Result<BTreeSet<StorageId>, StoreError> {
    let rows = host
        .select("SELECT settings FROM puq_proxmox_kvm_products", vec![])
        .await?;
    let named = rows.iter().filter_map(|row| {
        let settings: Value = serde_json::from_str(&column::text(row, "settings")).ok()?;
        // The kind of storage stands behind a bar.
        let storage = settings["backup_storage"].as_str()?.split('|').next()?;
        (!storage.is_empty()).then(|| StorageId(storage.to_owned()))
    });
    Ok(named.collect())
}

/// Whether any product lets its clients schedule snapshots.
pub async fn any_snapshot_schedule(host: &HostHandle) -> Result<bool, StoreError> {
    // The settings are written by this crate, every field of every product, so the spelling is known.
    let sql = "SELECT product_id FROM puq_proxmox_kvm_products WHERE settings LIKE '%\"snapshot_schedule\":\"1\"%' LIMIT 1";
    Ok(!host.select(sql, vec![]).await?.is_empty())
}
