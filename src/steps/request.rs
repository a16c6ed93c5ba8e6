//! What a person asked for on a page, brought to an end that this person can read.
//!
//! A request is stored before anything is sent for it. Whoever looks next, a page or the cron, settles the operation that
//! serves it and comes here: done, tried again, or failed with its reason. The end is written once, with its line in the
//! service's log.

use super::power_state;
use crate::model::{Failure, Reason, StepResult, Stop, VmAction, VmState, Wait};
use crate::pve::Exit;
use crate::store::operation::{self, Attempt, Outcome};
use crate::store::request::{self, End, Person, Request};
use crate::store::run::{self, Run, RunResult, StepLine};
use crate::store::{self, StoreError};
use crate::vm::Vm;

/// For how many seconds a request is tried again while something else holds the VM.
pub const TRY_LIMIT_S: i64 = 300;
/// Seconds between two tries.
const PAUSE_S: i64 = 5;
/// How many seconds a VM may take to follow what Proxmox accepted: HA's manager looks every ten seconds, and stops in its turn.
const FOLLOW_LIMIT_S: i64 = 180;
/// A backup's time is the node's: it may differ from ours by this many seconds.
const CLOCK_SKEW_S: i64 = 300;

/// How a request stands.
#[derive(Debug)]
pub enum Stand {
    /// It was done.
    Done,
    /// It goes on, and keeps others from the VM.
    GoesOn,
    /// It was passed on, and the VM is yet to follow: nobody need wait for that.
    Follows,
    /// It was not done.
    Failed(Failure),
}

/// A request that ended just now.
#[derive(Debug)]
pub struct Ended {
    /// What was asked.
    pub action: VmAction,
    /// Why it was not done; `None`: it was.
    pub failure: Option<String>,
}

/// What looking after a service's requests showed.
#[derive(Debug, Default)]
pub struct Pursued {
    /// Whether one keeps others from the VM.
    pub holds: bool,
    /// Whether one goes on, be it only that the VM is yet to follow.
    pub going: bool,
    /// Those that ended.
    pub ended: Vec<Ended>,
}

