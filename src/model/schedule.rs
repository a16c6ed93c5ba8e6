//! A week's schedule: on which weekdays, at what time of day, where WHMCS is.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// A clock that is put forward skips an hour at most (Lord Howe: half of one), Samoa once skipped a whole day.
const LONGEST_GAP_H: i64 = 48;
/// Minutes of a day.
const DAY_MIN: u64 = 24 * 60;

/// At most one time for each weekday; index 0 is Sunday, as in the stored text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule([Option<NaiveTime>; 7]);

/// One time at which a schedule says that something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The day it belongs to: what is done a little after midnight still counts for the day before.
    pub day: NaiveDate,
    /// The moment.
    pub at: DateTime<Utc>,
}

impl Schedule {
    /// The same time on each of these weekdays, 0 for Sunday to 6 for Saturday; other numbers are left out.
    pub fn of(days: &[u8], time: NaiveTime) -> Self {
        let mut schedule = Self::default();
        for day in days {
            if let Some(slot) = schedule.0.get_mut(usize::from(*day)) {
                *slot = Some(time);
            }
        }
        schedule
    }

    /// Reads the stored text: a JSON object from weekday (`"0"` is Sunday) to `"HH:MM"`. What makes no sense is left out.
    pub fn parse(text: &str) -> Self {
        let map: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        let mut schedule = Self::default();
        for (day, time) in &map {
            let slot = day
                .parse::<usize>()
                .ok()
                .and_then(|day| schedule.0.get_mut(day));
            if let (Some(slot), Some(time)) = (slot, time.as_str().and_then(time_of_day)) {
                *slot = Some(time);
            }
        }
        schedule
    }

    /// The text to store.
    pub fn to_json(&self) -> String {
        let map: Map<String, Value> = self
            .days()
            .map(|(day, time)| (day.to_string(), time.format("%H:%M").to_string().into()))
            .collect();
        Value::Object(map).to_string()
    }

    /// The weekdays with their times, Sunday (0) first.
    pub fn days(&self) -> impl Iterator<Item = (usize, NaiveTime)> {
        self.0
            .iter()
            .enumerate()
            .filter_map(|(day, time)| time.map(|time| (day, time)))
    }

    /// Whether nothing is scheduled.
    pub fn is_empty(&self) -> bool {
        self.days().next().is_none()
    }

    /// The first occurrence after a moment; `None` when nothing is scheduled.
    pub fn next(&self, zone: Tz, after: DateTime<Utc>) -> Option<Occurrence> {
        let today = after.with_timezone(&zone).date_naive();
        // From yesterday on: where clocks skip a day its occurrences fall on the next.
        (-1..=8)
            .filter_map(|ahead| self.on(zone, today.checked_add_signed(Duration::days(ahead))?))
            .find(|found| found.at > after)
    }

    /// The last occurrence up to a moment; `None` when nothing is scheduled.
    pub fn latest(&self, zone: Tz, now: DateTime<Utc>) -> Option<Occurrence> {
        let today = now.with_timezone(&zone).date_naive();
        (0..=8)
            .filter_map(|back| self.on(zone, today.checked_sub_signed(Duration::days(back))?))
            .find(|found| found.at <= now)
    }

    fn on(&self, zone: Tz, day: NaiveDate) -> Option<Occurrence> {
        let weekday = usize::try_from(day.weekday().num_days_from_sunday()).ok()?;
        let time = (*self.0.get(weekday)?)?;
        let at = moment(zone, day, time)?;
        Some(Occurrence { day, at })
    }
}

/// `HH:MM`.
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

/// A time of day out of chance: any minute.
pub fn random_time(random: &super::Random) -> NaiveTime {
    let minute = random.between(0, DAY_MIN);
    let seconds = u32::try_from(minute * 60).unwrap_or(0);
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or(NaiveTime::MIN)
}

