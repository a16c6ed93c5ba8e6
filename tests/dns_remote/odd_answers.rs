//! Answers that are none, in the place of each request of each call: nothing is called done that is not.

use super::http::{HttpRequest, Reply, Server, Service};
use super::{block, fake_cloudflare, fake_hestia, local, set, web, zone};
use puq_proxmox_kvm::dns::cloudflare::Cloudflare;
use puq_proxmox_kvm::dns::hestia::Hestia;
use puq_proxmox_kvm::dns::{Provider, RecordKind};
use puq_proxmox_kvm::model::Secret;

/// More requests than any call sends.
const MOST: usize = 5;

/// A service that answers one request oddly.
struct Odd<S> {
    service: S,
    /// Which request, counted from 0, and by what.
    at: usize,
    reply: fn() -> Reply,
    asked: usize,
    /// Requests that followed a redirection.
    followed: usize,
}

impl<S: Service> Service for Odd<S> {
    fn answer(&mut self, asked: &HttpRequest) -> Reply {
        self.followed += usize::from(asked.path().contains("elsewhere"));
        self.asked += 1;
        match self.asked - 1 == self.at {
            true => (self.reply)(),
            false => self.service.answer(asked),
        }
    }
}

/// A reply that leads somewhere else on the same server, where a follower would give its secret away.
fn leading(status: u16) -> Reply {
    let mut reply = Reply::new(status, "text/html", "moved");
    reply.headers.push(("Location", "/elsewhere".to_owned()));
    reply
}

const JSON: &str = "application/json";

/// An answer by its name, made anew for each request.
type Named = (&'static str, fn() -> Reply);

/// What stands in the way, each with its name.
const ODD: [Named; 13] = [
    ("moved for ever", || leading(301)),
    ("found elsewhere", || leading(302)),
    ("moved for now", || leading(307)),
    ("a login page", || {
        Reply::new(
            200,
            "text/html",
            "<!doctype html><title>Sign in</title><form></form>",
        )
    }),
    ("nothing", || Reply::new(200, JSON, "")),
    ("no content", || Reply::new(204, JSON, "")),
    ("half an object", || {
        Reply::new(200, JSON, "{\"success\": true, \"result\": [")
    }),
    ("success and no more", || {
        Reply::new(200, JSON, "{\"success\": true}")
    }),
    ("created, and what?", || Reply::new(201, JSON, "true")),
    ("more than anybody reads", || {
        let body = format!(
            "{{\"success\": true, \"result\": [], \"more\": \"{}\"}}",
            "x".repeat(2 << 20)
        );
        Reply::new(200, JSON, body)
    }),
    ("too many requests", || {
        let mut reply = Reply::new(429, "text/html", "slow down");
        reply.headers.push(("Retry-After", "3600".to_owned()));
        reply
    }),
    ("too many requests till never", || {
        let mut reply = Reply::new(429, "text/html", "slow down");
        reply
            .headers
            .push(("Retry-After", "99999999999999999999".to_owned()));
        reply
    }),
    ("a teapot", || Reply::new(418, "text/plain", "0")),
];

/// Each call with each odd answer in each place.
fn sweep<S: Service, P: Provider>(
    fake: impl Fn() -> S,
    provider: impl Fn(u16) -> P,
    lines: impl Fn(&S) -> Vec<String>,
    line: &str,
    secret: &str,
) {
    let example = zone("example.com");
    let wanted = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
    let mut met = 0;
    for (name, reply) in ODD {
        for at in 0..MOST {
            for call in ["test", "upsert", "delete"] {
                let server = Server::start(Odd {
                    service: fake(),
                    at: usize::MAX,
                    reply,
                    asked: 0,
                    followed: 0,
                });
                let provider = provider(server.port);
                if call == "delete" {
                    block(provider.upsert(&example, &wanted)).unwrap();
                }
                let before = {
                    let mut odd = server.service.lock().unwrap();
                    odd.at = odd.asked + at;
                    lines(&odd.service)
                };
                let outcome = block(async {
                    match call {
                        "test" => provider.test(&example).await.map(|_| ()),
                        "upsert" => provider.upsert(&example, &wanted).await.map(|_| ()),
                        _ => provider
                            .delete(&example, "vm.example.com", RecordKind::A)
                            .await
                            .map(|_| ()),
                    }
                });
                let odd = server.service.lock().unwrap();
                let what = format!("{name} to request {at} of {call}: {outcome:?}");
                assert_eq!(odd.followed, 0, "{what}");
                let after = lines(&odd.service);
                let there = after.iter().any(|known| known == line);
                if odd.asked > odd.at {
                    met += 1;
                    assert!(call != "test" || outcome.is_err(), "{what}");
                }
                match (&outcome, call) {
                    (Ok(()), "upsert") => assert!(there, "{what}"),
                    (Ok(()), "delete") => assert!(!there, "{what}"),
                    (Ok(()), _) => {}
                    (Err(error), _) => {
                        let text = format!("{error} {error:?}");
                        assert!(!text.contains(secret) && text.len() < 2048, "{what}");
                    }
                }
                let others = |all: &[String]| -> Vec<String> {
                    all.iter().filter(|known| *known != line).cloned().collect()
                };
                assert_eq!(others(&after), others(&before), "{what}");
            }
        }
    }
    assert!(met > 3 * ODD.len(), "{met} odd answers were met");
}

#[test]
fn cloudflare_calls_nothing_done_that_is_not() {
    sweep(
        fake_cloudflare::Fake::new,
        |port| {
            Cloudflare::new(
                web(),
                local(port, "/client/v4"),
                "acc1",
                "",
                Secret::new(fake_cloudflare::TOKEN),
            )
        },
        fake_cloudflare::Fake::lines,
        "A vm.example.com 192.0.2.5",
        fake_cloudflare::TOKEN,
    );
}

#[test]
fn hestia_calls_nothing_done_that_is_not() {
    sweep(
        fake_hestia::Fake::new,
        |port| {
            Hestia::new(
                web(),
                local(port, ""),
                "admin",
                Secret::new(fake_hestia::PASSWORD),
                "alice",
            )
        },
        fake_hestia::Fake::lines,
        "A vm in example.com 192.0.2.5",
        fake_hestia::PASSWORD,
    );
}
