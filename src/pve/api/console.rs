//! The VNC console: a ticket of Proxmox's and the way to its websocket. Both stay between gateway and node.

#![allow(
    dead_code,
    reason = "the page of the console that makes these calls is yet to come"
)]

use super::VmApi;
use super::task::maybe_upid;
use crate::model::Secret;
use crate::net::Method::{Get, Post};
use crate::pve::failures::bad_answer;
use crate::pve::lenient::Fields;
use crate::pve::request::Call;
use crate::pve::{Cluster, Params, PveError, Upid};

/// Proxmox's answer to `vncproxy`. It is good for a few seconds and for one connection.
#[derive(Clone, Debug)]
pub struct VncTicket {
    /// The port on the node, to be named to the websocket.
    pub port: u16,
    /// The ticket, to be named to the websocket; without an own password it is the VNC password too.
    pub ticket: Secret,
    /// The VNC password, where one was asked for.
    pub password: Option<Secret>,
    /// The proxy's task.
    pub upid: Option<Upid>,
}

impl VncTicket {
    /// What VNC's own sign-in takes.
    pub fn vnc_password(&self) -> &Secret {
        self.password.as_ref().unwrap_or(&self.ticket)
    }
}

impl VmApi {
    /// Opens the VM's VNC for one connection by websocket.
    pub async fn vnc_ticket(&self, own_password: bool) -> Result<VncTicket, PveError> {
        let params = Params::new()
            .flag("websocket", true)
            .maybe("generate-password", own_password.then_some(1));
        let call = Call::new(
            Post,
            self.path(&[&"vncproxy"]),
            self.named("open the console of"),
        )
        .params(params);
        let data = self.cluster.call(call.clone()).await?;
        let fields = Fields::of(&data);
        let port = fields
            .whole("port")
            .and_then(|port| u16::try_from(port).ok());
        let (Some(port), Some(ticket)) = (port, fields.text("ticket")) else {
            let text = "Proxmox's answer names no console port and ticket".to_owned();
            return Err(bad_answer(&call.what, call.method, 200, text));
        };
        let upid = fields
            .get("upid")
            .map(|upid| maybe_upid(&call, upid))
            .transpose()?
            .flatten();
        let password = fields.text("password").map(Secret::new);
        Ok(VncTicket {
            port,
            ticket: Secret::new(ticket),
            password,
            upid,
        })
    }

    /// Path and query of the websocket that belongs to a ticket, from `/api2/json` on.
    pub fn vnc_websocket(&self, ticket: &VncTicket) -> Secret {
        let params = Params::new()
            .with("port", ticket.port)
            .with("vncticket", ticket.ticket.expose());
        let call = Call::new(Get, self.path(&[&"vncwebsocket"]), "open the console");
        Secret::new(call.params(params).encoded().0)
    }
}

impl Cluster {
    /// The headers that prove who asks, for the gateway's websocket.
    pub async fn authorization(&self) -> Result<Vec<(String, Secret)>, PveError> {
        let headers = self.read_credentials().await?;
        Ok(headers
            .into_iter()
            .map(|(name, value)| (name, Secret::new(value)))
            .collect())
    }
}