/// A local time as a moment. Of a time that happens twice the first; one that is skipped is moved to where clocks go on.
fn moment(zone: Tz, day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
    let wanted = day.and_time(time);
    (0..=LONGEST_GAP_H).find_map(|halves| {
        let local = wanted.checked_add_signed(Duration::minutes(30 * halves))?;
        zone.from_local_datetime(&local)
            .earliest()
            .map(|found| found.with_timezone(&Utc))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WARSAW: Tz = chrono_tz::Europe::Warsaw;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn daily(time: &str) -> Schedule {
        Schedule::of(&[0, 1, 2, 3, 4, 5, 6], time_of_day(time).unwrap())
    }

    #[test]
    fn the_stored_text_reads_back_and_nonsense_is_left_out() {
        let schedule = Schedule::of(&[0, 3, 9], time_of_day("03:07").unwrap());
        assert_eq!(schedule.to_json(), r#"{"0":"03:07","3":"03:07"}"#);
        assert_eq!(Schedule::parse(&schedule.to_json()), schedule);
        assert!(Schedule::parse(r#"{"7":"03:07","1":"25:00","x":1}"#).is_empty());
        assert!(Schedule::parse("").is_empty());
    }

    #[test]
    fn weekdays_are_those_of_the_zone_and_not_of_utc() {
        // Wednesday 00:30 in Warsaw is still Tuesday in UTC.
        let wednesdays = Schedule::of(&[3], time_of_day("00:30").unwrap());
        let next = wednesdays.next(WARSAW, at("2026-01-13T12:00:00Z")).unwrap();
        assert_eq!(next.at, at("2026-01-13T23:30:00Z"));
        assert_eq!(next.day, NaiveDate::from_ymd_opt(2026, 1, 14).unwrap());
        let latest = wednesdays.latest(WARSAW, next.at).unwrap();
        assert_eq!(latest, next);
        let after = wednesdays.next(WARSAW, next.at).unwrap();
        assert_eq!(after.at, at("2026-01-20T23:30:00Z"));
    }

    #[test]
    fn a_time_skipped_in_spring_is_moved_and_one_that_comes_twice_counts_once() {
        // 2026-03-29 02:00 → 03:00 in Warsaw, 2026-10-25 03:00 → 02:00.
        let spring = daily("02:30")
            .next(WARSAW, at("2026-03-28T12:00:00Z"))
            .unwrap();
        assert_eq!(spring.at, at("2026-03-29T01:00:00Z"));
        assert_eq!(spring.day, NaiveDate::from_ymd_opt(2026, 3, 29).unwrap());
        let autumn = daily("02:30")
            .next(WARSAW, at("2026-10-24T12:00:00Z"))
            .unwrap();
        assert_eq!(autumn.at, at("2026-10-25T00:30:00Z"));
        let following = daily("02:30").next(WARSAW, autumn.at).unwrap();
        assert_eq!(following.at, at("2026-10-26T01:30:00Z"));
    }

    #[test]
    fn every_day_of_a_year_has_one_occurrence_in_every_zone() {
        for zone in [
            WARSAW,
            chrono_tz::Australia::Lord_Howe,
            chrono_tz::Asia::Kathmandu,
            chrono_tz::America::Sao_Paulo,
        ] {
            for time in ["00:00", "02:30", "23:59"] {
                let (mut now, mut day) = (at("2026-01-01T00:00:00Z"), None);
                for _ in 0..365 {
                    let next = daily(time).next(zone, now).unwrap();
                    assert!(
                        day.is_none_or(|day: NaiveDate| day.succ_opt() == Some(next.day)),
                        "{zone} {time} {next:?}"
                    );
                    (now, day) = (next.at, Some(next.day));
                }
            }
        }
    }

    #[test]
    fn random_times_are_times_of_day() {
        let random = crate::model::Random::seeded(3);
        let drawn: std::collections::HashSet<_> = (0..200).map(|_| random_time(&random)).collect();
        assert!(drawn.len() > 150);
    }
}
