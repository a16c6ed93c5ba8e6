//! Why a service does not move, as its row has it: in English for the cron, and as the sentence that pages translate.

use super::vm::VmRecord;
use crate::model::{Cause, Sentence, Wait, say};

impl VmRecord {
    /// Forgets why it waited.
    pub fn clear_waiting(&mut self) {
        self.fails = 0;
        self.waiting.clear();
        self.waiting_said = None;
        self.waiting_since = None;
        self.cause = Cause::Service;
    }

    /// Records what it waits for.
    pub fn wait_for(&mut self, wait: &Wait, now: i64) {
        let why = say::waiting_for(wait.sentence());
        self.set_waiting(why, &Cause::Service, now);
    }

    /// Records why it does not move; since when is kept while the sentence stays the same.
    pub fn set_waiting(&mut self, why: Sentence, cause: &Cause, now: i64) {
        if why != self.waiting.as_str() || self.waiting_since.is_none() {
            self.waiting_since = Some(now);
        }
        why.as_str().clone_into(&mut self.waiting);
        self.waiting_said = Some(why).filter(|why| !why.key().is_empty());
        self.cause = cause.clone();
    }

    /// Why it does not move, for a page; `None`: it does. What an earlier version stored is told in English.
    pub fn why_waiting(&self) -> Option<Sentence> {
        let said = self.waiting_said.clone();
        let said = said.filter(|said| said == self.waiting.as_str());
        let told = said.unwrap_or_else(|| Sentence::foreign(&self.waiting));
        Some(told).filter(|told| !told.as_str().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::{sentence, stored};
    use super::*;
    use crate::model::{OwnerMark, ProductId, ServerId, ServiceId};
    use serde_json::Value;

    #[test]
    fn a_wait_is_stored_with_its_key_and_an_older_one_is_told_in_english() {
        let mark = OwnerMark::new(&"0".repeat(32)).unwrap();
        let mut record = VmRecord::ordered(ServiceId(1), ServerId(3), ProductId(7), mark, 0);
        assert_eq!(record.why_waiting(), None);
        record.wait_for(&Wait::NextRun, 5);
        let said = record.why_waiting().unwrap();
        assert_eq!(
            (said.key(), said.as_str()),
            ("waiting_for", &*record.waiting)
        );
        let kept = stored(&record.waiting_said);
        assert_eq!(sentence(kept.as_str().unwrap()), Some(said));
        // A version before this column wrote another wait meanwhile.
        record.waiting = "waiting for something".to_owned();
        assert_eq!(
            record.why_waiting(),
            Some(Sentence::foreign("waiting for something"))
        );
        record.clear_waiting();
        assert_eq!(
            (record.why_waiting(), stored(&record.waiting_said)),
            (None, Value::Null)
        );
    }
}
