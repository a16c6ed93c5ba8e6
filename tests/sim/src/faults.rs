//! Fault rules: data that says which request meets which misfortune.

use crate::random::Random;
use crate::task::Twist;
use regex::Regex;
use serde::{Deserialize, Serialize};

/// One rule. A request that matches and whose turn it is meets the fault.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// Which requests.
    #[serde(rename = "match")]
    pub matching: Match,
    /// Which of them.
    pub when: When,
    /// What happens.
    #[serde(rename = "do")]
    pub fault: Fault,
}

/// Which requests; absent fields match everything.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    /// HTTP method.
    pub method: Option<String>,
    /// Path without `/api2/json`: a glob (`*` within a segment, `**` across), or a regular expression after `~`.
    pub path: Option<String>,
    /// Node named in the path.
    pub node: Option<String>,
    /// VMID named in the path.
    pub vmid: Option<u32>,
    /// Endpoint (`via`) that received it.
    pub endpoint: Option<String>,
}

/// Which of the matching requests. All given conditions must hold; none given = every one.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// Only the n-th match, counted from 1.
    pub nth: Option<u64>,
    /// Every n-th match.
    pub every: Option<u64>,
    /// With this probability.
    pub chance: Option<f64>,
    /// At most so often.
    pub times: Option<u64>,
    /// Not before so many matches.
    pub after: Option<u64>,
}

/// What happens.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing (the default of a rule without `do`).
    #[default]
    None,
    /// The connection is refused.
    Refuse,
    /// The connection breaks before the request is looked at.
    ResetBefore,
    /// The work is done, then the connection breaks.
    ResetAfter,
    /// The work is not done and no answer ever comes.
    Hang,
    /// The work is done, no answer ever comes.
    HangAfter,
    /// An answer of our choice.
    Status {
        /// HTTP status.
        code: u16,
        /// Reason phrase.
        #[serde(default)]
        reason: String,
        /// Body; without it the JSON that the API sends with 400, 403, 500 and 501, else a bare status line.
        #[serde(default)]
        body: Option<String>,
        /// True: the work is done all the same.
        #[serde(default)]
        after: bool,
    },
    /// The answer comes late.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// The work is done, the answer is no JSON.
    Garbage,
    /// The work is done, the answer's body ends half-way.
    Truncate,
    /// The work is done; the answer is well-formed and says nothing, in one of the ways of [`Nonsense`].
    Nonsense(Nonsense),
    /// The task that the request starts ends with this text.
    TaskFail {
        /// Exit status.
        exitstatus: String,
    },
    /// The task ends with `WARNINGS: n`.
    TaskWarn {
        /// How many.
        n: u32,
    },
    /// The task works, but nobody knows it any more.
    TaskVanish,
    /// The task never ends.
    TaskNeverEnds,
    /// The worker is killed half-way.
    WorkerKilled,
    /// The VM named in the path gets this lock before the request is looked at.
    Lock {
        /// `backup`, `clone`, `migrate` …
        kind: String,
        /// Held for so long by a task of `root@pam`; without it the lock stays.
        #[serde(default)]
        seconds: Option<f64>,
    },
    /// The cluster loses quorum from now on (until `heal` or the control endpoint gives it back).
    NoQuorum,
    /// Quorum, all nodes and all storages are back.
    Heal,
    /// The node named in the path goes offline.
    NodeDown,
    /// A storage goes offline.
    StorageOffline {
        /// Which.
        storage: String,
    },
    /// The cluster's clock jumps.
    ClockSkew {
        /// By so many seconds.
        seconds: i64,
    },
}

/// How an answer is well-formed nonsense.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Nonsense {
    /// It is of another kind: a list that is no list, an object that is a number.
    Shape,
    /// Keys that are always there are missing.
    Keys,
    /// What such keys hold is a list, an object or null.
    Types,
    /// A list has entries that are none.
    Entries,
}

/// The rules and how often each has matched and struck.
#[derive(Clone, Debug)]
pub struct Faults {
    rules: Vec<State>,
    random: Random,
}

