//! "Why is this VM waiting", in one sentence.

/// A span in words: `12 s`, `7 min`, `3 h`, `2 d`.
pub fn ago(seconds: i64) -> String {
    match seconds.max(0) {
        s @ 0..=119 => format!("{s} s"),
        s @ 120..=7199 => format!("{} min", s / 60),
        s @ 7200..=172_799 => format!("{} h", s / 3600),
        s => format!("{} d", s / 86_400),
    }
}

/// The stored reason with since when: `waiting for UPID:… (for 3 min)`. `None`: it does not wait.
pub fn sentence(waiting: &str, since: Option<i64>, now: i64) -> Option<String> {
    if waiting.is_empty() {
        return None;
    }
    Some(match since {
        Some(since) => format!("{waiting} (for {})", ago(now - since)),
        None => waiting.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_says_since_when() {
        assert_eq!(sentence("", Some(1), 5), None);
        assert_eq!(
            sentence("no quorum", Some(100), 400).as_deref(),
            Some("no quorum (for 5 min)")
        );
    }
}
