//! The page *Charts*: what Proxmox remembers of a VM, in the units the page draws.

use super::page::PageContext;
use super::page_operations::{ChartPoint, Charts, ChartsOp};
use super::{EntryError, answer};
use crate::custody::{LoadedService, Refusal};
use crate::model::{Failure, say};
use crate::plan::Plan;
use crate::pve::{RrdPoint, Timeframe};
use crate::site::Site;
use serde_json::Value;
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

/// Answers what the page asks.
pub(super) async fn api(
    site: &Site,
    context: PageContext,
    op: ChartsOp,
) -> Result<Value, EntryError> {
    let ChartsOp::ChartsRead(op) = op;
    let who = context.who;
    answer::to(&op, who, charts(site, context, &op.timeframe.0).await)
}

async fn charts(site: &Site, context: PageContext, period: &Value) -> Result<Charts, Refusal> {
    let PageContext { loaded, plan, .. } = context;
    let word = match period {
        Value::Null => FRAMES[0].as_str(),
        word => word.as_str().unwrap_or_default(),
    };
    let frame = FRAMES.into_iter().find(|frame| frame.as_str() == word);
    let frame = frame.ok_or_else(say::period)?;
    if loaded.record.node.is_none() {
        return Err(say::no_vm().into());
    }
    let points = read(site, loaded, plan, frame).await?;
    Ok(Charts {
        timeframe: frame.as_str(),
        timeframes: FRAMES.iter().map(|frame| frame.as_str()).collect(),
        points: points.iter().map(point).collect(),
    })
}

async fn read(
    site: &Site,
    loaded: LoadedService,
    plan: Plan,
    frame: Timeframe,
) -> Result<Vec<RrdPoint>, Failure> {
    let mut vm = loaded.look(site, plan, READ_LIMIT).await?;
    match vm.guest()?.rrddata(frame).await {
        Ok(points) => Ok(points),
        Err(error) if error.is_missing(vm.vmid()?) => {
            // It moved: `observe` finds out where to.
            vm.observe().await?;
            Ok(vm.guest()?.rrddata(frame).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn point(point: &RrdPoint) -> ChartPoint {
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    let percent = |share: Option<f64>| share.map(|share| rounded(share * 100.0));
    let speed = |bytes: Option<f64>| bytes.map(|bytes| rounded(bytes / 1e6));
    let memory = match (point.mem, point.maxmem) {
        (Some(used), Some(all)) if all > 0.0 => Some(used / all),
        _ => None,
    };
    ChartPoint {
        time: point.time,
        cpu: percent(point.cpu),
        memory: percent(memory),
        disk_read: speed(point.diskread),
        disk_write: speed(point.diskwrite),
        net_in: speed(point.netin),
        net_out: speed(point.netout),
    }
}
