//! A server that is broken, or in foreign hands, over a real connection: it answers too much, too slowly, too deep, with
//! endless headers or errors. Each ends as an error of few words, and of what is too much little was taken.

use crate::support::{clock, token};
use crate::web::{get_within, to};
use puq_proxmox_kvm::model::{HostTime, Vmid};
use puq_proxmox_kvm::net::{Trust, WebTransport};
use puq_proxmox_kvm::pve::{Cluster, ClusterSpec, PveError};
use pve_sim::server::Identity;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

/// A test that hangs is one that failed.
const LONG: Duration = Duration::from_secs(120);

/// What is sent after the request: this first, then this over and over with a pause between, until nobody listens.
#[derive(Clone)]
struct Flood {
    head: Vec<u8>,
    again: Vec<u8>,
    pause: Duration,
}

fn flood(head: impl Into<Vec<u8>>, again: impl Into<Vec<u8>>) -> Flood {
    Flood {
        head: head.into(),
        again: again.into(),
        pause: Duration::ZERO,
    }
}

/// An answer with a body that is complete.
fn whole(status: &str, body: &str) -> Flood {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    flood(head, "")
}

struct Server {
    port: u16,
    trust: Trust,
    sent: Arc<AtomicU64>,
}

/// Answers every request of every connection so.
async fn serve(flood: Flood) -> Server {
    let identity = Identity::load_or_make(None).expect("a certificate");
    let trust = Trust::Pinned(vec![identity.fingerprint.parse().expect("a fingerprint")]);
    let acceptor = identity.acceptor().expect("an acceptor");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let port = listener.local_addr().expect("its address").port();
    let sent = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&sent);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, flood, count) = (acceptor.clone(), flood.clone(), Arc::clone(&count));
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut request = [0; 8192];
                while let Ok(1..) = stream.read(&mut request).await {
                    if stream.write_all(&flood.head).await.is_err() {
                        return;
                    }
                    count.fetch_add(flood.head.len() as u64, Ordering::Relaxed);
                    while !flood.again.is_empty() {
                        if stream.write_all(&flood.again).await.is_err()
                            || stream.flush().await.is_err()
                        {
                            return;
                        }
                        count.fetch_add(flood.again.len() as u64, Ordering::Relaxed);
                        sleep(flood.pause).await;
                    }
                    let _ = stream.flush().await;
                }
            });
        }
    });
    Server { port, trust, sent }
}

fn cluster(server: &Server) -> Cluster {
    let spec = ClusterSpec {
        endpoints: vec![to(server.port, server.trust.clone())],
        auth: token(),
    };
    let transport = WebTransport::new(HostTime::default()).expect("a transport");
    Cluster::new(spec, transport, clock())
}

/// What asking for a VM's configuration, and for the list of all there is, end with.
async fn ask(server: &Server) -> [PveError; 2] {
    let cluster = cluster(server);
    let vmid = Vmid::new(100).expect("a number");
    let node = "pve1".into();
    let vm = cluster.vm(&node, vmid);
    let config = timeout(LONG, vm.config()).await.expect("an end");
    let all = puq_proxmox_kvm::pve::ResourceKind::All;
    let list = timeout(LONG, cluster.resources(all)).await.expect("an end");
    [config.expect_err("a config"), list.expect_err("a list")]
}

const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
const MIB: u64 = 1024 * 1024;

#[tokio::test]
async fn a_body_without_an_end_is_read_to_its_bound_and_no_further() {
    let piece = format!("10000\r\n{}\r\n", "[0],".repeat(16_384));
    let until_the_end = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"data\":[";
    for (name, head) in [("in pieces", CHUNKED), ("until the end", until_the_end)] {
        for status in ["200 OK", "500 no", "404 Not Found"] {
            let head = head.replace("200 OK", status);
            let server = serve(flood(head, piece.as_str())).await;
            for error in ask(&server).await {
                let text = error.to_string();
                assert!(text.contains("longer than"), "{name} {status}: {text}");
                assert!(text.len() < 600, "{name} {status}: {text}");
            }
            // A question is asked twice: twice eight and sixteen MiB, and what the sockets hold.
            let sent = server.sent.load(Ordering::Relaxed);
            assert!(
                sent < 60 * MIB,
                "{name} {status}: {} MiB were sent",
                sent / MIB
            );
        }
    }
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read_at_all() {
    for length in ["67108864", "18446744073709551615"] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        let server = serve(flood(head, " ".repeat(65_536))).await;
        for error in ask(&server).await {
            assert!(error.to_string().len() < 600, "{error}");
        }
        let sent = server.sent.load(Ordering::Relaxed);
        assert!(sent < 16 * MIB, "{length}: {} MiB were sent", sent / MIB);
    }
}

