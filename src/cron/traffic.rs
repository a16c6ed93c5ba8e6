//! From counters and history to the bytes of each hour. Pure arithmetic.

use crate::pve::RrdPoint;
use crate::store::statistic::{Hour, Sample};
use std::collections::BTreeMap;

/// Seconds of an hour.
pub(super) const HOUR_S: i64 = 3600;
/// The cluster's list shows what each node's pvestatd saw last, up to so many seconds ago.
const LAG_S: i64 = 30;

/// The beginning of the hour a moment is in.
pub(super) fn hour_of(at: i64) -> i64 {
    at - at.rem_euclid(HOUR_S)
}

/// What two samples tell about the time between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Between {
    /// So many bytes, in one hour or two adjacent ones.
    Counted(u64, u64),
    /// So many bytes, over hours nobody looked at.
    Missed(u64, u64),
    /// The VM started anew: what was counted since is known, what came before is not. The moment it started.
    Restarted(i64),
}

/// Compares a sample with the one before it. `uptime`: seconds since the VM's start, 0 when it is off.
pub(super) fn between(was: &Sample, now: &Sample, uptime: i64) -> Between {
    let nothing = |sample: &Sample| sample.received == 0 && sample.sent == 0;
    let backwards = now.received < was.received || now.sent < was.sent;
    let younger = uptime + LAG_S < now.at - was.at;
    // A VM that is off, and was, has nothing that could be lost.
    if (backwards || younger) && !(nothing(was) && nothing(now)) {
        return Between::Restarted((now.at - uptime).clamp(was.at, now.at));
    }
    let received = now.received.saturating_sub(was.received);
    let sent = now.sent.saturating_sub(was.sent);
    if now.hour - was.hour > HOUR_S {
        Between::Missed(received, sent)
    } else {
        Between::Counted(received, sent)
    }
}

/// Bytes over a span of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) received: f64,
    pub(super) sent: f64,
    pub(super) estimated: bool,
}

/// Spreads spans evenly over their hours; the sum of a span's bytes is kept to the byte.
pub(super) fn hours(spans: &[Span]) -> Vec<Hour> {
    let mut found: BTreeMap<i64, Hour> = BTreeMap::new();
    for span in spans {
        let mut start = span.from.min(span.to);
        loop {
            let hour = hour_of(start);
            let end = (hour + HOUR_S).min(span.to.max(span.from));
            let entry = found.entry(hour).or_insert(Hour {
                hour,
                ..Hour::default()
            });
            let (received, sent) = (
                part(span, span.received, start, end),
                part(span, span.sent, start, end),
            );
            entry.received = entry.received.saturating_add(received);
            entry.sent = entry.sent.saturating_add(sent);
            entry.estimated |= span.estimated;
            if end >= span.to {
                break;
            }
            start = end;
        }
    }
    found.into_values().collect()
}

/// The whole bytes between two moments of a span: what is over by the end less what was over by the start.
fn part(span: &Span, bytes: f64, start: i64, end: i64) -> u64 {
    let length = (span.to - span.from) as f64;
    let over = |at: i64| {
        if length <= 0.0 || at >= span.to {
            bytes.round()
        } else {
            (bytes * (at - span.from) as f64 / length).round()
        }
    };
    let before = if start <= span.from { 0.0 } else { over(start) };
    (over(end) - before).max(0.0) as u64
}

/// What Proxmox's own history has of a span of time; each of its points is an average up to its moment.
pub(super) fn history(points: &[RrdPoint], from: i64, to: i64) -> Vec<Span> {
    let moments: Vec<i64> = points
        .iter()
        .filter_map(|point| i64::try_from(point.time).ok())
        .collect();
    let step = moments
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .filter(|step| *step > 0)
        .min();
    let step = step.unwrap_or(60);
    points
        .iter()
        .zip(moments)
        .filter_map(|(point, end)| {
            let (start, end) = ((end - step).max(from), end.min(to));
            let seconds = (end > start).then_some((end - start) as f64)?;
            Some(Span {
                from: start,
                to: end,
                received: point.netin? * seconds,
                sent: point.netout.unwrap_or(0.0) * seconds,
                estimated: true,
            })
        })
        .collect()
}

