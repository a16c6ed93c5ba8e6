//! Every call of Proxmox's API that the product makes. What is not listed here cannot be sent.
//!
//! The list is what a review, the doctor's privileges and the tests start from: each line is exercised by a test, and a
//! request that fits none is refused by the client itself before it leaves.

use crate::net::Method::{self, Delete, Get, Post, Put};

/// One call: its method and its path below `/api2/json`, variable parts in braces.
pub type Endpoint = (Method, &'static str);

/// All calls, by subject.
pub const ENDPOINTS: &[Endpoint] = &[
    // Who we are and what we may do.
    (Get, "/version"),
    (Post, "/access/ticket"),
    (Get, "/access/permissions"),
    (Get, "/access/roles"),
    // The cluster.
    (Get, "/cluster/status"),
    (Get, "/cluster/resources"),
    (Get, "/cluster/options"),
    (Get, "/cluster/nextid"),
    (Get, "/cluster/firewall/options"),
    (Get, "/storage"),
    // Nodes, their storages and their tasks.
    (Get, "/nodes/{node}/time"),
    (Get, "/nodes/{node}/network"),
    (Get, "/nodes/{node}/certificates/info"),
    (Get, "/nodes/{node}/storage/{storage}/content"),
    (Delete, "/nodes/{node}/storage/{storage}/content/{volume}"),
    (Get, "/nodes/{node}/tasks"),
    (Get, "/nodes/{node}/tasks/{upid}/status"),
    (Get, "/nodes/{node}/tasks/{upid}/log"),
    (Post, "/nodes/{node}/vzdump"),
    // Making, moving and removing a VM; a restore is a creation.
    (Post, "/nodes/{node}/qemu"),
    (Delete, "/nodes/{node}/qemu/{vmid}"),
    (Post, "/nodes/{node}/qemu/{vmid}/clone"),
    (Post, "/nodes/{node}/qemu/{vmid}/migrate"),
    // Its configuration and disks; an ISO image is mounted by the configuration.
    (Get, "/nodes/{node}/qemu/{vmid}/config"),
    (Put, "/nodes/{node}/qemu/{vmid}/config"),
    (Post, "/nodes/{node}/qemu/{vmid}/config"),
    (Get, "/nodes/{node}/qemu/{vmid}/pending"),
    (Put, "/nodes/{node}/qemu/{vmid}/resize"),
    (Post, "/nodes/{node}/qemu/{vmid}/move_disk"),
    (Put, "/nodes/{node}/qemu/{vmid}/unlink"),
    // Its power, its guest, its history, its console.
    (Get, "/nodes/{node}/qemu/{vmid}/status/current"),
    (Post, "/nodes/{node}/qemu/{vmid}/status/start"),
    (Post, "/nodes/{node}/qemu/{vmid}/status/stop"),
    (Post, "/nodes/{node}/qemu/{vmid}/status/shutdown"),
    (Post, "/nodes/{node}/qemu/{vmid}/status/reboot"),
    (Post, "/nodes/{node}/qemu/{vmid}/status/resume"),
    (Get, "/nodes/{node}/qemu/{vmid}/rrddata"),
    (Post, "/nodes/{node}/qemu/{vmid}/vncproxy"),
    (Get, "/nodes/{node}/qemu/{vmid}/vncwebsocket"),
    // Its snapshots.
    (Get, "/nodes/{node}/qemu/{vmid}/snapshot"),
    (Post, "/nodes/{node}/qemu/{vmid}/snapshot"),
    (Delete, "/nodes/{node}/qemu/{vmid}/snapshot/{snapname}"),
    (
        Post,
        "/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/rollback",
    ),
    // Its firewall.
    (Get, "/nodes/{node}/qemu/{vmid}/firewall/options"),
    (Put, "/nodes/{node}/qemu/{vmid}/firewall/options"),
    (Get, "/nodes/{node}/qemu/{vmid}/firewall/rules"),
    (Post, "/nodes/{node}/qemu/{vmid}/firewall/rules"),
    (Put, "/nodes/{node}/qemu/{vmid}/firewall/rules/{pos}"),
    (Delete, "/nodes/{node}/qemu/{vmid}/firewall/rules/{pos}"),
    (Post, "/nodes/{node}/qemu/{vmid}/firewall/ipset"),
    (Get, "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}"),
    (Post, "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}"),
    (Delete, "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}"),
    (
        Delete,
        "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}/{cidr}",
    ),
];

/// The line a request belongs to. `path` is the encoded path below `/api2/json`, without its query: a slash within a part
/// (a volume, a network) is encoded there, so parts compare one by one.
pub fn endpoint(method: Method, path: &str) -> Option<&'static Endpoint> {
    let fits = |pattern: &str| {
        let mut parts = path.split('/');
        pattern.split('/').all(|wanted| {
            parts
                .next()
                .is_some_and(|part| wanted == part || (wanted.starts_with('{') && !part.is_empty()))
        }) && parts.next().is_none()
    };
    ENDPOINTS
        .iter()
        .find(|(known, pattern)| *known == method && fits(pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_belongs_to_the_line_that_fits_it_whole() {
        let known = |method, path| endpoint(method, path).map(|(_, pattern)| *pattern);
        assert_eq!(
            known(Get, "/nodes/pve/qemu/2001/config"),
            Some("/nodes/{node}/qemu/{vmid}/config")
        );
        assert_eq!(
            known(
                Delete,
                "/nodes/pve/storage/local/content/local%3Abackup%2Fx.vma"
            ),
            Some("/nodes/{node}/storage/{storage}/content/{volume}")
        );
        for (method, path) in [
            (Delete, "/nodes/pve/qemu/2001/config"),
            (Get, "/nodes/pve/qemu/2001/config/x"),
            (Get, "/nodes//qemu/2001/config"),
            (Post, "/access/users"),
            (Get, ""),
        ] {
            assert_eq!(known(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn no_line_stands_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for (method, pattern) in ENDPOINTS {
            assert!(
                seen.insert(format!("{method} {pattern}")),
                "{method} {pattern}"
            );
        }
    }
}
