//! How often a click, a page and a tick go to WHMCS's database.

use crate::support::counts;

/// Prints the counts.
pub fn measure() {
    for (name, taken) in counts::measure() {
        println!(
            "{name}: {} calls into PHP, {} of them refused by the database; {} requests to Proxmox",
            taken.host_calls,
            taken.refused,
            taken.requests.len()
        );
        println!("figure {name} {}", taken.host_calls);
    }
}
