//! Nothing is read twice for one request.

use crate::support::counts::{BOUNDS, measure};

#[test]
fn a_request_reads_each_thing_once_and_an_idle_tick_nothing_in_vain() {
    let measured = measure();
    for (name, bound) in BOUNDS {
        let (_, taken) = measured.iter().find(|(known, _)| *known == name).unwrap();
        println!("{name}: {taken:?}");
        assert!(taken.host_calls <= bound, "{name}: {taken:?}");
        assert_eq!(taken.refused, 0, "{name}: {taken:?}");
        if name == "host_calls_stop_click" {
            let mut requests = taken.requests.clone();
            // The one look, in either order, the call, then the task and the VM's own state.
            requests[..2].sort();
            assert_eq!(requests[..3], ["GET config", "GET current", "POST stop"]);
            let (last, polls) = requests[3..].split_last().unwrap();
            assert_eq!(last, "GET current", "{requests:?}");
            let polled = |request: &&String| *request == "GET status";
            assert_eq!(
                polls.iter().filter(polled).count(),
                polls.len(),
                "{requests:?}"
            );
        }
    }
}
