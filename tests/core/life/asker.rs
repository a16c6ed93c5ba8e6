//! Who asks decides: a client is held to what the product permits, staff to the rights of their role.

use super::*;

fn change_password(world: &World, who: &Value) -> String {
    *world.host.asker.borrow_mut() = who.clone();
    let mut params = world.host.services.borrow()[&SERVICE.0].clone();
    params["password"] = json!("brand New 1");
    world.drive(|site| async move { actions::change_password(&site, params).await.unwrap() })
}

fn staff(rights: &[&str]) -> Value {
    json!({"who": "staff", "rights": rights, "checked": false})
}

#[test]
fn a_client_resets_the_password_only_where_the_product_permits_it() {
    let not_included = "Your product does not include this.";
    let world = world(&json!({"reset_password": "0"}));
    stop(&world);
    let client = json!({"who": "client", "rights": null, "checked": false});
    assert_eq!(change_password(&world, &client), not_included);
    assert_eq!(
        refused(&world, &json!({"op": "reset_password"})),
        not_included,
        "the same by the page of the module"
    );
    wait(&world);
    assert!(!running(&world), "and nothing was begun");
    assert_eq!(change_password(&world, &staff(&[])), "success");
    world.settle(5);
    assert!(running(&world));
}

#[test]
fn where_the_product_permits_it_a_client_does() {
    let world = world(&json!({"reset_password": "1"}));
    stop(&world);
    let client = json!({"who": "client", "rights": null, "checked": false});
    assert_eq!(change_password(&world, &client), "success");
}

/// Whoever may open the addon need not be allowed to change a VM: what the census found is seen to by those who are.
#[test]
fn what_the_census_found_is_seen_to_with_the_same_right() {
    let world = world(&json!({}));
    for op in ["census_adopt", "census_remove", "census_redeploy"] {
        let click = |rights: &[&str]| {
            *world.host.asker.borrow_mut() = staff(rights);
            let ask = json!({"op": op, "cluster": "demo", "vmid": 2000});
            let answer =
                world.drive(|site| async move { actions::addon_api(&site, ask).await.unwrap() });
            answer["error"].as_str().unwrap().to_owned()
        };
        assert!(click(&[]).contains("Perform Server Operations"), "{op}");
        let allowed = click(&["Perform Server Operations"]);
        assert!(allowed.contains("not as it was found"), "{op}: {allowed}");
    }
}

#[test]
fn staff_change_a_vm_only_with_the_right_to_run_commands() {
    let world = world(&json!({}));
    let changes = [
        json!({"op": "stop"}),
        json!({"op": "reset_password", "shutdown": 1}),
        json!({"op": "firewall_rule_add", "direction": "in", "verdict": "DROP"}),
        json!({"op": "step", "step": "set_cpu_ram"}),
        json!({"op": "redeploy"}),
        json!({"op": "attach", "vmid": "5", "present": "4"}),
        json!({"op": "delete_record"}),
        json!({"op": "reset", "state": "terminate"}),
    ];
    let looks = [
        "status",
        "log",
        "record",
        "snapshots",
        "backups",
        "firewall",
        "charts",
    ];
    let refused = |who: &Value, request: &Value| -> String {
        *world.host.asker.borrow_mut() = who.clone();
        let answer = ask_admin(&world, request);
        assert_eq!(answer["ok"], false, "{who} {request}: {answer}");
        answer["error"].as_str().unwrap().to_owned()
    };
    for request in &changes {
        let why = refused(
            &staff(&["Addon Modules", "Perform Registrar Operations"]),
            request,
        );
        assert!(
            why.contains("the right \"Perform Server Operations\""),
            "{why}"
        );
        let unknown = json!({"who": "staff", "rights": null, "checked": false});
        let why = refused(&unknown, request);
        assert!(why.contains("did not say which rights"), "{why}");
        let client = json!({"who": "client", "rights": null, "checked": false});
        refused(&client, request);
    }
    for op in looks {
        *world.host.asker.borrow_mut() = staff(&[]);
        let answer = ask_admin(&world, &json!({"op": op}));
        assert_eq!(answer["ok"], true, "{op}: {answer}");
    }
    // The number of the VM comes with every save of WHMCS's page: as it stands it asks for nothing.
    *world.host.asker.borrow_mut() = staff(&[]);
    let unchanged = json!({"op": "attach", "vmid": "4", "present": "4"});
    assert_eq!(ask_admin(&world, &unchanged)["ok"], true);
    assert!(running(&world), "nothing was done");
    for who in [
        staff(&["Perform Server Operations"]),
        json!({"who": "staff", "rights": null, "checked": true}),
        json!({"who": "system", "rights": null, "checked": false}),
    ] {
        *world.host.asker.borrow_mut() = who.clone();
        let answer = ask_admin(&world, &json!({"op": "retry"}));
        assert_eq!(answer["ok"], true, "{who}: {answer}");
    }
}
