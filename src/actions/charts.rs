//! The page *Charts*: what Proxmox remembers of a VM, in the units the page draws.

use super::answer;
use super::page::Asked;
use crate::custody::{Known, Refusal};
use crate::model::{Failure, say};
use crate::plan::Plan;
use crate::pve::{RrdPoint, Timeframe};
use crate::site::Site;
use crate::store::request::Person;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the look may take.
const READ_LIMIT: Duration = Duration::from_secs(10);
/// The periods a page can ask for.
const FRAMES: [Timeframe; 5] = [
    Timeframe::Hour,
    Timeframe::Day,
    Timeframe::Week,
    Timeframe::Month,
    Timeframe::Year,
];

/// Answers `charts`: `{timeframe, points: [{time, cpu, memory, disk_read, disk_write, net_in, net_out}]}`, percent and
/// MB/s (10⁶ bytes); what was not recorded is null.
pub(super) async fn api(site: &Site, asked: Asked, request: &Value) -> Result<Value, Refusal> {
    let Asked { known, plan, who } = asked;
    if !plan.permissions.charts && who == Person::Client {
        return Err(say::not_included().into());
    }
    let word = match &request["timeframe"] {
        Value::Null => "hour",
        word => word.as_str().unwrap_or_default(),
    };
    let frame = FRAMES.into_iter().find(|frame| frame.as_str() == word);
    let frame = frame.ok_or_else(say::period)?;
    if known.record.node.is_none() {
        return Err(say::no_vm().into());
    }
    let points = read(site, known, plan, frame).await?;
    Ok(answer::accepted(json!({
        "timeframe": frame.as_str(),
        "points": points.iter().map(point).collect::<Vec<_>>(),
    })))
}

async fn read(
    site: &Site,
    known: Known,
    plan: Plan,
    frame: Timeframe,
) -> Result<Vec<RrdPoint>, Failure> {
    let mut vm = known.look(site, plan, READ_LIMIT).await?;
    match vm.guest()?.rrddata(frame).await {
        Ok(points) => Ok(points),
        Err(error) if error.is_missing(vm.vmid()?) => {
            // It moved: `observe` finds out where to.
            vm.observe().await?;
            let again = vm.guest()?.rrddata(frame).await;
            again.map_err(|error| vm.fault(&error))
        }
        Err(error) => Err(vm.fault(&error)),
    }
}

fn point(point: &RrdPoint) -> Value {
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    let percent = |share: Option<f64>| share.map(|share| rounded(share * 100.0));
    let speed = |bytes: Option<f64>| bytes.map(|bytes| rounded(bytes / 1e6));
    let memory = match (point.mem, point.maxmem) {
        (Some(used), Some(all)) if all > 0.0 => Some(used / all),
        _ => None,
    };
    json!({
        "time": point.time,
        "cpu": percent(point.cpu),
        "memory": percent(memory),
        "disk_read": speed(point.diskread),
        "disk_write": speed(point.diskwrite),
        "net_in": speed(point.netin),
        "net_out": speed(point.netout),
    })
}
