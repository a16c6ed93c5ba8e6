//! "Why is this VM waiting", in one sentence.

use crate::model::{Sentence, say};

/// A span in words: `12 s`, `7 min`, `3 h`, `2 d`.
pub fn ago(seconds: i64) -> Sentence {
    match seconds.max(0) {
        s @ 0..=119 => say::span_seconds(s),
        s @ 120..=7199 => say::span_minutes(s / 60),
        s @ 7200..=172_799 => say::span_hours(s / 3600),
        s => say::span_days(s / 86_400),
    }
}

/// The reason with since when: `waiting for UPID:… (for 3 min)`. `None`: it does not wait.
pub fn sentence(waiting: Option<Sentence>, since: Option<i64>, now: i64) -> Option<Sentence> {
    let waiting = waiting?;
    Some(match since {
        Some(since) => say::wait_since(waiting, ago(now - since)),
        None => waiting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_says_since_when() {
        assert_eq!(sentence(None, Some(1), 5), None);
        let told = sentence(Some(Sentence::foreign("no quorum")), Some(100), 400);
        assert_eq!(told.unwrap().as_str(), "no quorum (for 5 min)");
    }
}
