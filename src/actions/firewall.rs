//! The page *Firewall*: policies and rules of a VM, for clients and staff.

use super::EntryError;
use super::answer::{self, Denial};
use super::firewall_rule::{Wanted, protocols};
use super::page::{self, PageContext};
use super::page_operations::{Firewall, FirewallOp, FirewallPolicies, FirewallRule, Started};
use crate::custody::{self, Hindrance, LoadedService, Refusal};
use crate::model::{Failure, Policy, Sentence, VmState, say};
use crate::plan::Plan;
use crate::pve::{self, Class, Delivery, FirewallOptions, Kind, PveError, Rule};
use crate::site::Site;
use crate::steps::{OwnRules, firewall as step};
use crate::store::request::Person;
use crate::vm::Vm;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::mem::replace;
use std::time::Duration;

/// How long the look may take.
const READ_LIMIT: Duration = Duration::from_secs(10);
/// Rules of one VM at most: each is compiled on every node of the cluster every ten seconds (pve-firewall).
const MOST: usize = 100;

/// Answers what the page asks.
pub(super) async fn api(
    site: &Site,
    context: PageContext,
    op: FirewallOp,
) -> Result<Value, EntryError> {
    let (plan, who) = (&context.plan, context.who);
    if !(plan.firewall.enable && plan.net.has_static()) {
        return answer::denied(who, say::firewall_off().into());
    }
    match op {
        FirewallOp::FirewallList(op) => answer::to(&op, who, list(site, context).await),
        FirewallOp::FirewallPolicies(op) => {
            let wanted = policies(&op, who).map_err(Denial::from);
            let wanted = wanted.map(|(inward, outward)| Change::Policies(inward, outward));
            answer::to(&op, who, change(site, context, wanted).await)
        }
        FirewallOp::FirewallRuleAdd(op) => {
            let wanted = Wanted::parse(&json!(op), who == Person::Staff)
                .map(|wanted| Change::Add(Box::new(wanted.rule())))
                .map_err(|errors| Denial::Misfilled(say::rule_refused(), errors));
            answer::to(&op, who, change(site, context, wanted).await)
        }
        FirewallOp::FirewallRuleRemove(op) => {
            let wanted = op.pos.map(|pos| Change::Remove(pos, op.digest.clone()));
            let wanted = wanted.ok_or_else(|| say::rule_none().into());
            answer::to(&op, who, change(site, context, wanted).await)
        }
        FirewallOp::FirewallRuleMove(op) => {
            let wanted = op.pos.zip(op.to);
            let wanted = wanted.map(|(pos, to)| Change::Move(pos, to, op.digest.clone()));
            let wanted = wanted.ok_or_else(|| say::rule_none().into());
            answer::to(&op, who, change(site, context, wanted).await)
        }
    }
}

async fn change(
    site: &Site,
    context: PageContext,
    wanted: Result<Change, Denial>,
) -> Result<Started, Denial> {
    let (wanted, who) = (wanted?, context.who);
    let work = async |vm: &mut Vm| carry_out(vm, wanted, who).await;
    Ok(page::change(site, context, WHAT, work).await?)
}

/// Begins what the staff read of a request that failed.
const WHAT: &str = "Change firewall";

/// What is to be done with the VM's firewall.
enum Change {
    Policies(Policy, Policy),
    Add(Box<Rule>),
    Remove(u64, String),
    Move(u64, u64, String),
}

/// Both policies of a request. A client may let through or drop; what refuses with an answer is for the staff.
fn policies(wanted: &FirewallPolicies, who: Person) -> Result<(Policy, Policy), Sentence> {
    let one = |word: &str| {
        Policy::parse(word).filter(|policy| who == Person::Staff || *policy != Policy::Reject)
    };
    match (one(&wanted.policy_in), one(&wanted.policy_out), who) {
        (Some(inward), Some(outward), _) => Ok((inward, outward)),
        (_, _, Person::Client) => Err(say::policies()),
        (_, _, Person::Staff) => Err(say::policies_staff()),
    }
}

