//! A click gives its service back, also where the database is away in that very moment.

use super::*;
use crate::support::outage::Failing;

const TENTH: Duration = Duration::from_millis(100);

/// Its process lives on, so nobody would take over what it leaves; the next one to act would wait for three minutes.
#[test]
fn a_database_that_restarts_in_the_midst_of_a_click_leaves_no_lease() {
    let mut met = 0;
    for failing in [Failing::Away, Failing::Broke, Failing::ReadOnly] {
        for begins in 0..30 {
            let world = world(&json!({}));
            world.outage(failing, TENTH * begins, Duration::from_secs(3));
            let params = world.host.services.borrow()[&SERVICE.0].clone();
            let request = json!({"op": "stop"});
            world.drive(|site| async move {
                // Whatever it answers.
                drop(actions::client_api(&site, params, request).await);
            });
            met += world.mend_database();
            let held = world
                .host
                .rows("SELECT holder FROM puq_proxmox_kvm_leases WHERE expires_at > 0");
            assert!(
                held.is_empty(),
                "{failing:?} after {begins} tenths: {held:?}"
            );
        }
    }
    assert!(met > 30, "{met}");
}
