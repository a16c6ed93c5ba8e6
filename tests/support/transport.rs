//! The network: requests go to the simulated cluster in this process.

use super::names::{self, Names};
use futures_util::future::LocalBoxFuture;
use puq_proxmox_kvm::net::{Fingerprint, HttpRequest, HttpResponse, NetError, Transport, Trust};
use pve_sim::{Outcome, Request, Sim};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::pending;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Where the process dies at a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before it leaves.
    Before(u64),
    /// While Proxmox works on it.
    During(u64),
    /// After the work, before the answer is read.
    After(u64),
}

/// One request as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The method.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
}

impl Sent {
    /// Whether it only asks how a task is doing.
    pub fn is_poll(&self) -> bool {
        self.path.contains("/tasks/") && self.path.ends_with("/status")
    }
}

/// Why a request did not leave.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// The transport. Wrap it in `net::Timed` for deadlines.
pub struct SimTransport {
    sim: Sim,
    /// Every request since the last [`Self::cut_at`].
    pub sent: RefCell<Vec<Sent>>,
    /// The last password written for each VM; the cluster itself keeps only a hash.
    pub passwords: RefCell<BTreeMap<u32, String>>,
    /// The name server beside it.
    pub names: Names,
    /// Two more.
    pub more_names: [Names; 2],
    cut: Cell<Option<Cut>>,
    died: Rc<Notify>,
    /// The certificate every node shows; `None`: one that the system trusts.
    pub certificate: RefCell<Option<Fingerprint>>,
    /// Why no request of these methods leaves; `None`: all do.
    pub broken: RefCell<Option<(&'static [&'static str], Cause)>>,
    /// Requests are held back by up to so many milliseconds, drawn by this.
    pub jitter: RefCell<Option<(u64, puq_proxmox_kvm::model::Random)>>,
}

impl SimTransport {
    /// A way to this cluster; its nodes are reached by their names.
    pub fn new(sim: Sim) -> Self {
        Self {
            sim,
            sent: RefCell::default(),
            passwords: RefCell::default(),
            names: Names::default(),
            more_names: Default::default(),
            cut: Cell::new(None),
            died: Rc::default(),
            certificate: RefCell::default(),
            broken: RefCell::default(),
            jitter: RefCell::default(),
        }
    }

    /// All name servers.
    pub fn name_servers(&self) -> impl Iterator<Item = &Names> {
        std::iter::once(&self.names).chain(&self.more_names)
    }

    fn name_server(&self, host: &str) -> Option<&Names> {
        if host == names::OTHER {
            return Some(&self.names);
        }
        let at = names::HOSTS.iter().position(|known| *known == host)?;
        self.name_servers().nth(at)
    }

    /// The process dies there; counting starts anew.
    pub fn cut_at(&self, cut: Option<Cut>) {
        self.cut.set(cut);
        self.sent.borrow_mut().clear();
    }

    /// Resolves when the process died at a request.
    pub fn died(&self) -> Rc<Notify> {
        Rc::clone(&self.died)
    }

    fn note_password(&self, request: &HttpRequest) {
        let vmid = request
            .path_and_query
            .split_once("/qemu/")
            .map_or("", |(_, rest)| rest);
        let vmid = vmid
            .strip_suffix("/config")
            .and_then(|vmid| vmid.parse().ok());
        let body = request.body.as_deref().unwrap_or_default();
        let value = body
            .split('&')
            .find_map(|pair| pair.strip_prefix("cipassword="));
        if let (Some(vmid), Some(value)) = (vmid, value) {
            let plain = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
            self.passwords.borrow_mut().insert(vmid, plain.into_owned());
        }
    }

    async fn die<T>(&self) -> T {
        self.died.notify_one();
        pending().await
    }

    fn trusted(&self, request: &HttpRequest) -> Result<(), NetError> {
        let to = request.base.url();
        match (&request.base.trust, *self.certificate.borrow()) {
            (Trust::Pinned(wanted), Some(seen)) if !wanted.contains(&seen) => {
                Err(NetError::Fingerprint {
                    to,
                    seen,
                    wanted: wanted.clone(),
                })
            }
            (Trust::System, Some(_)) => Err(NetError::Certificate {
                to,
                reason: "self-signed certificate in certificate chain".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        self.note_password(&request);
        let number = {
            let mut sent = self.sent.borrow_mut();
            sent.push(Sent {
                method: request.method.as_str(),
                path: request.path_and_query.clone(),
            });
            sent.len() as u64
        };
        if self.cut.get() == Some(Cut::Before(number)) {
            return self.die().await;
        }
        let late = self
            .jitter
            .borrow()
            .as_ref()
            .map(|(most, random)| random.between(0, *most));
        if let Some(late) = late {
            tokio::time::sleep(Duration::from_millis(late)).await;
        }
        if let Some((methods, cause)) = &*self.broken.borrow()
            && methods.contains(&request.method.as_str())
        {
            return Err(NetError::NotSent {
                to: request.base.url(),
                cause: Arc::clone(cause),
            });
        }
        if let Some(server) = self.name_server(&request.base.host) {
            let answer = server.handle(&request).await;
            return match self.cut.get() {
                Some(Cut::During(at) | Cut::After(at)) if at == number => self.die().await,
                _ => answer,
            };
        }
        let to = request.base.url();
        let known = self.sim.world().node(&request.base.host).is_some();
        if !known {
            return Err(NetError::NotSent {
                to,
                cause: cause(io::ErrorKind::NotFound, "failed to lookup address"),
            });
        }
        self.trusted(&request)?;
        let call = self.sim.handle(Request {
            method: request.method.as_str().to_owned(),
            path: request.path_and_query,
            headers: request.headers,
            body: request.body.unwrap_or_default().into_bytes(),
            via: request.base.host,
        });
        if self.cut.get() == Some(Cut::During(number)) {
            // The request is out; what it set going behind the front goes on.
            let _ = tokio::time::timeout(Duration::from_millis(10), call).await;
            return self.die().await;
        }
        let outcome = call.await;
        if self.cut.get() == Some(Cut::After(number)) {
            return self.die().await;
        }
        match outcome {
            Outcome::Answer(answer) => Ok(HttpResponse {
                status: answer.status,
                reason: answer.reason,
                content_type: answer
                    .headers
                    .iter()
                    .find(|(name, _)| name == "Content-Type")
                    .map(|(_, value)| value.clone()),
                retry_after: None,
                body: answer.body,
            }),
            Outcome::Refused => Err(NetError::NotSent {
                to,
                cause: cause(io::ErrorKind::ConnectionRefused, "connection refused"),
            }),
            Outcome::ResetBefore | Outcome::ResetAfter => Err(NetError::MaybeSent {
                to,
                cause: cause(io::ErrorKind::ConnectionReset, "connection reset by peer"),
            }),
            Outcome::Hang => pending().await,
        }
    }
}

fn cause(kind: io::ErrorKind, text: &str) -> Cause {
    Arc::new(io::Error::new(kind, text.to_owned()))
}

impl Transport for SimTransport {
    fn send(&self, request: HttpRequest) -> LocalBoxFuture<'_, Result<HttpResponse, NetError>> {
        Box::pin(self.exchange(request))
    }
}
