//! The HTTP and HTTPS server around a [`Sim`].

use crate::request::{Request, Response};
use crate::sim::{Outcome, Sim};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use sha2::{Digest, Sha256};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// A certificate, its key, and what a client pins.
pub struct Identity {
    /// DER certificate.
    pub certificate: CertificateDer<'static>,
    /// DER key.
    pub key: PrivateKeyDer<'static>,
    /// SHA-256 of the certificate, upper-case hex pairs with colons.
    pub fingerprint: String,
}

impl Identity {
    /// A self-signed certificate for `localhost` and the loopback addresses; kept in `directory`, if one is given,
    /// so that a restart shows the same fingerprint.
    ///
    /// # Errors
    /// The directory cannot be used, or its files are no PEM.
    pub fn load_or_make(directory: Option<&Path>) -> io::Result<Identity> {
        let bad = |e: &dyn std::fmt::Display| io::Error::other(e.to_string());
        let files = directory.map(|d| (d.join("sim.crt"), d.join("sim.key")));
        let (cert_pem, key_pem) = match &files {
            Some((cert, key)) if cert.exists() => (
                std::fs::read_to_string(cert)?,
                std::fs::read_to_string(key)?,
            ),
            _ => {
                let names = [
                    "localhost",
                    "pve",
                    "pve1",
                    "pve2",
                    "pve3",
                    "127.0.0.1",
                    "::1",
                ]
                .map(str::to_owned);
                let made = rcgen::generate_simple_self_signed(names).map_err(|e| bad(&e))?;
                let pair = (made.cert.pem(), made.signing_key.serialize_pem());
                if let (Some((cert, key)), Some(directory)) = (&files, directory) {
                    std::fs::create_dir_all(directory)?;
                    std::fs::write(cert, &pair.0)?;
                    std::fs::write(key, &pair.1)?;
                }
                pair
            }
        };
        let certificate =
            CertificateDer::from_pem_slice(cert_pem.as_bytes()).map_err(|e| bad(&e))?;
        let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(|e| bad(&e))?;
        let hash = Sha256::digest(&certificate);
        let pairs: Vec<String> = hash.iter().map(|b| format!("{b:02X}")).collect();
        Ok(Identity {
            certificate,
            key,
            fingerprint: pairs.join(":"),
        })
    }

    /// TLS with this certificate.
    ///
    /// # Errors
    /// The key does not fit.
    pub fn acceptor(&self) -> io::Result<TlsAcceptor> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|b| {
                b.with_no_client_auth()
                    .with_single_cert(vec![self.certificate.clone()], self.key.clone_key())
            })
            .map_err(|e| io::Error::other(e.to_string()))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// Listens, and serves in the background of the current runtime; answers the address.
///
/// `via` is the node that the endpoint belongs to. Without `tls` it speaks plain HTTP.
///
/// # Errors
/// The address cannot be bound.
pub async fn listen(
    sim: Sim,
    via: String,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await?;
    let bound = listener.local_addr()?;
    tokio::spawn(async move {
        let mut restart = sim.restart.subscribe();
        let mut listener = Some(listener);
        loop {
            let Some(open) = &listener else {
                // The port was ours a moment ago; where it is still taken, the next try may find it free.
                match TcpListener::bind(bound).await {
                    Ok(again) => listener = Some(again),
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
                continue;
            };
            let accepted = tokio::select! {
                accepted = open.accept() => accepted,
                changed = restart.changed() => {
                    let away = *restart.borrow_and_update();
                    listener = None;
                    if changed.is_ok() {
                        tokio::time::sleep(away).await;
                    }
                    continue;
                }
            };
            match accepted {
                Ok((stream, _)) => {
                    let serving = connection(sim.clone(), via.clone(), stream, tls.clone());
                    tokio::spawn(until_restart(sim.restart.subscribe(), serving));
                }
                // Out of file descriptors or the like; the next accept may work.
                Err(_) => tokio::task::yield_now().await,
            }
        }
    });
    Ok(bound)
}

/// A restart breaks a connection wherever it is: before the work, after it, or between two requests.
async fn until_restart(mut restart: watch::Receiver<Duration>, serving: impl Future<Output = ()>) {
    tokio::select! {
        () = serving => {}
        _ = restart.changed() => {}
    }
}

async fn connection(sim: Sim, via: String, stream: TcpStream, tls: Option<TlsAcceptor>) {
    // A node that is down refuses connections; after accept, closing at once is the nearest thing.
    if sim.world().nodes.iter().any(|n| n.name == via && !n.online) {
        return;
    }
    if stream.set_nodelay(true).is_err() {
        return;
    }
    match tls {
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(sim, via, stream).await;
            }
        }
        None => serve(sim, via, stream).await,
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    sim: Sim,
    via: String,
    stream: S,
) {
    let service = service_fn(move |request| answer(sim.clone(), via.clone(), request));
    let http = hyper::server::conn::http1::Builder::new();
    // Errors here are broken connections, ours or the client's; there is nobody to tell.
    let _ended = http
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

async fn answer(
    sim: Sim,
    via: String,
    mut request: hyper::Request<Incoming>,
) -> io::Result<hyper::Response<Full<Bytes>>> {
    let upgrade = crate::console::wanted(&request).then(|| hyper::upgrade::on(&mut request));
    let key = crate::console::key(&request);
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let headers = parts.headers.iter();
    let headers = headers.map(|(k, v)| {
        (
            k.as_str().to_owned(),
            String::from_utf8_lossy(v.as_bytes()).into_owned(),
        )
    });
    let target = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    let outcome = sim
        .handle(Request {
            method: parts.method.as_str().to_owned(),
            path: target.to_owned(),
            headers: headers.collect(),
            body: body.to_vec(),
            via,
        })
        .await;
    match outcome {
        Outcome::Answer(response) if response.status == 200 && upgrade.is_some() => {
            let (Some(upgrade), Some(key)) = (upgrade, key) else {
                return Err(io::Error::other("upgrade without a key"));
            };
            let name = title(target);
            tokio::spawn(crate::console::relay(upgrade, name));
            crate::console::switch(&key)
        }
        Outcome::Answer(response) => convert(response),
        Outcome::Hang => std::future::pending().await,
        // An error closes the connection without an answer.
        Outcome::Refused | Outcome::ResetBefore | Outcome::ResetAfter => {
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        }
    }
}

/// What a console's client shows as its title.
fn title(target: &str) -> String {
    let vmid = target.split('/').skip_while(|part| *part != "qemu").nth(1);
    format!("QEMU (VM {})", vmid.unwrap_or("?"))
}

fn convert(response: Response) -> io::Result<hyper::Response<Full<Bytes>>> {
    let status = hyper::StatusCode::from_u16(response.status).map_err(io::Error::other)?;
    let mut built = hyper::Response::builder().status(status);
    for (key, value) in &response.headers {
        built = built.header(key, value);
    }
    let mut built = built
        .body(Full::new(Bytes::from(response.body)))
        .map_err(io::Error::other)?;
    if let Ok(reason) = hyper::ext::ReasonPhrase::try_from(response.reason.as_bytes()) {
        built.extensions_mut().insert(reason);
    }
    Ok(built)
}
