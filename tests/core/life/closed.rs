//! What a client reads of a service that is over or suspended: its overview.

use super::*;

/// A page that is greyed out is not read by hand either: whatever WHMCS has the service as.
#[test]
fn a_client_reads_nothing_of_a_service_that_is_over_or_suspended() {
    let world = world(&json!({}));
    let reads = [
        json!({"op": "snapshots"}),
        json!({"op": "backups"}),
        json!({"op": "firewall"}),
        json!({"op": "charts", "timeframe": "day"}),
        json!({"op": "rdns"}),
        json!({"op": "reinstall_options"}),
    ];
    for request in &reads {
        granted(&world, request);
    }
    for status in [
        "Suspended",
        "Terminated",
        "Cancelled",
        "Fraud",
        "Completed",
        "Pending",
    ] {
        world
            .host
            .services
            .borrow_mut()
            .get_mut(&SERVICE.0)
            .unwrap()["status"] = json!(status);
        for request in &reads {
            assert_eq!(
                refused(&world, request),
                "The service is not active.",
                "{status} {request}"
            );
        }
        assert_eq!(
            ask(&world, &json!({"op": "status"}))["ok"],
            true,
            "{status}"
        );
    }
    world
        .host
        .services
        .borrow_mut()
        .get_mut(&SERVICE.0)
        .unwrap()["status"] = json!("Active");
    assert_eq!(call(&world, "suspend"), "success");
    for request in &reads {
        assert_eq!(
            refused(&world, request),
            "The service is suspended.",
            "{request}"
        );
    }
}