async fn list(site: &Site, context: PageContext) -> Result<Firewall, Refusal> {
    let PageContext { loaded, plan, .. } = context;
    let busy = match Hindrance::of_state(&loaded.record, &[VmState::Ready]) {
        Some(why) => Some(why.sentence()),
        None => custody::under_way(site, loaded.clone(), plan.clone()).await?,
    };
    if loaded.record.node.is_none() {
        return Err(say::no_vm().into());
    }
    let (options, rules, chosen) = read(site, loaded, plan).await?;
    let digest = rules.first().map_or("", |rule| rule.digest.as_str());
    Ok(Firewall {
        // Where Proxmox has its default unwritten, what a change of package would set is what the VM is sold with.
        policy_in: options.policy_in.unwrap_or_else(|| chosen.0.to_string()),
        policy_out: options.policy_out.unwrap_or_else(|| chosen.1.to_string()),
        enabled: options.enable == Some(true),
        busy,
        limit: MOST,
        digest: digest.to_owned(),
        protocols: protocols(),
        rules: rules.iter().map(shown).collect(),
    })
}

type Read = (FirewallOptions, Vec<Rule>, (Policy, Policy));

async fn read(site: &Site, loaded: LoadedService, plan: Plan) -> Result<Read, Failure> {
    let mut vm = loaded.look(site, plan, READ_LIMIT).await?;
    // Follows a VM that moved.
    vm.observe().await?;
    let guest = vm.guest()?;
    let (options, rules) =
        futures_util::future::join(guest.firewall_options(), guest.rules()).await;
    Ok((options?, rules?, step::policies(&vm)))
}

fn shown(rule: &Rule) -> FirewallRule {
    let rule = rule.clone();
    FirewallRule {
        pos: rule.pos,
        direction: rule.direction,
        verdict: rule.action,
        enabled: rule.enable,
        macro_name: rule.macro_name,
        protocol: rule.proto,
        source: rule.source,
        source_port: rule.sport,
        dest: rule.dest,
        dest_port: rule.dport,
        comment: rule.comment,
    }
}

/// Sets both policies, in the row first: a change of package sets what stands there.
async fn set_policies(
    vm: &mut Vm,
    inward: Policy,
    outward: Policy,
) -> Result<Result<(), PveError>, Refusal> {
    let before = choose(vm, (Some(inward), Some(outward))).await?;
    let options = FirewallOptions {
        policy_in: Some(inward.to_string()),
        policy_out: Some(outward.to_string()),
        ..FirewallOptions::default()
    };
    let answer = vm.guest()?.set_firewall_options(&options).await;
    // What was surely not done must not come about later, with a change of package.
    if matches!(&answer, Err(error) if error.delivery == Delivery::NotSent || error.class == Class::Fatal)
    {
        choose(vm, before).await?;
    }
    Ok(answer)
}

/// Before which of `count` rules the one at `pos` is to stand so that it ends at `to`: Proxmox counts before it takes the rule
/// out. `None`: it is there.
fn before(pos: u64, to: u64, count: usize) -> Option<u64> {
    let to = to.min((count as u64).saturating_sub(1));
    match to.cmp(&pos) {
        Ordering::Equal => None,
        Ordering::Greater => Some(to + 1),
        Ordering::Less => Some(to),
    }
}

async fn carry_out(vm: &mut Vm, change: Change, who: Person) -> Result<(), Refusal> {
    let guest = vm.guest()?;
    vm.may_write()?;
    let mut own = OwnRules::of(&vm.site, vm.record.service).await?;
    let outcome = match change {
        Change::Policies(inward, outward) => set_policies(vm, inward, outward).await?,
        Change::Add(rule) => {
            let rules = guest.rules().await?;
            if rules.len() >= MOST {
                return Err(say::rules_full(MOST).into());
            }
            match who {
                Person::Staff => guest.add_rule(&rule).await,
                Person::Client if own.is_providers(&rule, &rules) => {
                    return Ok(());
                }
                Person::Client => {
                    // Before it is there: a rule that nobody remembers would be the provider's.
                    own.add(&vm.site, vm.record.service, &rule, &rules).await?;
                    add_below(&guest, &rule, own.below(&rules)).await
                }
            }
        }
        Change::Remove(pos, digest) => {
            let rules = guest.rules().await?;
            let provider = providers(&own, &rules, who);
            fit(&rules, pos, &digest, provider)?;
            guest.remove_rule(pos, &digest).await
        }
        Change::Move(pos, to, digest) => {
            let rules = guest.rules().await?;
            let provider = providers(&own, &rules, who);
            fit(&rules, pos, &digest, provider)?;
            if who == Person::Client && to < own.below(&rules) as u64 {
                return Err(say::rule_below().into());
            }
            match before(pos, to, rules.len()) {
                Some(before) => guest.move_rule(pos, before, &digest).await,
                None => return Ok(()),
            }
        }
    };
    match outcome {
        Ok(()) => Ok(()),
        Err(error) if error.kind == Kind::ChecksumMismatch => Err(say::rules_changed().into()),
        Err(error) => Err(error.into()),
    }
}

