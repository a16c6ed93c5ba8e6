//! How far a task is, as its log tells it.

use std::collections::BTreeMap;

/// What the lines that begin a disk of a clone begin with; the disk's place follows.
const NEXT_DISK: &str = "create full clone of drive ";

/// How many percent of what it copies a task has done, by the lines of its log; `None` where they tell nothing. The log of
/// a clone counts each disk for itself and says nothing about those that follow: `disks`, their sizes by place, says how
/// much of the whole each is. Where they are not known, the number of the disk that is being copied counts.
pub(super) fn percent(log: &[String], disks: &BTreeMap<String, u64>) -> Option<f64> {
    let (mut done, mut current, mut last) = (0, None, None);
    for line in log {
        if let Some(rest) = line.strip_prefix(NEXT_DISK) {
            let place = rest.split_whitespace().next().unwrap_or_default();
            done += current.unwrap_or_default();
            current = Some(disks.get(place).copied().unwrap_or_default());
            last = None;
        } else {
            last = told(line).or(last);
        }
    }
    let whole: u64 = disks.values().sum();
    match current {
        // Between two disks what is copied stays copied.
        Some(size) if whole > 0 && (size > 0 || done > 0) => {
            let copied = last.unwrap_or(0.0) * size as f64 + done as f64 * 100.0;
            (last.is_some() || done > 0).then(|| (copied / whole as f64).clamp(0.0, 100.0))
        }
        _ => last,
    }
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
        of_disks(lines, &[])
    }

    fn of_disks(lines: &[&str], disks: &[(&str, u64)]) -> Option<f64> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let disks = disks
            .iter()
            .map(|(place, size)| ((*place).to_owned(), *size));
        percent(&lines, &disks.collect())
    }

    /// 10 and 30 GiB: the small one is a quarter of the whole, and what was told never falls.
    #[test]
    fn of_several_disks_each_counts_by_its_size() {
        let disks = [("scsi0", 10 << 30), ("scsi1", 30 << 30)];
        let first = "create full clone of drive scsi0 (local:9000/base-9000-disk-0.qcow2)";
        let second = "create full clone of drive scsi1 (local:9000/base-9000-disk-1.qcow2)";
        let half = "transferred 5.0 GiB of 10.0 GiB (50.00%)";
        let whole = "transferred 10.0 GiB of 10.0 GiB (100.00%)";
        let third = "transferred 10.0 GiB of 30.0 GiB (33.00%)";
        let mut seen = vec![];
        let mut log = vec![];
        for line in [first, half, whole, second, third] {
            log.push(line);
            seen.push(of_disks(&log, &disks));
        }
        assert_eq!(
            seen,
            [None, Some(12.5), Some(25.0), Some(25.0), Some(49.75)]
        );
        // A drive of no size beside it changes nothing, and one that nobody knows of is no reason to fall back.
        let drive = "create full clone of drive ide2 (local:9000/vm-9000-cloudinit.qcow2)";
        assert_eq!(
            of_disks(&[first, whole, drive, second, third], &disks),
            Some(49.75)
        );
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