/// Brings spans to a known sum; without anything to go by the sum lies evenly between `from` and `to`.
pub(super) fn scaled(spans: Vec<Span>, from: i64, to: i64, received: u64, sent: u64) -> Vec<Span> {
    let (received, sent) = (received as f64, sent as f64);
    let sum_received: f64 = spans.iter().map(|span| span.received).sum();
    let sum_sent: f64 = spans.iter().map(|span| span.sent).sum();
    let even = |received: f64, sent: f64| Span {
        from,
        to,
        received,
        sent,
        estimated: true,
    };
    let mut scaled: Vec<Span> = vec![even(
        if sum_received > 0.0 { 0.0 } else { received },
        if sum_sent > 0.0 { 0.0 } else { sent },
    )];
    let ratio = |wanted: f64, sum: f64| if sum > 0.0 { wanted / sum } else { 0.0 };
    let (by_received, by_sent) = (ratio(received, sum_received), ratio(sent, sum_sent));
    let (mut over_received, mut over_sent) = (0.0_f64, 0.0_f64);
    scaled.extend(spans.into_iter().map(|span| {
        // Whole bytes in each span, and none lost between them.
        let (before_received, before_sent) = (over_received.round(), over_sent.round());
        over_received += span.received * by_received;
        over_sent += span.sent * by_sent;
        Span {
            received: over_received.round() - before_received,
            sent: over_sent.round() - before_sent,
            ..span
        }
    }));
    scaled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Random, ServiceId};

    fn sample(at: i64, received: u64, sent: u64) -> Sample {
        Sample {
            service: ServiceId(1),
            hour: hour_of(at),
            at,
            received,
            sent,
        }
    }

    #[test]
    fn counters_that_grew_are_counted_and_others_restarted() {
        let was = sample(3000, 100, 50);
        assert_eq!(
            between(&was, &sample(6000, 400, 60), 9000),
            Between::Counted(300, 10)
        );
        assert_eq!(
            between(&was, &sample(20_000, 400, 60), 90_000),
            Between::Missed(300, 10)
        );
        // It started 500 s ago; its counters are past the old ones already.
        assert_eq!(
            between(&was, &sample(6000, 4000, 600), 500),
            Between::Restarted(5500)
        );
        assert_eq!(
            between(&was, &sample(6000, 99, 60), 9000),
            Between::Restarted(3000)
        );
        assert_eq!(
            between(&was, &sample(6000, 0, 0), 0),
            Between::Restarted(6000)
        );
        assert_eq!(
            between(&sample(3000, 0, 0), &sample(6000, 0, 0), 0),
            Between::Counted(0, 0)
        );
    }

    #[test]
    fn the_bytes_of_spans_are_kept_to_the_byte() {
        let random = Random::seeded(11);
        for _ in 0..500 {
            let from = i64::try_from(random.between(0, 100_000)).unwrap();
            let to = from + i64::try_from(random.between(0, 40_000)).unwrap();
            let (received, sent) = (random.between(0, 1 << 40), random.between(0, 1000));
            let span = Span {
                from,
                to,
                received: received as f64,
                sent: sent as f64,
                estimated: false,
            };
            let spread = hours(&[span]);
            assert_eq!(
                spread.iter().map(|hour| hour.received).sum::<u64>(),
                received,
                "{span:?}"
            );
            assert_eq!(
                spread.iter().map(|hour| hour.sent).sum::<u64>(),
                sent,
                "{span:?}"
            );
            let beginnings: Vec<i64> = spread.iter().map(|hour| hour.hour).collect();
            let last = if to > from {
                hour_of(to - 1)
            } else {
                hour_of(from)
            };
            assert_eq!(
                beginnings,
                (hour_of(from)..=last).step_by(3600).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn history_gives_the_shape_and_counters_the_sum() {
        let point = |time: u64, rate: Option<f64>| RrdPoint {
            time,
            netin: rate,
            netout: rate,
            ..RrdPoint::default()
        };
        let points = [
            point(1800, Some(1.0)),
            point(3600, Some(3.0)),
            point(5400, None),
            point(7200, Some(9.0)),
        ];
        let spans = history(&points, 900, 6000);
        let seen: Vec<(i64, i64, f64)> = spans
            .iter()
            .map(|span| (span.from, span.to, span.received))
            .collect();
        assert_eq!(
            seen,
            [
                (900, 1800, 900.0),
                (1800, 3600, 5400.0),
                (5400, 6000, 5400.0)
            ]
        );
        let spread = hours(&scaled(spans, 900, 6000, 1_000_000, 0));
        assert_eq!(
            spread.iter().map(|hour| hour.received).sum::<u64>(),
            1_000_000
        );
        assert!(spread.iter().all(|hour| hour.estimated && hour.sent == 0));
        let even = hours(&scaled(vec![], 0, 7200, 10, 20));
        assert_eq!(
            even.iter().map(|hour| hour.received).collect::<Vec<_>>(),
            [5, 5]
        );
    }
}
