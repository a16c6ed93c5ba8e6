//! Random calls: nothing panics, nothing is left over. `PVE_SIM_SEED` and `PVE_SIM_ROUNDS` choose what is run.
#![allow(missing_docs)]

mod common;
use common::Client;
use pve_sim::{Outcome, Scenario, faults};
use std::time::Duration;

/// A generator of its own, so that the sequence does not depend on the simulator's.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }
}

async fn step(c: &Client, dice: &mut Dice) {
    let node = dice.pick(&["pve1", "pve2", "pve3"]);
    let vmid = (2000 + dice.roll(6)).to_string();
    let at = format!("/nodes/{node}/qemu/{vmid}");
    let size = format!("{}{}G", dice.pick(&["", "+"]), dice.roll(9));
    let (method, path, params): (&str, String, Vec<(&str, &str)>) = match dice.roll(16) {
        0..=2 => {
            let mut params = vec![("newid", vmid.as_str()), ("full", dice.pick(&["0", "1"]))];
            if dice.roll(2) == 0 {
                params.push(("storage", dice.pick(&["nfs-vm", "local-lvm", "none-such"])));
            }
            let template = dice.pick(&["9000", "9001"]);
            ("POST", format!("/nodes/pve1/qemu/{template}/clone"), params)
        }
        3 => ("DELETE", at, vec![("purge", "1")]),
        4 => ("POST", format!("{at}/status/start"), vec![]),
        5 => ("POST", format!("{at}/status/stop"), vec![]),
        6 => (
            "PUT",
            format!("{at}/resize"),
            vec![("disk", "scsi0"), ("size", &size)],
        ),
        7 => (
            "PUT",
            format!("{at}/config"),
            vec![
                ("cores", "2"),
                ("memory", "4096"),
                ("net0", "virtio,bridge=vmbr0"),
            ],
        ),
        8 => (
            "POST",
            format!("{at}/config"),
            vec![("scsi1", dice.pick(&["nfs-vm:1", "local-lvm:2", "local:1"]))],
        ),
        9 => (
            "PUT",
            format!("{at}/config"),
            vec![("delete", dice.pick(&["scsi1", "unused0", "scsi0", "cores"]))],
        ),
        10 => (
            "POST",
            format!("{at}/snapshot"),
            vec![("snapname", dice.pick(&["aa", "bb"]))],
        ),
        11 => (
            "DELETE",
            format!("{at}/snapshot/{}", dice.pick(&["aa", "bb"])),
            vec![],
        ),
        12 => (
            "POST",
            format!("{at}/snapshot/{}/rollback", dice.pick(&["aa", "bb"])),
            vec![],
        ),
        13 => (
            "POST",
            format!("/nodes/{node}/vzdump"),
            vec![("vmid", &vmid), ("storage", "pbs-backup")],
        ),
        14 => (
            "POST",
            format!("{at}/migrate"),
            vec![
                ("target", dice.pick(&["pve1", "pve2", "pve3"])),
                ("online", "1"),
                ("with-local-disks", "1"),
            ],
        ),
        _ => {
            let list = "/nodes/pve1/storage/pbs-backup/content";
            let backups = match c.send("GET", list, &[]).await {
                Outcome::Answer(answer) => answer.body_json()["data"].clone(),
                _ => return,
            };
            let some = backups
                .as_array()
                .filter(|l| !l.is_empty())
                .map(|l| l[dice.roll(l.len() as u64) as usize]["volid"].clone());
            let archive = some
                .as_ref()
                .and_then(|v| v.as_str())
                .unwrap_or("pbs-backup:backup/vm/1/x")
                .to_owned();
            c.send(
                "POST",
                &format!("/nodes/{node}/qemu"),
                &[
                    ("vmid", &vmid),
                    ("archive", &archive),
                    ("force", "1"),
                    ("storage", "nfs-vm"),
                ],
            )
            .await;
            return;
        }
    };
    let Outcome::Answer(answer) = c.send(method, &path, &params).await else {
        return;
    };
    assert!(
        answer.reason != "simulator: worker panicked",
        "{method} {path} {params:?}"
    );
}

