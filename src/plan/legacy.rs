//! The stock setting of the reference product that is known, read once when a product is taken over.

use super::{LegacyConfig, Product};
use crate::model::Vmid;

impl Product {
    /// Defaults with what an old product's settings surely say: `configoption4` holds a VMID, alone or in `VMID|label`. How
    /// `configoption12` lists the client's permissions is not known: it is shown beside the form, and read by a person.
    pub fn from_legacy(config: &LegacyConfig) -> Product {
        let mut product = Product::defaults();
        if let Some(vmid) = template(&config.configoption4) {
            product.set("template", vmid.to_string());
        }
        product
    }
}

fn template(text: &str) -> Option<Vmid> {
    let number = |part: &str| part.trim().parse().ok().and_then(Vmid::new);
    text.split('|').find_map(number)
}
