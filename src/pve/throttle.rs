//! How fast a disk may be.

use super::DiskConfig;
use super::property::plain;

/// Speed limits of a disk. `None` is no limit, which Proxmox also writes as 0 or leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct DiskLimits {
    /// Reading, MB/s (10^6 bytes); fractions are allowed.
    pub mbps_rd: Option<f64>,
    /// Writing, MB/s (10^6 bytes); fractions are allowed.
    pub mbps_wr: Option<f64>,
    /// Reading, operations a second.
    pub iops_rd: Option<u64>,
    /// Writing, operations a second.
    pub iops_wr: Option<u64>,
}

/// Limits on reading and writing together, and in bytes: the old spelling, which Proxmox takes for the one in MB.
const TOGETHER: [&str; 5] = ["iops", "mbps", "bps", "bps_rd", "bps_wr"];

/// A limit, its burst, and the names of the burst's length.
const BURSTS: [(&str, &str, &[&str]); 6] = [
    (
        "iops_rd",
        "iops_rd_max",
        &["iops_rd_max_length", "iops_rd_length"],
    ),
    (
        "iops_wr",
        "iops_wr_max",
        &["iops_wr_max_length", "iops_wr_length"],
    ),
    (
        "mbps_rd",
        "mbps_rd_max",
        &["bps_rd_max_length", "bps_rd_length"],
    ),
    (
        "mbps_wr",
        "mbps_wr_max",
        &["bps_wr_max_length", "bps_wr_length"],
    ),
    ("iops", "iops_max", &["iops_max_length"]),
    ("mbps", "mbps_max", &["bps_max_length"]),
];

impl DiskConfig {
    /// The speed limits of reading and writing.
    pub fn limits(&self) -> DiskLimits {
        let whole = |key: &str| self.0.get(key)?.parse::<u64>().ok().filter(|n| *n > 0);
        DiskLimits {
            mbps_rd: self.number("mbps_rd"),
            mbps_wr: self.number("mbps_wr"),
            iops_rd: whole("iops_rd"),
            iops_wr: whole("iops_wr"),
        }
    }

    /// Sets the four limits; `None` removes one. Nothing else slows the disk afterwards: limits on reading and writing
    /// together go, and those in bytes. A burst goes where it is no burst any more: without its limit Proxmox refuses it,
    /// and below its limit qemu does not start (PVE::QemuServer::Drive, `parse_drive`; qemu, `throttle_is_valid`).
    pub fn set_limits(&mut self, limits: &DiskLimits) {
        let real = |number: Option<u64>| number.map(|number| number as f64);
        for (key, wanted) in [
            ("iops_rd", real(limits.iops_rd)),
            ("iops_wr", real(limits.iops_wr)),
            ("mbps_rd", limits.mbps_rd),
            ("mbps_wr", limits.mbps_wr),
        ] {
            if self.number(key) != wanted || wanted.is_none() {
                self.0.put(key, wanted.map(plain));
            }
        }
        for key in TOGETHER {
            self.0.remove(key);
        }
        for (limit, burst, lengths) in BURSTS {
            let holds = |limit| self.number(burst).is_some_and(|burst| burst >= limit);
            if !self.number(limit).is_some_and(holds) {
                self.0.remove(burst);
            }
            if self.0.get(burst).is_none() {
                for length in lengths {
                    self.0.remove(length);
                }
            }
        }
    }

    /// A number above 0.
    fn number(&self, key: &str) -> Option<f64> {
        self.0.get(key)?.parse::<f64>().ok().filter(|n| *n > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_limits_sold_slows_a_disk() {
        let limits = |rd: Option<f64>, iops: Option<u64>| DiskLimits {
            mbps_rd: rd,
            iops_rd: iops,
            ..DiskLimits::default()
        };
        let bursts = "s:d,mbps_rd=50,mbps_rd_max=200,bps_rd_max_length=60,iops_rd=100,iops_rd_max=1000,iops_rd_length=5";
        for (text, wanted, left) in [
            // A burst goes with its limit, its length with the burst; as a burst above a smaller limit it stays.
            (bursts, limits(None, None), "s:d"),
            (bursts, limits(Some(50.0), Some(100)), bursts),
            (
                bursts,
                limits(Some(300.0), Some(20)),
                "s:d,mbps_rd=300,iops_rd=20,iops_rd_max=1000,iops_rd_length=5",
            ),
            (
                "s:d,mbps=10,mbps_max=20,bps_max_length=3,iops=5,iops_max=9,iops_max_length=2,ssd=1",
                limits(None, None),
                "s:d,ssd=1",
            ),
            ("s:d,bps=1048576", limits(None, None), "s:d"),
            (
                "s:d,bps_rd=1048576,bps_wr=7",
                limits(Some(8.0), None),
                "s:d,mbps_rd=8",
            ),
            (
                "s:d,mbps_rd_max=9,iops_wr_max_length=2",
                limits(None, None),
                "s:d",
            ),
            // A spelling of the same number is no other number.
            (
                "s:d,mbps_rd=50.0",
                limits(Some(50.0), None),
                "s:d,mbps_rd=50.0",
            ),
        ] {
            let mut disk = DiskConfig::parse(text);
            disk.set_limits(&wanted);
            assert_eq!(disk.to_string(), left, "{text}");
        }
    }
}
