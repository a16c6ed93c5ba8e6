//! The simulator as a program: fault rules from a file, and what its help says of them.
#![allow(missing_docs)]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running program; ended when dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn help() -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_pve-sim"))
        .arg("--help")
        .output();
    String::from_utf8(run.expect("it runs").stdout).expect("text")
}

#[tokio::test]
async fn rules_from_a_file_strike_over_the_wire() {
    let file = std::env::temp_dir().join(format!("pve-sim-faults-{}.json", std::process::id()));
    let rules = json!([
        {"match": {"path": "/version"}, "when": {"nth": 2}, "do": {"status": {"code": 596, "reason": "Connection timed out"}}},
        {"match": {"path": "/nodes"}, "do": "reset_after"},
    ]);
    std::fs::write(&file, rules.to_string()).expect("written");
    let mut program = Program(
        Command::new(env!("CARGO_BIN_EXE_pve-sim"))
            .args([
                "--plain",
                "--listen",
                "pve1=127.0.0.1:0",
                "--die-with-parent",
                "--faults",
            ])
            .arg(&file)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs"),
    );
    let mut line = String::new();
    let out = program.0.stdout.take().expect("an output");
    BufReader::new(out)
        .read_line(&mut line)
        .expect("it says when it is ready");
    std::fs::remove_file(&file).expect("removed");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    let text = |name: &str| ready[name].as_str().expect("a text").to_owned();
    // The client wants one even where it speaks no TLS; another test may have been quicker.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("client");
    let get = |path: &str| {
        let token = format!("PVEAPIToken={}={}", text("token_id"), text("token_secret"));
        client
            .get(format!("{}/api2/json{path}", text("url")))
            .header("Authorization", token)
            .send()
    };
    let statuses = [
        get("/version").await.expect("an answer").status().as_u16(),
        get("/version").await.expect("an answer").status().as_u16(),
        get("/version").await.expect("an answer").status().as_u16(),
    ];
    assert_eq!(statuses, [200, 596, 200]);
    assert!(get("/nodes").await.is_err(), "the connection breaks");
}

#[test]
fn a_rule_file_that_makes_no_sense_is_refused_with_its_name() {
    let file = std::env::temp_dir().join(format!("pve-sim-wrong-{}.json", std::process::id()));
    std::fs::write(&file, r#"[{"do": "explode"}]"#).expect("written");
    let run = Command::new(env!("CARGO_BIN_EXE_pve-sim"))
        .arg("--faults")
        .arg(&file)
        .output();
    std::fs::remove_file(&file).expect("removed");
    let run = run.expect("it runs");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(!run.status.success());
    assert!(
        said.contains("pve-sim-wrong-") && said.contains("explode"),
        "{said}"
    );
}

/// The help names every field and every kind of a rule: what it lacks nobody finds.
#[test]
fn the_help_names_everything_a_rule_can_say() {
    let help = help();
    let schema = [
        "method",
        "path",
        "node",
        "vmid",
        "endpoint",
        "nth",
        "every",
        "after",
        "times",
        "chance",
        "refuse",
        "reset_before",
        "reset_after",
        "hang",
        "hang_after",
        "slow",
        "status",
        "garbage",
        "truncate",
        "task_fail",
        "task_warn",
        "task_vanish",
        "task_never_ends",
        "worker_killed",
        "lock",
        "no_quorum",
        "node_down",
        "storage_offline",
        "clock_skew",
        "heal",
    ];
    for word in schema {
        assert!(help.contains(word), "{word} is missing in:\n{help}");
    }
    // And what stands there as an example is taken.
    let example = help
        .split_once("every fifth start fails\n")
        .expect("an example")
        .1;
    let rules = pve_sim::faults::parse(example).expect("rules");
    assert_eq!(rules.len(), 2);
}
