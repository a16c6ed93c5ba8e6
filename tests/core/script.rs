//! The three runs of the reference product as scripts: which steps, how long each takes.

use puq_proxmox_kvm::cron::{TaskReport, Tick};
use puq_proxmox_kvm::engine::{Event, Observer, StepOutcome};
use puq_proxmox_kvm::model::VmState as S;
use puq_proxmox_kvm::model::{Sentence, ServiceId, VmState, Vmid};
use puq_proxmox_kvm::report::Terminal;
use puq_proxmox_kvm::store::StoreError;
use std::time::Duration;

/// Whose runs they are.
pub const SERVICE: ServiceId = ServiceId(5546);
const RETRY: &str = "VM failed to start (status: stopped). Will retry.";

/// What a scripted task does: nothing, or a block and details, in so many seconds.
pub struct Script {
    head: &'static str,
    start: VmState,
    steps: &'static [(&'static str, VmState, f64, Option<&'static str>)],
    action: &'static str,
    /// Seconds the task takes on the whole.
    took: f64,
    backups: bool,
    statistics: (f64, bool),
}

/// The first run.
#[allow(clippy::approx_constant, reason = "seconds that look like pi")]
pub const DEPLOY_SCRIPT: Script = Script {
    head: "Deploy",
    start: S::Clone,
    steps: &[
        ("Migrate to target node", S::Migrated, 30.23, None),
        ("Set CPU & RAM", S::SetCpuRam, 0.11, None),
        ("Resize system disk", S::SetSystemDiskSize, 0.11, None),
        ("Set system disk I/O", S::SetSystemDiskBandwidth, 0.13, None),
        (
            "Create additional disk",
            S::SetCreatedAdditionalDisk,
            3.14,
            None,
        ),
        (
            "Resize additional disk",
            S::SetAdditionalDiskSize,
            1.08,
            None,
        ),
        (
            "Set additional disk I/O",
            S::SetAdditionalDiskBandwidth,
            0.13,
            None,
        ),
        ("Configure network", S::SetNetwork, 0.12, None),
        ("Configure firewall", S::SetFirewall, 0.39, None),
        ("Configure cloud-init", S::SetCloudinit, 1.31, None),
        ("Start VM", S::Starting, 8.18, None),
        ("Verify running + Email", S::Ready, 0.46, None),
    ],
    action: "deploy",
    took: 57.5,
    backups: true,
    statistics: (0.1, true),
};

/// The second.
pub const PAUSED_SCRIPT: Script = Script {
    head: "ChangePackage",
    start: S::ChangePackage,
    steps: &[
        ("Update IP + DNS + Firewall", S::CpUpdateIp, 0.54, None),
        ("Stop VM", S::CpStop, 10.19, None),
        ("Set CPU & RAM", S::CpCpuRam, 0.15, None),
        ("Resize system disk", S::CpSystemDiskSize, 0.22, None),
        ("Set system disk I/O", S::CpSystemDiskBandwidth, 0.19, None),
        ("Create additional disk", S::CpAdditionalDisk, 0.18, None),
        (
            "Resize additional disk",
            S::CpAdditionalDiskSize,
            1.16,
            None,
        ),
        (
            "Set additional disk I/O",
            S::CpAdditionalDiskBandwidth,
            0.17,
            None,
        ),
        (
            "Configure network (skip - no change)",
            S::CpNetwork,
            0.04,
            None,
        ),
        ("Configure firewall", S::CpFirewall, 0.07, None),
        ("Start VM", S::CpFirewall, 5.11, Some(RETRY)),
    ],
    action: "change_package",
    took: 28.1,
    backups: false,
    statistics: (0.0, false),
};

/// The third.
pub const RESUMED_SCRIPT: Script = Script {
    head: "ChangePackage",
    start: S::CpFirewall,
    steps: &[
        ("Start VM", S::CpStart, 0.05, None),
        ("Verify running", S::Ready, 0.05, None),
    ],
    action: "change_package",
    took: 2.12,
    backups: true,
    statistics: (0.04, true),
};

/// Tells the script's block, each step in its time.
pub async fn play(script: &Script, tick: &Tick<'_>) -> Result<TaskReport, StoreError> {
    let stage = Terminal::new(Some(tick.site.host.clone()));
    let block = stage.block();
    let mut state = script.start;
    let started = Event::FlowStarted {
        head: script.head,
        service: SERVICE,
        vmid: Vmid::new(2002),
        state,
    };
    block.tell(started).await;
    let mut left = script.took;
    for (index, (label, to, seconds, error)) in script.steps.iter().enumerate() {
        tokio::time::sleep(Duration::from_secs_f64(*seconds)).await;
        left -= seconds;
        let outcome = error.map_or(StepOutcome::Success, |text| {
            StepOutcome::Error(Sentence::foreign(text))
        });
        let (number, label) = (index as u32 + 1, Sentence::foreign(*label));
        block
            .tell(Event::StepEnded {
                number,
                label,
                outcome,
                from: state,
                to: *to,
                seconds: *seconds,
            })
            .await;
        state = *to;
    }
    tokio::time::sleep(Duration::from_secs_f64(left.max(0.0))).await;
    let completed = state == VmState::Ready;
    block
        .tell(Event::FlowEnded {
            head: script.head,
            service: SERVICE,
            state,
            completed,
        })
        .await;
    let result = if completed { "success" } else { RETRY };
    Ok(TaskReport {
        processed: 1,
        errors: u64::from(!completed),
        details: vec![format!("sid:{SERVICE} action:{} [{result}]", script.action)],
    })
}

/// What the backup task says.
pub fn backups(script: &Script) -> TaskReport {
    let detail = format!("sid:{SERVICE} [skipped] already_done_today, last:2026-04-10");
    TaskReport {
        details: script.backups.then_some(detail).into_iter().collect(),
        ..TaskReport::default()
    }
}

/// What the statistics task says.
pub async fn statistics(script: &Script) -> TaskReport {
    let (took, counted) = script.statistics;
    tokio::time::sleep(Duration::from_secs_f64(took)).await;
    let detail = format!("sid:{SERVICE} [success] last:never, collected");
    TaskReport {
        processed: u64::from(counted),
        errors: 0,
        details: counted.then_some(detail).into_iter().collect(),
    }
}
