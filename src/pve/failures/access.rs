//! Rows 10 to 18: who may ask for what, and how it must be asked.

use super::{At, Class, Delivery, Failed, Kind, PveError, REFUSED, Row, Seen, fatal, now};

/// Texts that are unmistakable.
pub(super) const ROWS: &[Row] = &[
    // PVE::AccessControl (Ticket.pm): the ticket is two hours old, or the nodes' clocks differ.
    Row {
        number: 10,
        at: At::Answer(&[401]),
        text: &["invalid PVE ticket"],
        class: now,
        kind: |_| Kind::TicketExpired,
        advice: "a new sign-in is made once; if that is refused too, check the time on the nodes (NTP)",
    },
    Row {
        number: 13,
        at: At::Answer(&[401]),
        text: &["invalid csrf token"],
        class: now,
        kind: |_| Kind::CsrfExpired,
        advice: "a new sign-in is made once; if that is refused too, check the time on the nodes (NTP)",
    },
    Row {
        number: 12,
        at: At::Answer(&[401]),
        text: &["No ticket"],
        class: fatal,
        kind: |_| Kind::NoCredential,
        advice: "enter an API token; an account with a second factor cannot sign in here",
    },
    // PVE::HTTPServer: the method is not marked `allowtoken`.
    Row {
        number: 16,
        at: At::Answer(&[403]),
        text: &["not available with API token"],
        class: fatal,
        kind: |_| Kind::NeedsTicket,
        advice: "this call needs user and password; report it, since the module should not make it",
    },
    // PVE::GuestHelpers: the datacenter restricts tags (`user-tag-access`, `registered-tags`).
    Row {
        number: 14,
        at: At::Answer(&[400, 403, 500]),
        text: &["Sys.Modify", "modifying tag '"],
        class: fatal,
        kind: |seen| Kind::TagRefused(seen.between("modifying tag '", "'")),
        advice: "the VM is known by its description alone; allow free tags in the datacenter's options (User Tag Access), or give the token Sys.Modify on /",
    },
    Row {
        number: 14,
        at: At::Answer(&[403]),
        text: &["Permission check failed ("],
        class: fatal,
        kind: permission,
        advice: "give the token a role with this privilege on this path (a token with privilege separation needs its own)",
    },
    // PVE 9 dropped VM.Monitor; a role made for 8 is refused there.
    Row {
        number: 15,
        at: At::Answer(REFUSED),
        text: &["invalid privilege '"],
        class: fatal,
        kind: |_| Kind::UnknownPrivilege,
        advice: "this Proxmox version does not know the privilege; make the role for its version",
    },
    Row {
        number: 17,
        at: At::Answer(REFUSED),
        text: &["Only root may use this option"],
        class: fatal,
        kind: |_| Kind::RootOnly,
        advice: "only root@pam may set this; remove it from the template or set it by hand",
    },
    Row {
        number: 17,
        at: At::Either(REFUSED),
        text: &["only root can set '"],
        class: fatal,
        kind: |_| Kind::RootOnly,
        advice: "only root@pam may set this; remove it from the template or set it by hand",
    },
    // pveproxy takes 512 KiB of a form.
    Row {
        number: 0,
        at: At::Answer(&[501]),
        text: &["for data too large"],
        class: fatal,
        kind: |_| Kind::BadParameter,
        advice: "the request is larger than Proxmox takes; shorten the SSH keys or the description",
    },
];

/// Texts so wide that every narrower row must have had its turn.
pub(super) const WIDE_ROWS: &[Row] = &[
    Row {
        number: 18,
        at: At::Answer(&[400]),
        text: &["Parameter verification failed"],
        class: fatal,
        kind: |_| Kind::BadParameter,
        advice: "correct the product setting that this parameter comes from",
    },
    // "Authentication failed!" for tokens, "authentication failure" for passwords, and whatever a realm says.
    Row {
        number: 11,
        at: At::Answer(&[401]),
        text: &[],
        class: fatal,
        kind: |_| Kind::BadToken,
        advice: "check user name, token and secret of the server, and that the token is neither expired nor disabled",
    },
    Row {
        number: 14,
        at: At::Answer(&[403]),
        text: &[],
        class: fatal,
        kind: permission,
        advice: "give the token the rights it lacks; the doctor page lists them",
    },
];

/// `Permission check failed (/vms/9000, VM.Clone)`.
fn permission(seen: &Seen<'_>) -> Kind {
    let inside = seen.between("Permission check failed (", ")");
    let (path, privilege) = inside.split_once(',').unwrap_or((&inside, ""));
    Kind::PermissionDenied {
        path: path.trim().to_owned(),
        privilege: privilege.trim().to_owned(),
    }
}

/// Row 12 as well: the sign-in was accepted but only as its first half.
pub(in crate::pve) fn second_factor(what: &str) -> PveError {
    PveError::new(Failed {
        what: what.to_owned(),
        delivery: Delivery::Answered,
        class: Class::Fatal,
        kind: Kind::NoCredential,
        status: Some(200),
        text: "the account asks for a second factor".to_owned(),
        fields: Vec::new(),
        advice: "enter an API token; an account with a second factor cannot sign in here"
            .to_owned(),
        row: 12,
    })
}
