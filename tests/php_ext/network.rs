//! Requests whose connections outlive a call from PHP, and requests beside slow host calls.

use crate::php::{prints, run};
use crate::pool::Pool;
use crate::server::Server;
use std::time::Duration;

const NOW: Duration = Duration::ZERO;
const LONG: Duration = Duration::from_secs(60);
const FINE: &str = r#"{"status":200,"body":"fine"}"#;

fn fetch(server: &Server, deadline: Duration) -> String {
    let request = server.request(deadline);
    format!("echo json_encode(Puq\\ProxmoxKvm\\Selftest\\fetch(new TestHost(), {request}));")
}

#[test]
fn a_connection_is_kept_from_one_php_request_to_the_next() {
    let server = Server::start(NOW, LONG);
    let pool = Pool::start();
    for _ in 0..20 {
        assert_eq!(pool.run(&fetch(&server, LONG)).body, FINE, "{}", pool.log());
    }
    assert_eq!(server.opened(), 1);
}

#[test]
fn a_connection_that_the_server_closed_between_two_php_requests_is_not_used() {
    let server = Server::start(NOW, Duration::from_millis(150));
    let pool = Pool::start();
    for round in 1..=8 {
        assert_eq!(
            pool.run(&fetch(&server, LONG)).body,
            FINE,
            "round {round}\n{}",
            pool.log()
        );
        server.await_closed(round);
    }
    assert_eq!(server.opened(), 8);
}

#[test]
fn a_slow_host_call_costs_no_answered_request_its_life() {
    // Twenty requests with a deadline of one second are answered within it, while PHP sleeps for three.
    let server = Server::start(Duration::from_millis(50), LONG);
    let request = server.request(Duration::from_secs(1));
    for head_start in [0, 30, 400] {
        let outcome = run(&format!(
            "$slow = new TestHost(function () {{ usleep(3000000); return ['slept' => 1]; }});
            $request = ['times' => 20, 'head_start' => {head_start}] + {request};
            $seen = Puq\\ProxmoxKvm\\Selftest\\beside($slow, $request, []);
            echo json_encode(array_count_values(array_map('json_encode', $seen['answers']))), json_encode($seen['call']);"
        ));
        assert_eq!(
            outcome.out, r#"{"{\"status\":200,\"body\":\"fine\"}":20}{"slept":1}"#,
            "head start {head_start}: {outcome:#?}"
        );
    }
}

#[test]
fn a_deadline_ends_a_request_that_is_not_answered() {
    let server = Server::start(LONG, LONG);
    let outcome = run(&fetch(&server, Duration::from_millis(200)));
    assert!(outcome.out.starts_with("{\"error\":"), "{outcome:#?}");
}

#[test]
fn parent_and_children_have_connections_of_their_own() {
    let server = Server::start(NOW, LONG);
    let request = server.request(LONG);
    prints(
        &format!(
            "use Puq\\ProxmoxKvm\\Selftest;
            $fetch = fn() => Selftest\\fetch(new TestHost(), {request});
            show($fetch);
            $children = [];
            for ($i = 0; $i < 3; $i++) {{
                $pid = pcntl_fork();
                if ($pid === 0) {{ exit($fetch() === $fetch() && $fetch()['body'] === 'fine' ? 11 : 1); }}
                $children[] = $pid;
            }}
            show($fetch);
            foreach ($children as $pid) {{ pcntl_waitpid($pid, $status); echo pcntl_wexitstatus($status), ' '; }}
            show($fetch);"
        ),
        &format!("{FINE}\n{FINE}\n11 11 11 {FINE}"),
    );
    assert_eq!(
        server.opened(),
        4,
        "one of the parent and one of each child"
    );
}

#[test]
fn a_callback_may_use_the_network_while_the_outer_entry_waits_for_it() {
    let server = Server::start(Duration::from_millis(20), LONG);
    let request = server.request(LONG);
    prints(
        &format!(
            "use Puq\\ProxmoxKvm\\Selftest;
            $h = new TestHost(fn() => Selftest\\fetch(new TestHost(), {request}));
            $seen = Selftest\\beside($h, ['times' => 5] + {request}, []);
            echo count(array_filter($seen['answers'], fn($a) => $a === $seen['call'])), json_encode($seen['call']);"
        ),
        &format!("5{FINE}"),
    );
}

#[test]
fn a_process_ends_well_while_the_resolver_thread_rests() {
    // A host name makes the runtime start a thread for the lookup; it outlives the call and PHP unloads its modules under it.
    let server = Server::start(NOW, LONG);
    let request = server.request(LONG);
    for _ in 0..5 {
        prints(
            &format!(
                "echo json_encode(Puq\\ProxmoxKvm\\Selftest\\fetch(new TestHost(), ['host' => 'localhost'] + {request}));
                echo ' ', count(glob('/proc/self/task/*')) > 1 ? 'with a thread' : 'without';"
            ),
            &format!("{FINE} with a thread"),
        );
    }
}
