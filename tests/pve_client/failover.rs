//! What goes to which endpoint, what is sent twice, and who signs in when.

use crate::support::{Fake, answer, broken, cluster, data, died, not_sent, password, token};
use puq_proxmox_kvm::model::{HostTime, NodeName, Vmid};
use puq_proxmox_kvm::net::{HttpRequest, HttpResponse, NetError, Timed, Transport};
use puq_proxmox_kvm::pve::{Change, Class, CloneRequest, Delivery, Kind, ResourceKind};
use std::rc::Rc;
use std::time::Duration;

const UPID: &str = "\"UPID:pve:00000219:000788D1:6B038996:qmclone:9000:whmcs@pve!rec:\"";

fn node() -> NodeName {
    NodeName::from("pve")
}

fn vmid(number: u64) -> Vmid {
    Vmid::new(number).expect("a number")
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_not_sent_goes_to_the_next_endpoint() {
    let transport = Fake::list([
        not_sent(),
        data(UPID),
        data("\"UPID:pve:00000219:000788D1:6B038996:qmstart:1:r@pam:\""),
    ]);
    let cluster = cluster(&["pve1", "pve2"], token(), transport.clone());
    let upid = cluster
        .vm(&node(), vmid(9000))
        .clone_to(vmid(2001), &CloneRequest::default())
        .await;
    assert_eq!(upid.expect("cloned").kind, "qmclone");
    cluster
        .vm(&node(), vmid(2001))
        .start()
        .await
        .expect("started");
    assert_eq!(
        transport.lines(),
        [
            "POST pve1 /nodes/pve/qemu/9000/clone newid=2001&full=0",
            "POST pve2 /nodes/pve/qemu/9000/clone newid=2001&full=0",
            // The one that answered stays the favourite; the other is avoided for a minute.
            "POST pve2 /nodes/pve/qemu/2001/status/start",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_been_sent_is_never_sent_again() {
    let transport = Fake::list([broken()]);
    let cluster = cluster(&["pve1", "pve2"], token(), transport.clone());
    let outcome = cluster
        .vm(&node(), vmid(9000))
        .clone_to(vmid(2001), &CloneRequest::default())
        .await;
    let error = outcome.expect_err("broken");
    assert_eq!(
        (error.delivery, error.class, error.row),
        (Delivery::MaybeSent, Class::Verify, 3)
    );
    assert_eq!(transport.lines().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_never_moves_a_request_whatever_its_status() {
    for status in [400, 401, 403, 500, 501, 502, 595, 596, 599] {
        let transport = Fake::by(move |_| answer(status, "something", ""));
        let cluster = cluster(&["pve1", "pve2"], token(), transport.clone());
        cluster
            .vm(&node(), vmid(2001))
            .start()
            .await
            .expect_err("refused");
        assert_eq!(transport.lines().len(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_is_asked_elsewhere_when_the_connection_breaks() {
    let transport = Fake::list([
        broken(),
        data("{\"release\":\"8.4\",\"version\":\"8.4.21\"}"),
    ]);
    let both = cluster(&["pve1", "pve2"], token(), transport.clone());
    assert!(both.version().await.expect("a version").is_at_least(8, 4));
    // Remembered: no second request.
    assert_eq!(both.version().await.expect("a version").major, 8);
    assert_eq!(
        transport.lines(),
        ["GET pve1 /version", "GET pve2 /version"]
    );

    let transport = Fake::list([
        broken(),
        data("[{\"type\":\"node\",\"id\":\"node/pve1\",\"node\":\"pve1\",\"status\":\"online\"}]"),
    ]);
    let single = cluster(&["pve1"], token(), transport.clone());
    single
        .resources(ResourceKind::All)
        .await
        .expect("a stale connection is replaced");
    assert_eq!(transport.lines().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_read_hit_by_a_stale_inner_connection_is_repeated_twice_and_no_more() {
    let transport = Fake::by(|_| answer(599, "Too many redirections", ""));
    let cluster = cluster(&["pve1", "pve2"], token(), transport.clone());
    let error = cluster.storages().await.expect_err("599");
    assert_eq!((error.row, error.class), (7, Class::Now));
    assert_eq!(transport.lines().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn all_endpoints_are_tried_even_those_that_were_down() {
    let transport = Fake::by(|_| not_sent());
    let cluster = cluster(&["pve1", "pve2", "pve3"], token(), transport.clone());
    for _ in 0..2 {
        let error = cluster.storages().await.expect_err("down");
        assert_eq!(
            (error.delivery, error.kind.clone()),
            (Delivery::NotSent, Kind::Unreachable)
        );
        assert!(error.to_string().contains("connection refused"), "{error}");
    }
    assert_eq!(transport.lines().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn one_sign_in_serves_all_and_is_renewed_at_half_life() {
    let transport = Fake::by(|request| match request.path_and_query.as_str() {
        "/api2/json/access/ticket" => {
            data(r#"{"ticket":"PVE:root@pam:t/+=","CSRFPreventionToken":"csrf"}"#)
        }
        "/api2/json/storage" => data("[]"),
        _ => data("null"),
    });
    let cluster = cluster(&["pve1"], password(), transport.clone());
    let vm = cluster.vm(&node(), vmid(2001));
    let change = Change::new().set("cores", 2);
    let (a, b, c) = futures_util::join!(
        vm.set_config(&change),
        vm.set_config(&change),
        cluster.storages()
    );
    a.expect("set");
    b.expect("set");
    drop(c.expect("read"));
    let sign_ins = || {
        transport
            .lines()
            .iter()
            .filter(|l| l.contains("/access/ticket"))
            .count()
    };
    assert_eq!(sign_ins(), 1);
    {
        let asked = transport.asked.borrow();
        let headers = |name: &str| -> Vec<&str> {
            let all = asked
                .iter()
                .flat_map(|r| &r.headers)
                .filter(|(n, _)| n == name);
            all.map(|(_, value)| value.as_str()).collect()
        };
        assert_eq!(
            headers("Cookie"),
            ["PVEAuthCookie=PVE%3Aroot%40pam%3At%2F%2B%3D"; 3]
        );
        // Reads need none.
        assert_eq!(headers("CSRFPreventionToken"), ["csrf"; 2]);
    }
    tokio::time::advance(Duration::from_secs(3599)).await;
    vm.set_config(&change).await.expect("set");
    assert_eq!(sign_ins(), 1);
    tokio::time::advance(Duration::from_secs(2)).await;
    vm.set_config(&change).await.expect("set");
    assert_eq!(sign_ins(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_expired_ticket_is_replaced_once() {
    let mut first = true;
    let transport = Fake::by(move |request| match request.path_and_query.as_str() {
        "/api2/json/access/ticket" => data(r#"{"ticket":"t","CSRFPreventionToken":"c"}"#),
        _ if std::mem::take(&mut first) => {
            answer(401, "permission denied - invalid PVE ticket", "")
        }
        _ => data(UPID),
    });
    let cluster = cluster(&["pve1"], password(), transport.clone());
    cluster
        .vm(&node(), vmid(2001))
        .start()
        .await
        .expect("started");
    let paths: Vec<String> = transport
        .lines()
        .iter()
        .map(|l| l.split(' ').nth(2).unwrap_or("").to_owned())
        .collect();
    let start = "/nodes/pve/qemu/2001/status/start";
    assert_eq!(paths, ["/access/ticket", start, "/access/ticket", start]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_sign_in_is_not_tried_again_for_a_moment() {
    let transport = Fake::by(|_| answer(401, "Authentication failed!", ""));
    let cluster = cluster(&["pve1"], token(), transport.clone());
    cluster.storages().await.expect_err("refused");
    let held = cluster
        .vm(&node(), vmid(2001))
        .start()
        .await
        .expect_err("held back");
    assert_eq!(
        (held.delivery, held.class, held.kind.clone()),
        (Delivery::NotSent, Class::Fatal, Kind::BadToken)
    );
    assert!(
        held.to_string().starts_with("Cannot start VM 2001 on pve:"),
        "{held}"
    );
    assert_eq!(transport.lines().len(), 1);
    tokio::time::advance(Duration::from_secs(31)).await;
    cluster.storages().await.expect_err("refused again");
    assert_eq!(transport.lines().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn without_quorum_nothing_is_written_and_reads_go_on() {
    let mut quorate = false;
    let transport = Fake::by(move |request| {
        if request.method.is_read() {
            quorate = request.path_and_query.ends_with("/storage");
            return data("[]");
        }
        if quorate {
            data(UPID)
        } else {
            died("cluster not ready - no quorum?")
        }
    });
    let cluster = cluster(&["pve1"], token(), transport.clone());
    let vm = cluster.vm(&node(), vmid(2001));
    assert_eq!(
        vm.start().await.expect_err("no quorum").kind,
        Kind::NoQuorum
    );
    assert_eq!(
        vm.stop().await.expect_err("held back").delivery,
        Delivery::NotSent
    );
    cluster.storages().await.expect("reads go on");
    assert_eq!(transport.lines().len(), 2);
    tokio::time::advance(Duration::from_secs(16)).await;
    vm.start().await.expect("quorum is back");
    vm.stop().await.expect("and the memory is gone");
}

#[tokio::test(start_paused = true)]
async fn silence_ends_at_the_class_of_request_and_leaves_a_write_in_doubt() {
    struct Silent;
    impl Transport for Silent {
        fn send(
            &self,
            _: HttpRequest,
        ) -> futures_util::future::LocalBoxFuture<'_, Result<HttpResponse, NetError>> {
            Box::pin(std::future::pending())
        }
    }
    let transport = Rc::new(Timed::new(Rc::new(Silent), HostTime::default()));
    let cluster = cluster(&["pve1", "pve2"], token(), transport);
    let start = tokio::time::Instant::now();
    let error = cluster
        .vm(&node(), vmid(2001))
        .start()
        .await
        .expect_err("silence");
    assert_eq!(
        (error.delivery, error.class),
        (Delivery::MaybeSent, Class::Verify)
    );
    assert_eq!(start.elapsed(), Duration::from_secs(60));
    let start = tokio::time::Instant::now();
    cluster.storages().await.expect_err("silence");
    assert_eq!(start.elapsed(), Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_refused_secret_shows_in_no_error_and_no_debug_output() {
    let refusal = r#"{"data":null,"errors":{"cipassword":"bad: Secr3tWord","searchdomain":"Secr3tWord is no name"},"message":"Parameter verification failed.\n"}"#;
    let transport = Fake::list([
        not_sent(),
        answer(400, "Parameter verification failed.", refusal),
    ]);
    let cluster = cluster(&["pve1", "pve2"], token(), transport.clone());
    let change = Change::new()
        .set("ciuser", "debian")
        .set("cipassword", "Secr3tWord");
    let error = cluster
        .vm(&node(), vmid(2001))
        .set_config(&change)
        .await
        .expect_err("refused");
    assert_eq!(transport.asked.borrow().len(), 2);
    for text in [
        format!("{change:?}"),
        format!("{error:?} {error}"),
        format!("{:?}", transport.asked.borrow()),
    ] {
        assert!(
            !text.contains("Secr3tWord") && !text.contains("0000-secret"),
            "{text}"
        );
    }
}
