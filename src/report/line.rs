//! Single lines of the cron's output.

use crate::engine::{Event, StepOutcome};
use crate::model::{Sentence, say};
use chrono::{DateTime, TimeZone};
use std::fmt::Display;

/// Number and label are padded to this many columns.
const LABEL_WIDTH: usize = 40;

/// `2026-04-10 03:49:18`, the beginning of every line outside a block.
pub fn stamp<Tz: TimeZone>(at: &DateTime<Tz>) -> String
where
    Tz::Offset: Display,
{
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// That WHMCS counts days in a time zone nobody here knows.
pub fn unknown_zone(name: &str) -> Sentence {
    let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    say::zone_unknown(name)
}

/// A duration as the summaries have it: `57.5s`, and `0s` for what rounds to nothing.
pub fn seconds(seconds: f64) -> String {
    let rounded = (seconds * 10.0).round() / 10.0;
    if rounded == 0.0 {
        "0s".to_owned()
    } else {
        format!("{rounded:.1}s")
    }
}

/// One event as its line, with the line feed.
pub fn flow_line(event: &Event) -> String {
    match event {
        Event::FlowStarted {
            head,
            service,
            vmid,
            state,
        } => {
            let vmid = vmid.map_or(0, crate::model::Vmid::get);
            format!("\n--- {head}: service={service} vm={vmid} status={state} ---\n")
        }
        Event::Note(text) => format!("      - {text}\n"),
        Event::StepEnded {
            number,
            label,
            outcome,
            from,
            to,
            seconds,
        } => {
            let mark = match outcome {
                StepOutcome::Success => '+',
                StepOutcome::Waiting(_) => '~',
                StepOutcome::Error(_) => '!',
            };
            let label = format!("{number}. {label}");
            // A label that fills its column still keeps one blank before the result.
            format!(
                "[{mark}] {label:<width$} {outcome} ({from} -> {to}) [{seconds:.2}s]\n",
                width = LABEL_WIDTH - 1
            )
        }
        Event::FlowEnded {
            head,
            service,
            state,
            completed,
        } => {
            if *completed {
                format!("--- {head} complete: service={service} status={state} ---\n")
            } else {
                format!("--- {head} paused: waiting at [{state}] ---\n")
            }
        }
    }
}

/// `[scheduleBackup] Running (interval: 5m, last: 03:34:00)`; the date stands before the time when it was another day.
pub fn task_running<Tz: TimeZone>(
    now: &DateTime<Tz>,
    task: &str,
    minutes: u64,
    last: Option<&DateTime<Tz>>,
) -> String
where
    Tz::Offset: Display,
{
    let last = last.map_or_else(
        || "never".to_owned(),
        |last| {
            let today = last.date_naive() == now.date_naive();
            if today {
                last.format("%H:%M:%S").to_string()
            } else {
                stamp(last)
            }
        },
    );
    format!(
        "{} [{task}] Running (interval: {minutes}m, last: {last})\n",
        stamp(now)
    )
}

/// `[scheduleBackup] Done (0.1s) - processed: 1, errors: 0`
pub fn task_done<Tz: TimeZone>(
    now: &DateTime<Tz>,
    task: &str,
    took: f64,
    processed: u64,
    errors: u64,
) -> String
where
    Tz::Offset: Display,
{
    format!(
        "{} [{task}] Done ({}) - processed: {processed}, errors: {errors}\n",
        stamp(now),
        seconds(took)
    )
}

/// `  sid:5546 action:deploy [success]`
pub fn task_detail<Tz: TimeZone>(now: &DateTime<Tz>, detail: &str) -> String
where
    Tz::Offset: Display,
{
    format!("{}   {detail}\n", stamp(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::VmState;
    use chrono::Utc;

    fn step(number: u32, label: &str, outcome: StepOutcome) -> Event {
        let (from, to) = (VmState::CpNetwork, VmState::CpFirewall);
        Event::StepEnded {
            number,
            label: label.to_owned(),
            outcome,
            from,
            to,
            seconds: 0.07,
        }
    }

    #[test]
    fn step_lines_are_padded_to_forty_columns() {
        assert_eq!(
            flow_line(&step(10, "Configure firewall", StepOutcome::Success)),
            "[+] 10. Configure firewall                  success (cp_network -> cp_firewall) [0.07s]\n"
        );
        assert_eq!(
            flow_line(&step(
                9,
                "Configure network (skip - no change)",
                StepOutcome::Success
            )),
            "[+] 9. Configure network (skip - no change) success (cp_network -> cp_firewall) [0.07s]\n"
        );
    }

    #[test]
    fn the_last_run_shows_its_day_only_when_it_was_another() {
        let now = Utc.with_ymd_and_hms(2026, 4, 10, 3, 49, 18).unwrap();
        let line = |last: Option<DateTime<Utc>>| task_running(&now, "x", 1, last.as_ref());
        assert_eq!(
            line(None),
            "2026-04-10 03:49:18 [x] Running (interval: 1m, last: never)\n"
        );
        let today = Utc.with_ymd_and_hms(2026, 4, 10, 3, 34, 0).unwrap();
        assert!(line(Some(today)).ends_with("last: 03:34:00)\n"));
        let before = Utc.with_ymd_and_hms(2026, 4, 9, 3, 34, 0).unwrap();
        assert!(line(Some(before)).ends_with("last: 2026-04-09 03:34:00)\n"));
    }

    #[test]
    fn durations_round_to_a_decimal() {
        assert_eq!(
            [seconds(0.0), seconds(0.04), seconds(0.06), seconds(57.46)],
            ["0s", "0s", "0.1s", "57.5s"]
        );
    }
}
