//! Rows 1 to 9: what happens between us and the API.

use super::{At, Class, Delivery, Failed, Kind, PveError, Row, fatal, now_if_read, tick};
use crate::model::chain;
use crate::net::{Method, NetError};

/// Rows told by the status alone; asked last, since a text always says more.
pub(super) const STATUS_ROWS: &[Row] = &[
    // AnyEvent::HTTP's own statuses, relayed by pveproxy: 595 is "connection to the other node failed". The node we
    // talk to is fine, so another endpoint would not help.
    Row {
        number: 5,
        at: At::Answer(&[595]),
        text: &[],
        class: tick,
        kind: |_| Kind::NodeUnreachable,
        advice: "the VM's node does not answer; it is tried again once the node is back",
    },
    // The leg between two nodes, or from pveproxy to pvedaemon, was silent for 30 s. The work goes on behind it.
    Row {
        number: 6,
        at: At::Answer(&[596]),
        text: &[],
        class: |seen| {
            if seen.is_read() {
                Class::Tick
            } else {
                Class::Verify
            }
        },
        kind: |_| Kind::ProxyTimeout,
        advice: "Proxmox took longer than 30 s; the work may still finish and is looked at before it is repeated",
    },
    // A stale kept-alive leg inside pveproxy, fixed in libpve-http-server-perl 5.1.2.
    Row {
        number: 7,
        at: At::Answer(&[599]),
        text: &[],
        class: now_if_read,
        kind: |_| Kind::ProxyBroken,
        advice: "a connection inside Proxmox was stale; an update of libpve-http-server-perl mends it",
    },
    Row {
        number: 8,
        at: At::Answer(&[597, 598]),
        text: &[],
        class: now_if_read,
        kind: |_| Kind::ProxyBroken,
        advice: "Proxmox cut its answer short; the VM is looked at before a change is repeated",
    },
    Row {
        number: 9,
        at: At::Answer(&[502, 503, 504]),
        text: &[],
        class: now_if_read,
        kind: |_| Kind::ReverseProxy,
        advice: "a proxy before Proxmox answered in its place; enter the node itself, port 8006",
    },
    // pveproxy never redirects an API call.
    Row {
        number: 9,
        at: At::Answer(&[301, 302, 303, 307, 308]),
        text: &[],
        class: fatal,
        kind: |_| Kind::ReverseProxy,
        advice: "something before Proxmox redirects; enter the node itself, port 8006",
    },
    Row {
        number: 0,
        at: At::Answer(&[501]),
        text: &[],
        class: fatal,
        kind: |_| Kind::MethodUnknown,
        advice: "this Proxmox version does not know the call; update the node",
    },
];

/// Rows 1 to 4: no answer at all.
pub(in crate::pve) fn from_net(what: &str, method: Method, error: &NetError) -> PveError {
    let delivery = if error.may_have_been_sent() {
        Delivery::MaybeSent
    } else {
        Delivery::NotSent
    };
    let (row, class, kind, advice) = match error {
        NetError::Fingerprint { .. } => (
            4,
            Class::Fatal,
            Kind::CertificateUntrusted,
            "compare the fingerprint with the node's certificate page and pin the new one in the server's access hash",
        ),
        NetError::Certificate { .. } => (
            4,
            Class::Fatal,
            Kind::CertificateUntrusted,
            "pin the node's fingerprint, or give the cluster's CA, in the server's access hash",
        ),
        NetError::Setup(_) => (
            4,
            Class::Fatal,
            Kind::Setup,
            "correct the server's access hash or this machine's root certificates",
        ),
        _ if delivery == Delivery::NotSent => (
            1,
            Class::Now,
            Kind::Unreachable,
            "nothing was sent; check that the node is up and its port 8006 open",
        ),
        _ if method.is_read() => (
            2,
            Class::Now,
            Kind::ConnectionLost,
            "it was a read and is simply repeated",
        ),
        _ => (
            3,
            Class::Verify,
            Kind::ConnectionLost,
            "the VM is looked at before anything is repeated",
        ),
    };
    PveError::new(Failed {
        what: what.to_owned(),
        delivery,
        class,
        kind,
        status: None,
        text: chain(error),
        fields: Vec::new(),
        advice: advice.to_owned(),
        row,
    })
}

/// Row 8 as well: a good status with a body that is no answer of Proxmox.
pub(in crate::pve) fn bad_answer(
    what: &str,
    method: Method,
    status: u16,
    text: String,
) -> PveError {
    PveError::new(Failed {
        what: what.to_owned(),
        delivery: Delivery::Answered,
        class: if method.is_read() {
            Class::Now
        } else {
            Class::Verify
        },
        kind: Kind::BadAnswer,
        status: Some(status),
        text,
        fields: Vec::new(),
        advice: "the answer was cut short or is not Proxmox's; check what stands before the node"
            .to_owned(),
        row: 8,
    })
}
