//! A failed task: what its exit status means, and what its log says where the status says nothing.

use super::{Seen, classify, warnings};
use crate::pve::{Exit, Failed, Kind, PveError};

/// Exit texts that only say *that* it failed; the reason stands in the log's last lines.
const HOLLOW_EXITS: [&str; 5] = [
    "migration aborted",
    "job errors",
    "start failed",
    "unexpected status",
    "migration problems",
];

/// Words of a line that tells of trouble.
const TROUBLE: [&str; 14] = [
    "fail",
    "error",
    "can't",
    "cannot",
    "could not",
    "unable",
    "denied",
    "refused",
    "no such",
    "not found",
    "not exist",
    "invalid",
    "no space",
    "timeout",
];

/// A quoted line is cut after this many characters: QEMU's command line has thousands.
const LONGEST_QUOTE: usize = 240;

impl PveError {
    /// A failed task. `kind` is its type (`qmclone` …); `log` its last lines, empty where they were not read.
    ///
    /// Warnings come out as [`crate::pve::Class::Done`], [`Exit::Ok`] is no error and gives `None`.
    pub fn from_task(what: &str, kind: &str, exit: &Exit, log: &[String]) -> Option<Self> {
        let exit_text = match exit {
            Exit::Ok => return None,
            Exit::Warnings(count) => return Some(warnings(what, *count)),
            Exit::Failed(text) => text.as_str(),
        };
        let own = judge(what, kind, exit_text);
        if own.kind != Kind::Unknown && !is_hollow(exit_text) {
            return Some(own);
        }
        let Some(line) = telling(kind, log) else {
            return Some(own);
        };
        let text = quoted(exit_text, line);
        let found = judge(what, kind, line);
        let meant = match found.kind {
            Kind::Unknown => own,
            _ => found,
        };
        Some(Self::new(Failed {
            text,
            ..(*meant).clone()
        }))
    }

    /// Whether an exit status only says that the task failed, so that its log must be read for the reason.
    pub(in crate::pve) fn is_hollow(exit: &Exit) -> bool {
        matches!(exit, Exit::Failed(text) if is_hollow(text))
    }

    /// The exit status with the line of the log that says why.
    pub(in crate::pve) fn with_reason(exit: &Exit, kind: &str, log: &[String]) -> Exit {
        match (exit, telling(kind, log)) {
            (Exit::Failed(text), Some(line)) => Exit::Failed(quoted(text, line)),
            _ => exit.clone(),
        }
    }
}

fn judge(what: &str, kind: &str, text: &str) -> PveError {
    classify(&Seen {
        what,
        method: None,
        place: kind,
        status: None,
        text,
        fields: &[],
    })
}

fn is_hollow(text: &str) -> bool {
    HOLLOW_EXITS.iter().any(|hollow| text.contains(hollow))
}

/// The line that says why: the last one that the table knows, else the first that tells of trouble: what follows it is
/// mostly its consequence.
fn telling<'a>(kind: &str, log: &'a [String]) -> Option<&'a str> {
    let lines = || {
        log.iter()
            .map(|line| line.trim())
            .filter(|line| !line.is_empty() && !line.starts_with("TASK ") && !is_hollow(line))
    };
    let known = lines().rfind(|line| judge("", kind, line).kind != Kind::Unknown);
    known.or_else(|| {
        lines().find(|line| {
            let line = line.to_ascii_lowercase();
            TROUBLE.iter().any(|word| line.contains(word))
        })
    })
}

fn quoted(exit: &str, line: &str) -> String {
    let short: String = line.chars().take(LONGEST_QUOTE).collect();
    if exit.contains(&short) {
        return exit.to_owned();
    }
    let cut = if short.len() < line.len() { "…" } else { "" };
    format!("{exit} ({short}{cut})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(log: &[&str]) -> String {
        let log: Vec<String> = log.iter().map(|line| (*line).to_owned()).collect();
        let exit = Exit::Failed("start failed: QEMU exited with code 1".to_owned());
        PveError::with_reason(&exit, "qmstart", &log).to_string()
    }

    #[test]
    fn the_line_that_says_why_is_quoted() {
        let traffic = "command '/sbin/tc filter add dev tap100i0 parent ffff: protocol all' failed: exit code 1";
        let script = "kvm: -netdev type=tap,id=net0: network script /usr/libexec/qemu-server/pve-bridge failed with status 6400";
        let end = "TASK ERROR: start failed: QEMU exited with code 1";
        assert!(
            start(&["generating cloud-init ISO", traffic, script, end])
                .ends_with(&format!("({traffic})"))
        );
        let bridge = "bridge 'vmbr9' does not exist";
        assert!(start(&[bridge, script, end]).ends_with(&format!("({bridge})")));
        let memory = "kvm: cannot set up guest memory 'pc.ram': Cannot allocate memory";
        assert!(
            start(&["swtpm_setup: Starting vTPM manufacturing", memory, end])
                .ends_with(&format!("({memory})"))
        );
        assert_eq!(
            start(&["generating cloud-init ISO", end]),
            "start failed: QEMU exited with code 1"
        );
        assert_eq!(start(&[]), "start failed: QEMU exited with code 1");
    }

    #[test]
    fn a_long_line_is_cut_and_none_is_quoted_twice() {
        let line = format!("kvm: error: {}", "ü".repeat(5000));
        let text = start(&[&line]);
        assert!(text.chars().count() < 320 && text.ends_with("…)"), "{text}");
        let exit = Exit::Failed(start(&["bridge 'vmbr9' does not exist"]));
        let again = PveError::with_reason(
            &exit,
            "qmstart",
            &["bridge 'vmbr9' does not exist".to_owned()],
        );
        assert_eq!(again, exit);
    }
}
