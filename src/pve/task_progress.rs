//! How far a task is, as its log tells it.

/// How many percent of what it copies a task has done, by the lines of its log; `None` where they tell nothing. Of a VM with
/// several disks it is the disk that is being copied: a log says nothing about those that follow.
pub(super) fn percent(log: &[String]) -> Option<f64> {
    log.iter().fold(None, |before, line| {
        let next_disk = line.starts_with("create full clone of drive ");
        told(line).or(before.filter(|_| !next_disk))
    })
}

/// The percent in one line. Lines about something else, such as how sparse a backup was, have percents too.
fn told(line: &str) -> Option<f64> {
    let number = if let Some(rest) = line.strip_prefix("progress ") {
        // A restore: "progress 12% (read 515375104 bytes, duration 1 sec)".
        rest.split_once('%')?.0
    } else if let Some(rest) = line.strip_prefix("INFO:") {
        // A backup: "INFO:  12% (1.2 GiB of 10.0 GiB) in 3s, read: 411.8 MiB/s, write: 6.1 MiB/s".
        rest.split_once("% (")?.0
    } else {
        // A copy: "transferred 6.9 MiB of 64.0 MiB (10.85%)", with the name of its job before it where the VM runs.
        let (_, rest) = line.split_once("transferred ")?;
        let (amounts, _) = rest.split_once("%)")?;
        amounts.rsplit_once('(')?.1
    };
    let percent: f64 = number.trim().parse().ok()?;
    percent.is_finite().then_some(percent.clamp(0.0, 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Option<f64> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        percent(&lines)
    }

    #[test]
    fn the_last_line_that_tells_counts() {
        let clone = "create full clone of drive scsi0 (local:9000/base-9000-disk-0.qcow2)";
        let copied = "transferred 6.9 MiB of 64.0 MiB (10.85%)";
        assert_eq!(of(&[clone, copied]), Some(10.85));
        let job = "mirror-scsi0: transferred 12.0 GiB of 32.0 GiB (37.50%) in 1m 3s";
        assert_eq!(
            of(&[copied, job, "all 'mirror' jobs are ready"]),
            Some(37.5)
        );
        // The next disk begins at zero again.
        let whole = "transferred 64.0 MiB of 64.0 MiB (100.00%)";
        assert_eq!(of(&[clone, whole, clone]), None);
        let backup = "INFO:   7% (307.2 MiB of 4.0 GiB) in 3s, read: 102.4 MiB/s, write: 6.1 MiB/s";
        assert_eq!(of(&["INFO: started backup task", backup]), Some(7.0));
        let restored =
            "progress 3% (read 128909312 bytes, zeroes = 1% (4194304 bytes), duration 0 sec)";
        assert_eq!(
            of(&[
                "progress 2% (read 85917696 bytes, duration 0 sec)",
                restored
            ]),
            Some(3.0)
        );
    }

    #[test]
    fn percents_of_something_else_are_none() {
        for line in [
            "INFO: transferred 4.00 GiB in 3 seconds (1.3 GiB/s)",
            "INFO: backup is sparse: 1.9 GiB (47%) total zero data",
            "INFO: backup was done incrementally, reused 3.21 GiB (80%)",
            "migration active, transferred 1.2 GiB of 4.0 GiB VM-state, 100.0 MiB/s",
            "create linked clone of drive scsi0 (local:9000/base-9000-disk-0.qcow2)",
            "progress nan% (read 1 bytes)",
            "transferred % of %)(",
            "",
        ] {
            assert_eq!(of(&[line]), None, "{line}");
        }
        assert_eq!(of(&["progress 900% (read"]), Some(100.0));
    }
}