#[derive(Clone, Debug)]
struct State {
    rule: Rule,
    path: Option<Regex>,
    matched: u64,
    struck: u64,
}

/// What a rule is matched against.
pub struct Target<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Decoded path without `/api2/json`.
    pub path: &'a str,
    /// Endpoint.
    pub via: &'a str,
}

impl Target<'_> {
    fn segment_after(&self, name: &str) -> Option<&str> {
        let mut parts = self.path.split('/');
        parts.find(|part| *part == name)?;
        parts.next()
    }

    /// Node named in the path.
    pub fn node(&self) -> Option<&str> {
        self.segment_after("nodes")
    }

    /// VMID named in the path.
    pub fn vmid(&self) -> Option<u32> {
        self.segment_after("qemu")?.parse().ok()
    }
}

impl Faults {
    /// Rules with fresh counters.
    ///
    /// # Errors
    /// A pattern that cannot be compiled.
    pub fn new(rules: Vec<Rule>, seed: u64) -> Result<Faults, String> {
        let rules = rules.into_iter().map(|rule| {
            let path = rule.matching.path.as_deref().map(pattern).transpose()?;
            Ok(State {
                rule,
                path,
                matched: 0,
                struck: 0,
            })
        });
        Ok(Faults {
            rules: rules.collect::<Result<_, String>>()?,
            random: Random::new(seed ^ 0xFA17),
        })
    }

    /// Faults that strike this request, in the order of the rules.
    pub fn strike(&mut self, target: &Target) -> Vec<Fault> {
        let mut struck = Vec::new();
        for state in &mut self.rules {
            if !state.matches(target) {
                continue;
            }
            state.matched += 1;
            let when = &state.rule.when;
            let turn = when.nth.is_none_or(|n| n == state.matched)
                && when.every.is_none_or(|n| n > 0 && state.matched % n == 0)
                && when.after.is_none_or(|n| state.matched > n)
                && when.times.is_none_or(|n| state.struck < n)
                && when.chance.is_none_or(|p| self.random.fraction() < p);
            if turn {
                state.struck += 1;
                struck.push(state.rule.fault.clone());
            }
        }
        struck
    }

    /// How often each rule has struck.
    pub fn counts(&self) -> Vec<u64> {
        self.rules.iter().map(|s| s.struck).collect()
    }
}

impl State {
    fn matches(&self, target: &Target) -> bool {
        let wanted = &self.rule.matching;
        wanted
            .method
            .as_deref()
            .is_none_or(|m| m.eq_ignore_ascii_case(target.method))
            && self.path.as_ref().is_none_or(|p| p.is_match(target.path))
            && wanted
                .node
                .as_deref()
                .is_none_or(|n| target.node() == Some(n))
            && wanted.vmid.is_none_or(|id| target.vmid() == Some(id))
            && wanted.endpoint.as_deref().is_none_or(|e| e == target.via)
    }
}

/// A glob, or after `~` a regular expression.
fn pattern(text: &str) -> Result<Regex, String> {
    let source = match text.strip_prefix('~') {
        Some(regex) => regex.to_owned(),
        None => {
            let escaped = regex::escape(text);
            let across = escaped.replace("\\*\\*", ".\u{1}");
            let within = across.replace("\\*", "[^/]*");
            format!("^{}$", within.replace('\u{1}', "*"))
        }
    };
    Regex::new(&source).map_err(|e| format!("{text}: {e}"))
}

impl Fault {
    /// The fault as something that happens to the task, if it is of that kind.
    pub fn twist(&self) -> Option<Twist> {
        Some(match self {
            Fault::TaskFail { exitstatus } => Twist::Fail(exitstatus.clone()),
            Fault::TaskWarn { n } => Twist::Warn(*n),
            Fault::TaskVanish => Twist::Vanish,
            Fault::TaskNeverEnds => Twist::Endless,
            Fault::WorkerKilled => Twist::Killed,
            _ => return None,
        })
    }
}

/// Reads a rule list from JSON text.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Vec<Rule>, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}