impl Vm {
    /// Stores what a person asks for, and does it. `earlier`: whether a request has no end yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask(
        &mut self,
        action: VmAction,
        asker: Person,
        earlier: bool,
    ) -> Result<Stand, Failure> {
        let mut asked = self.asked(action, asker);
        let row = asked.insert();
        if asked.action.is_power() {
            if earlier {
                self.supersede().await?;
            }
            self.unwritten = Some(row);
        } else {
            // Some of it is written to Proxmox without an operation.
            store::write(&self.site.host, vec![row]).await?;
        }
        self.attempt(&mut asked).await
    }

    /// What a person asks for now, to be stored.
    pub fn asked(&self, action: VmAction, asker: Person) -> Request {
        let now = self.site.now();
        Request {
            id: self.site.random.token(),
            service: self.record.service,
            action,
            asker,
            asked_at: now,
            try_until: now + TRY_LIMIT_S,
            tries: 0,
            end: None,
            text: String::new(),
            ended_at: None,
        }
    }

    /// Serves a request with what is done next: its operations carry the key, so whoever looks later finds them. `None`:
    /// no request any more.
    pub fn serving(&mut self, asked: Option<&Request>) {
        self.request = asked.map_or_else(String::new, |asked| asked.id.clone());
    }

    /// What the VM was to follow no longer counts: it is switched otherwise now.
    async fn supersede(&mut self) -> Result<(), Failure> {
        for earlier in request::open(&self.site.host, self.record.service).await? {
            if earlier.action.is_power() {
                let text = "it was switched otherwise meanwhile";
                self.fail(&earlier, Reason::Overtaken, text).await?;
            }
        }
        Ok(())
    }

    /// Brings what goes on for the service nearer to its end. What is in flight must have been settled.
    ///
    /// # Errors
    /// When Proxmox does not say how the VM stands, or the database fails: the requests go on.
    pub async fn pursue(&mut self) -> Result<Pursued, Failure> {
        let mut seen = Pursued::default();
        for mut asked in request::open(&self.site.host, self.record.service).await? {
            match self.look_after(&mut asked).await? {
                stand @ (Stand::GoesOn | Stand::Follows) => {
                    seen.going = true;
                    seen.holds |= matches!(stand, Stand::GoesOn);
                }
                Stand::Done => seen.ended.push(Ended {
                    action: asked.action,
                    failure: None,
                }),
                Stand::Failed(failure) => seen.ended.push(Ended {
                    action: asked.action,
                    failure: Some(failure.sentence().to_owned()),
                }),
            }
        }
        Ok(seen)
    }

    async fn attempt(&mut self, asked: &mut Request) -> Result<Stand, Failure> {
        self.request.clone_from(&asked.id);
        let result = self.carry_out(&asked.action).await;
        self.request.clear();
        if let Some(row) = self.unwritten.take() {
            // Nothing was sent for it.
            store::write(&self.site.host, vec![row]).await?;
        }
        match result {
            Ok(_) => self.end(asked, None).await,
            Err(Stop::Wait(_)) => Ok(Stand::GoesOn),
            Err(Stop::Failed(failure)) if self.may_try_again(asked, &failure) => {
                failure.sentence().clone_into(&mut asked.text);
                request::count(&self.site.host, asked).await?;
                Ok(Stand::GoesOn)
            }
            Err(Stop::Failed(failure)) => self.end(asked, Some(failure)).await,
        }
    }

    async fn carry_out(&mut self, action: &VmAction) -> StepResult {
        match action {
            VmAction::Start | VmAction::Stop | VmAction::Shutdown | VmAction::Reboot => {
                power_state::switch(self, action).await
            }
            VmAction::TakeSnapshot(text) => self.take_snapshot(text).await,
            VmAction::GoBack(name) => self.roll_back(name).await,
            VmAction::RemoveSnapshot(name) => self.remove_snapshot(name).await,
            VmAction::BackUp(text) => self.back_up(text).await,
            VmAction::RemoveBackup(volid) => self.remove_backup(volid).await,
            VmAction::MountIso(volid) => self.mount_iso(volid).await,
            VmAction::UnmountIso => self.unmount_iso().await,
            // The flow does it, or did the step: only what came of it is looked at.
            VmAction::Reinstall
            | VmAction::Restore(_)
            | VmAction::ResetPassword
            | VmAction::Step(_) => Err(Wait::NextRun.into()),
        }
    }

    /// Whether the same may be asked for again: something held the VM, so nothing was done, and what was asked still
    /// counts.
    fn may_try_again(&self, asked: &Request, failure: &Failure) -> bool {
        failure.reason == Reason::Busy
            && self.site.now() < asked.try_until
            && !matches!(asked.action, VmAction::Step(_))
            && self.still(asked)
    }

    /// Whether nothing that goes before it was asked for meanwhile.
    fn still(&self, asked: &Request) -> bool {
        self.record.state == VmState::Ready
            && (!self.record.suspended() || asked.action == VmAction::Stop)
    }

    async fn look_after(&mut self, asked: &mut Request) -> Result<Stand, Failure> {
        if self.record.vmid.is_none() {
            let text = "the VM was let go of meanwhile";
            return self.fail(asked, Reason::Overtaken, text).await;
        }
        let now = self.site.now();
        let last = operation::newest_of(&self.site.host, &asked.id, now).await?;
        let last = match last {
            // Operations are settled first; what is still in flight is looked at by the next process.
            Some(Attempt { outcome: None, .. }) => return Ok(Stand::GoesOn),
            last => last,
        };
        let outcome = last.as_ref().and_then(|last| last.outcome);
        if outcome == Some(Outcome::Done) && !asked.action.is_power() {
            return self.end(asked, None).await;
        }
        if self.holds(&asked.action, last.as_ref(), outcome).await? {
            return self.end(asked, None).await;
        }
        match (last, outcome) {
            (Some(last), Some(Outcome::Done)) if now < last.ended_at + FOLLOW_LIMIT_S => {
                Ok(Stand::Follows)
            }
            (Some(_), Some(Outcome::Done)) => {
                let status = power_state::status(self).await?;
                let text = power_state::not_followed(self.vmid()?, &status);
                self.fail(asked, Reason::NotFollowed, &text).await
            }
            (Some(last), Some(Outcome::Failed | Outcome::NotSent)) => {
                let what = format!("{} VM {}", last.operation.kind.verb(), self.vmid()?);
                let error = self.failed(&what, &Exit::Failed(last.text));
                self.once_more(asked, error.into(), last.ended_at).await
            }
            // No operation was written: a try failed before that, or its process was killed.
            (None, _) if asked.tries > 0 => {
                let failure = Failure::retry(asked.text.clone()).because(Reason::Busy);
                self.once_more(asked, failure, 0).await
            }
            _ => {
                let text = "It was cut off on the way, and the VM shows no sign of it.";
                self.fail(asked, Reason::Lost, text).await
            }
        }
    }

    async fn once_more(
        &mut self,
        asked: &mut Request,
        failure: Failure,
        ended_at: i64,
    ) -> Result<Stand, Failure> {
        if !self.may_try_again(asked, &failure) {
            let failure = match self.still(asked) {
                true => failure,
                false => Failure {
                    reason: Reason::Overtaken,
                    ..failure
                },
            };
            return self.end(asked, Some(failure)).await;
        }
        if self.site.now() < ended_at + PAUSE_S {
            return Ok(Stand::GoesOn);
        }
        self.attempt(asked).await
    }

    /// Whether the VM is as was asked. Where an operation failed for sure only what Proxmox does not answer for is looked
    /// at.
    async fn holds(
        &mut self,
        action: &VmAction,
        last: Option<&Attempt>,
        outcome: Option<Outcome>,
    ) -> Result<bool, Failure> {
        let unsure = !matches!(outcome, Some(Outcome::Failed | Outcome::NotSent));
        Ok(match action {
            VmAction::Start | VmAction::Stop | VmAction::Shutdown => {
                let status = power_state::status(self).await?;
                power_state::is_reached(action, &status)
            }
            VmAction::Reboot => match last {
                Some(last) if outcome == Some(Outcome::Done) => {
                    let status = power_state::status(self).await?;
                    let before = last.operation.intent.parse().unwrap_or(0);
                    power_state::has_restarted(&status, before, self.site.now() - last.ended_at)
                }
                _ => false,
            },
            VmAction::MountIso(volid) => self.mounted().await?.as_ref() == Some(volid),
            VmAction::UnmountIso => self.mounted().await?.is_none(),
            _ if !unsure => false,
            VmAction::TakeSnapshot(_) => {
                let name = last.map(|last| last.operation.intent.as_str());
                let own = self.snapshots().await?;
                own.iter().any(|known| Some(known.name.as_str()) == name)
            }
            VmAction::RemoveSnapshot(name) => {
                let own = self.snapshots().await?;
                own.iter().all(|known| known.name != *name)
            }
            VmAction::RemoveBackup(volid) => {
                let all = self.backups().await?;
                all.iter().all(|known| known.volid != *volid)
            }
            VmAction::BackUp(text) => {
                let since = last.map_or(i64::MAX, |last| last.operation.sent_at - CLOCK_SKEW_S);
                let all = self.backups().await?;
                all.iter()
                    .any(|known| known.time >= since && known.text.as_ref() == Some(text))
            }
            VmAction::GoBack(_)
            | VmAction::Reinstall
            | VmAction::Restore(_)
            | VmAction::ResetPassword
            | VmAction::Step(_) => false,
        })
    }

    async fn fail(
        &mut self,
        asked: &Request,
        reason: Reason,
        text: &str,
    ) -> Result<Stand, Failure> {
        let failure = Failure::retry(text).because(reason);
        self.end(asked, Some(failure)).await
    }

    /// Writes how it ended, once, with its line in the service's log.
    async fn end(&mut self, asked: &Request, failure: Option<Failure>) -> Result<Stand, Failure> {
        let (host, now) = (self.site.host.clone(), self.site.now());
        let text = failure.as_ref().map_or("", |failure| failure.sentence());
        let end = match &failure {
            None => End::Done,
            Some(failure) => End::Failed(failure.reason),
        };
        let mut also = vec![
            asked.conclude(end, text, now),
            self.line_of(asked, text, now).insert(),
            run::trim(asked.service),
        ];
        if failure.is_none() {
            also.push(request::outdate(asked.service, &asked.action, now));
        }
        // Somebody else who looked in the same moment has told it.
        let written = host.transact(also).await.map_err(StoreError::from)?;
        let first = written.committed();
        if first && failure.is_none() && matches!(asked.action, VmAction::GoBack(_)) {
            // What is to follow is recorded: where it does not come about here the cron goes on with it, and tells.
            let _ = self.settle_down().await;
        }
        if first {
            // What somebody asked for afterwards is no fault of anything.
            let fault = end != End::Failed(Reason::Overtaken);
            if fault && !text.is_empty() {
                let (action, service) = (asked.action.head(), asked.service);
                let whose = match asked.asker {
                    Person::Client => "the client",
                    Person::Staff => "the staff",
                };
                let text =
                    format!("{action}, asked for by {whose} of service {service}, failed: {text}");
                self.tell_admin(&text).await;
            }
        }
        Ok(failure.map_or(Stand::Done, Stand::Failed))
    }

    fn line_of(&self, asked: &Request, text: &str, now: i64) -> Run {
        let state = self.record.state.as_str();
        let (result, told) = match text {
            "" => (RunResult::Success, "success"),
            text => (RunResult::Error, text),
        };
        let label = match asked.action.subject() {
            "" => asked.action.head().to_owned(),
            subject => format!("{} ({subject})", asked.action.head()),
        };
        Run {
            id: self.site.random.token(),
            service: asked.service,
            flow: asked.action.head().to_owned(),
            started_at: asked.asked_at,
            finished_at: Some(now),
            from: state.to_owned(),
            to: state.to_owned(),
            result,
            error: text.to_owned(),
            steps: vec![StepLine {
                number: Some(1),
                label,
                result: told.to_owned(),
                from: state.to_owned(),
                to: state.to_owned(),
                at: now,
                seconds: (now - asked.asked_at).max(0) as f64,
            }],
        }
    }
}