#[tokio::test]
async fn what_is_small_and_would_cost_much_is_refused_before_it_is_built() {
    let deep = |depth: usize| format!("{{\"data\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| {
        format!(
            "{{\"data\":{}1{}}}",
            "{\"a\":".repeat(depth),
            "}".repeat(depth)
        )
    };
    let many = |each: &str, count: usize| format!("{{\"data\":[{}0]}}", each.repeat(count));
    for (name, body, why) in [
        ("lists in lists", deep(3_000_000), "levels deep"),
        ("a little too deep", deep(33), "levels deep"),
        ("never closed", "[".repeat(1_000_000), "levels deep"),
        ("objects in objects", objects(100_000), "levels deep"),
        ("empty objects", many("{},", 2_000_000), "values"),
        ("numbers", many("1,", 3_500_000), "values"),
        (
            "keys",
            format!("{{\"data\":{{{}\"z\":0}}}}", "\"k\":0,".repeat(600_000)),
            "values",
        ),
    ] {
        let server = serve(whole("200 OK", &body)).await;
        for error in ask(&server).await {
            let text = error.to_string();
            assert!(text.contains(why) && text.len() < 600, "{name}: {text}");
        }
    }
}

#[tokio::test]
async fn a_long_error_is_shown_and_kept_in_few_words() {
    let long = "Ünsinn <b>&amp;</b> ".repeat(40_000 / 20);
    let message = format!("{{\"data\":null,\"message\":\"{long}\"}}");
    let complaints: Vec<String> = (0..500)
        .map(|n| format!("\"field{n}\":\"{long}\""))
        .collect();
    let complaints = format!(
        "{{\"data\":null,\"errors\":{{{}}}}}",
        complaints[..100].join(",")
    );
    let phrase: String = long.chars().filter(char::is_ascii).take(30_000).collect();
    for (name, answer) in [
        ("message", whole("500 no", &message)),
        (
            "complaints",
            whole("400 Parameter verification failed.", &complaints),
        ),
        ("phrase", whole(&format!("500 {phrase}"), "{\"data\":null}")),
        (
            "page",
            whole("502 Bad Gateway", &format!("<html>{long}</html>")),
        ),
        ("no status of HTTP", whole("999 odd", &long)),
    ] {
        let server = serve(answer).await;
        for error in ask(&server).await {
            let (shown, kept) = (error.to_string(), format!("{error:?}"));
            assert!(
                shown.len() < 2_000,
                "{name}: {} bytes: {shown}",
                shown.len()
            );
            assert!(kept.len() < 20_000, "{name}: {} bytes are kept", kept.len());
        }
    }
}

#[tokio::test]
async fn what_comes_too_slowly_or_never_ends_is_given_up_in_time() {
    let slow = |head: &str, again: &str| Flood {
        pause: Duration::from_millis(50),
        ..flood(head, again)
    };
    for (name, flood) in [
        ("a body by the byte", slow(CHUNKED, "1\r\n \r\n")),
        (
            "a header by the byte",
            slow("HTTP/1.1 200 OK\r\nX-Slow: ", "x"),
        ),
        ("a status line by the byte", slow("HTTP/1.1 2", "0")),
        (
            "headers without an end",
            flood("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"),
        ),
        (
            "one header without an end",
            flood("HTTP/1.1 200 OK\r\nX-Long: ", "x".repeat(65_536)),
        ),
        ("wait and wait", slow("", "HTTP/1.1 100 Continue\r\n\r\n")),
        (
            "wait without a pause",
            flood("", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)),
        ),
        ("nothing", slow("", "")),
    ] {
        let server = serve(flood).await;
        let asked = get_within(
            to(server.port, server.trust.clone()),
            "/",
            Duration::from_secs(2),
        );
        let error = timeout(LONG, asked)
            .await
            .expect("an end")
            .expect_err("no answer");
        assert!(error.may_have_been_sent(), "{name}: {error:?}");
        assert!(error.to_string().len() < 600, "{name}: {error}");
        let sent = server.sent.load(Ordering::Relaxed);
        println!("{name}: {sent} bytes were sent; {error}");
    }
}