fn left_over(c: &Client) -> Vec<String> {
    let world = c.sim.world();
    let mut wrong = Vec::new();
    for vm in world.vms.values() {
        for (key, drive) in vm.drives() {
            if world.volume(&drive.file, &vm.node).is_none() {
                wrong.push(format!("{} {key}: {} is gone", vm.vmid, drive.file));
            }
        }
        if let Some(lock) = vm.conf.get("lock") {
            wrong.push(format!("{} is locked ({lock})", vm.vmid));
        }
    }
    for (place, volume) in &world.volumes {
        let owner = volume.vmid.filter(|_| volume.content == "images");
        if owner.is_some_and(|vmid| !world.vms.contains_key(&vmid)) {
            wrong.push(format!("{place:?} has no owner"));
        }
    }
    wrong.extend(
        world
            .active
            .iter()
            .map(|&index| format!("{} does not end", world.tasks[index].upid)),
    );
    wrong
}

#[tokio::test(start_paused = true)]
async fn random_calls() {
    let from = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let seed = from("PVE_SIM_SEED").unwrap_or(1);
    for seed in seed..seed + from("PVE_SIM_ROUNDS").unwrap_or(8) {
        println!("PVE_SIM_SEED={seed} PVE_SIM_ROUNDS=1");
        let mut scenario = Scenario::named("demo").expect("scenario");
        scenario.seed = seed;
        let c = Client::of(scenario);
        let mut dice = Dice(seed);
        for _ in 0..150 {
            step(&c, &mut dice).await;
            let pause = dice.roll(8);
            tokio::time::sleep(Duration::from_secs(pause)).await;
        }
        tokio::time::sleep(Duration::from_secs(10_000)).await;
        assert_eq!(left_over(&c), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn random_calls_among_faults() {
    let from = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let seed = from("PVE_SIM_SEED").unwrap_or(1);
    let kinds = [
        r#""refuse""#,
        r#""reset_before""#,
        r#""reset_after""#,
        r#""hang_after""#,
        r#""garbage""#,
        r#""truncate""#,
        r#""task_vanish""#,
        r#""worker_killed""#,
        r#""no_quorum""#,
        r#""node_down""#,
        r#""heal""#,
        r#"{"status": {"code": 596, "reason": "Connection timed out", "after": true}}"#,
        r#"{"slow": {"ms": 2000}}"#,
        r#"{"task_fail": {"exitstatus": "some error"}}"#,
        r#"{"task_warn": {"n": 1}}"#,
        r#"{"lock": {"kind": "backup", "seconds": 20}}"#,
        r#"{"storage_offline": {"storage": "nfs-vm"}}"#,
        r#"{"clock_skew": {"seconds": -60}}"#,
    ];
    let rules: Vec<String> = kinds
        .iter()
        .map(|fault| format!(r#"{{"when": {{"chance": 0.03}}, "do": {fault}}}"#))
        .collect();
    let rules = faults::parse(&format!("[{}]", rules.join(","))).expect("rules");
    for seed in seed..seed + from("PVE_SIM_ROUNDS").unwrap_or(8) {
        println!("PVE_SIM_SEED={seed} PVE_SIM_ROUNDS=1");
        let mut scenario = Scenario::named("demo").expect("scenario");
        scenario.seed = seed;
        scenario.faults = rules.clone();
        let c = Client::of(scenario);
        let mut dice = Dice(seed);
        for _ in 0..300 {
            step(&c, &mut dice).await;
            let pause = dice.roll(8);
            tokio::time::sleep(Duration::from_secs(pause)).await;
        }
        tokio::time::sleep(Duration::from_secs(100_000)).await;
        // Killed workers leave locks and volumes; but nothing goes on for ever.
        assert!(c.sim.world().active.is_empty());
    }
}