/// What a client chose for traffic to and from the VM; `None`: what the product says.
type Policies = (Option<Policy>, Option<Policy>);

/// Records what the client chose; what was chosen before.
async fn choose(vm: &mut Vm, wanted: Policies) -> Result<Policies, Failure> {
    let (inward, outward) = (&mut vm.record.policy_in, &mut vm.record.policy_out);
    let before = (replace(inward, wanted.0), replace(outward, wanted.1));
    vm.keep().await?;
    Ok(before)
}

/// Adds a client's rule below so many of the provider's. Proxmox puts every new rule first (`create_rule` of
/// PVE::API2::Firewall::Rules), so it is switched off until it stands where it belongs.
async fn add_below(guest: &pve::VmApi, rule: &Rule, providers: usize) -> Result<(), PveError> {
    if providers == 0 {
        return guest.add_rule(rule).await;
    }
    let off = Rule {
        enable: false,
        ..rule.clone()
    };
    let place = providers as u64;
    guest.add_rule(&off).await?;
    let first = still_there(&guest.rules().await?, 0, &off)?;
    guest.move_rule(0, place + 1, &first.digest).await?;
    let there = still_there(&guest.rules().await?, place, &off)?;
    let on = Rule {
        enable: true,
        ..there
    };
    guest.update_rule(place, &on).await
}

/// The rule at this place, if it is the one that was put there.
fn still_there(rules: &[Rule], pos: u64, wanted: &Rule) -> Result<Rule, PveError> {
    let found = rules.iter().find(|rule| rule.pos == pos);
    let same = |rule: &&Rule| rule.action == wanted.action && rule.comment == wanted.comment;
    found
        .filter(same)
        .cloned()
        .ok_or_else(PveError::rules_changed)
}

/// Sees to it that a rule may be touched: it is there, where the page saw it, and not the provider's.
fn fit(
    rules: &[Rule],
    pos: u64,
    digest: &str,
    providers: impl Fn(&Rule) -> bool,
) -> Result<(), Sentence> {
    let found = rules.iter().find(|rule| rule.pos == pos);
    match found {
        None => Err(say::rule_gone()),
        Some(rule) if digest.is_empty() || rule.digest != digest => Err(say::rules_changed()),
        Some(rule) if providers(rule) => Err(say::rule_provider()),
        Some(_) => Ok(()),
    }
}

/// Which rules are the provider's for whoever asks: groups for everybody, for a client also what the provider put first.
fn providers<'a>(own: &'a OwnRules, rules: &[Rule], who: Person) -> impl Fn(&Rule) -> bool + 'a {
    let first = match who {
        Person::Client => own.below(rules) as u64,
        Person::Staff => 0,
    };
    move |rule| rule.direction == "group" || (rule.pos < first && !own.holds(rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_rule_ends_where_it_was_put() {
        for count in 1..5_usize {
            for pos in 0..count {
                for to in 0..count + 2 {
                    let mut rules: Vec<usize> = (0..count).collect();
                    if let Some(before) = before(pos as u64, to as u64, count) {
                        // As Proxmox does it: put in before that place, then the old one taken out.
                        let before = usize::try_from(before).unwrap();
                        rules.insert(before, pos);
                        rules.remove(if before <= pos { pos + 1 } else { pos });
                    }
                    let found = rules.iter().position(|rule| *rule == pos);
                    assert_eq!(found, Some(to.min(count - 1)), "{pos} to {to} of {count}");
                }
            }
        }
    }
}
