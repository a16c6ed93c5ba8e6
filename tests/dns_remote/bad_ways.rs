//! Servers that are bad on the way rather than in what they say: too long, too slow, no TLS. A call ends in its time, holds no
//! more memory than an answer may have, and calls nothing done.

use super::{block, fake_cloudflare, fake_hestia, set, web, zone};
use futures_util::future::join_all;
use puq_proxmox_kvm::dns::cloudflare::Cloudflare;
use puq_proxmox_kvm::dns::hestia::Hestia;
use puq_proxmox_kvm::dns::powerdns::PowerDns;
use puq_proxmox_kvm::dns::{Provider, RecordKind, Server};
use puq_proxmox_kvm::model::{HostTime, Secret};
use puq_proxmox_kvm::net::{Endpoint, Timed, Transport, Trust};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::thread;
use std::time::Duration;

/// Calls at once: the VMs of one tick.
const VMS: usize = 50;

/// A server that treats every connection so.
fn server(treat: fn(TcpStream)) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || treat(stream));
        }
    });
    port
}

/// Reads what is asked, as far as it comes at once.
fn heard(stream: &mut TcpStream) {
    let _ = stream.read(&mut [0; 65_536]);
}

fn at(port: u16, path: &str, trust: Trust) -> Server {
    Server {
        endpoint: Endpoint {
            host: "127.0.0.1".to_owned(),
            port,
            trust,
        },
        path: path.to_owned(),
    }
}

/// One provider of each kind at this server.
fn providers(port: u16, trust: &Trust) -> Vec<(&'static str, Box<dyn Provider>)> {
    let web: Rc<dyn Transport> = Rc::new(Timed::new(web(), HostTime::default()));
    let cloudflare = Cloudflare::new(
        Rc::clone(&web),
        at(port, "/client/v4", trust.clone()),
        "acc1",
        "",
        Secret::new(fake_cloudflare::TOKEN),
    );
    let hestia = Hestia::new(
        Rc::clone(&web),
        at(port, "", trust.clone()),
        "admin",
        Secret::new(fake_hestia::PASSWORD),
        "alice",
    );
    let powerdns = PowerDns::new(
        web,
        at(port, "", trust.clone()),
        "localhost",
        Secret::new("hush"),
    );
    vec![
        ("Cloudflare", Box::new(cloudflare)),
        ("HestiaCP", Box::new(hestia)),
        ("PowerDNS", Box::new(powerdns)),
    ]
}

/// Memory that this process had at most, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse::<u64>().unwrap() / 1024
}

/// All calls of fifty VMs at once: none of them is called done.
fn all_fail(port: u16, trust: &Trust, vms: usize) -> Vec<String> {
    let example = zone("example.com");
    let mut errors = vec![];
    for (kind, provider) in providers(port, trust) {
        let wanted = |vm: usize| {
            set(
                &format!("vm{vm}.example.com"),
                RecordKind::A,
                &["192.0.2.5"],
            )
        };
        let sets: Vec<_> = (0..vms).map(wanted).collect();
        let outcomes = block(async {
            let calls = sets.iter().map(|wanted| provider.upsert(&example, wanted));
            join_all(calls).await
        });
        assert_eq!(outcomes.len(), vms);
        for outcome in outcomes {
            let error = outcome
                .err()
                .unwrap_or_else(|| panic!("{kind} calls it done"));
            let text = error.to_string();
            assert!(text.len() < 2048, "{kind}: {text}");
            for secret in [fake_cloudflare::TOKEN, fake_hestia::PASSWORD, "hush"] {
                assert!(!format!("{text} {error:?}").contains(secret), "{kind}");
            }
            errors.push(text);
        }
        let removed = block(provider.delete(&example, "vm.example.com", RecordKind::A));
        assert!(removed.is_err(), "{kind} calls its removal done");
        assert!(
            block(provider.test(&example)).is_err(),
            "{kind} calls it well"
        );
    }
    errors
}

/// 64 MiB of valid JSON, to each of fifty VMs at once.
#[test]
fn an_answer_without_end_costs_no_memory() {
    let port = server(|mut stream| {
        heard(&mut stream);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            64 << 20
        );
        let piece = "{\"success\":true},".repeat(1 << 12);
        let _ = stream.write_all(format!("{head}[").as_bytes());
        while stream.write_all(piece.as_bytes()).is_ok() {}
    });
    let before = peak();
    all_fail(port, &Trust::Nearby, VMS);
    // An answer may have one MiB, and its parts some more; fifty of the whole would be gigabytes.
    let grown = peak() - before;
    assert!(grown < 400, "{grown} MiB");
}

/// A byte now and then, the headers among them: the deadline is for all of it.
#[test]
fn an_answer_in_drops_ends_at_the_deadline() {
    let port = server(|mut stream| {
        heard(&mut stream);
        let text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n{\"result\": [";
        let drops = text.bytes().chain(std::iter::repeat(b' '));
        for drop in drops {
            if stream.write_all(&[drop]).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(200));
        }
    });
    let example = zone("example.com");
    for (kind, provider) in providers(port, &Trust::Nearby) {
        let asked = block(provider.test(&example));
        assert!(asked.is_err(), "{kind}");
    }
}

/// What answers is no TLS, or breaks it: nothing that is secret is said to it.
#[test]
fn a_server_without_proper_tls_is_told_nothing() {
    let ways: [fn(TcpStream); 4] = [
        |mut stream| {
            heard(&mut stream);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        },
        |mut stream| {
            heard(&mut stream);
            let _ = stream.write_all(&[0x15, 3, 3, 0, 2, 2, 40]);
        },
        |mut stream| {
            heard(&mut stream);
            // The head of a handshake that never comes.
            let _ = stream.write_all(&[0x16, 3, 3, 0x40, 0]);
        },
        drop,
    ];
    for way in ways {
        let errors = all_fail(server(way), &Trust::System, 5);
        assert!(!errors.is_empty());
    }
}
