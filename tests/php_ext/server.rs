//! An HTTPS server of few words: it answers every GET, and tells how many connections it has opened and closed.

use pve_sim::server::Identity;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// The running server; its threads end with the process.
pub struct Server {
    pub port: u16,
    pub fingerprint: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    opened: AtomicUsize,
    closed: Mutex<usize>,
    closing: Condvar,
}

impl Server {
    /// Answers after `delay`; closes a connection that was idle for `patience`.
    pub fn start(delay: Duration, patience: Duration) -> Self {
        let identity = Identity::load_or_make(None).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                let chain = vec![identity.certificate.clone()];
                builder
                    .with_no_client_auth()
                    .with_single_cert(chain, identity.key.clone_key())
            });
        let config = Arc::new(config.expect("a TLS configuration"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Seen::default());
        let shared = seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, seen) = (config.clone(), shared.clone());
                std::thread::spawn(move || {
                    seen.opened.fetch_add(1, Ordering::SeqCst);
                    // However it ends, the connection is closed then.
                    let _ = serve(stream, config, delay, patience);
                    *seen.closed.lock().expect("a lock") += 1;
                    seen.closing.notify_all();
                });
            }
        });
        Self {
            port,
            fingerprint: identity.fingerprint,
            seen,
        }
    }

    /// How many connections were made so far.
    pub fn opened(&self) -> usize {
        self.seen.opened.load(Ordering::SeqCst)
    }

    /// Waits until `count` connections are closed.
    pub fn await_closed(&self, count: usize) {
        let closed = self.seen.closed.lock().expect("a lock");
        let wait =
            self.seen
                .closing
                .wait_timeout_while(closed, Duration::from_secs(60), |closed| *closed < count);
        let (closed, _) = wait.expect("a lock");
        assert!(
            *closed >= count,
            "{} of {count} connections were closed",
            *closed
        );
    }

    /// PHP's array for a request to this server.
    pub fn request(&self, deadline: Duration) -> String {
        format!(
            "['port' => {}, 'fingerprint' => '{}', 'path' => '/x', 'deadline' => {}]",
            self.port,
            self.fingerprint,
            deadline.as_millis()
        )
    }
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    delay: Duration,
    patience: Duration,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(patience))?;
    stream.set_nodelay(true)?;
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    loop {
        let mut line = String::new();
        // The blank line ends the head of a request; a GET has no body.
        loop {
            line.clear();
            match reader.read_line(&mut line) {
                Ok(0) => return Ok(()),
                Ok(_) if line == "\r\n" => break,
                Ok(_) => {}
                Err(_) => {
                    // Idle for too long: say good-bye as pveproxy does, then close.
                    let tls = reader.get_mut();
                    tls.conn.send_close_notify();
                    return tls.flush();
                }
            }
        }
        std::thread::sleep(delay);
        let tls = reader.get_mut();
        tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")?;
        tls.flush()?;
    }
}
