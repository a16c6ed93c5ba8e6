//! Where a service's flow stands. The words are what the database stores and what the cron prints.

use super::words::words;

words! {
    /// Where the flow of a service stands: mostly the step finished last.
    VmState {
        /// Ordered; nothing exists yet.
        Creation = "creation",
        /// Addresses and VMID are reserved.
        SetIp = "set_ip",
        /// DNS records were asked for (a failing provider does not hold the flow).
        SetDns = "set_dns",
        /// The template is cloned, on the template's node.
        Clone = "clone",
        /// The VM is on its target node and storage, or stays where it is and the log says why.
        Migrated = "migrated",
        /// Cores and memory are as sold.
        SetCpuRam = "set_cpu_ram",
        /// The system disk has its size.
        SetSystemDiskSize = "set_system_disk_size",
        /// The system disk has its limits.
        SetSystemDiskBandwidth = "set_system_disk_bandwidth",
        /// The additional disk exists, or none is sold.
        SetCreatedAdditionalDisk = "set_created_additional_disk",
        /// The additional disk has its size.
        SetAdditionalDiskSize = "set_additional_disk_size",
        /// The additional disk has its limits.
        SetAdditionalDiskBandwidth = "set_additional_disk_bandwidth",
        /// The network card is as sold.
        SetNetwork = "set_network",
        /// Firewall options, policies and the address set are in place.
        SetFirewall = "set_firewall",
        /// The guest's first-boot settings are written.
        SetCloudinit = "set_cloudinit",
        /// The VM was started.
        Starting = "starting",
        /// At rest: nothing to do.
        Ready = "ready",
        /// A change of package was asked for.
        ChangePackage = "change_package",
        /// Addresses, DNS and address set fit the new package.
        CpUpdateIp = "cp_update_ip",
        /// The VM is stopped for the change.
        CpStop = "cp_stop",
        /// Cores and memory fit the new package.
        CpCpuRam = "cp_cpu_ram",
        /// The system disk has its new size.
        CpSystemDiskSize = "cp_system_disk_size",
        /// The system disk has its new limits.
        CpSystemDiskBandwidth = "cp_system_disk_bandwidth",
        /// The additional disk was made, kept or deleted.
        CpAdditionalDisk = "cp_additional_disk",
        /// The additional disk has its new size.
        CpAdditionalDiskSize = "cp_additional_disk_size",
        /// The additional disk has its new limits.
        CpAdditionalDiskBandwidth = "cp_additional_disk_bandwidth",
        /// The network card fits the new package.
        CpNetwork = "cp_network",
        /// The firewall fits the new package.
        CpFirewall = "cp_firewall",
        /// The VM was started again.
        CpStart = "cp_start",
        /// A new installation was asked for.
        Reinstall = "reinstall",
        /// New DNS records were asked for.
        SetDnsRecords = "set_dns_records",
        /// A backup is to be restored.
        Restore = "restore",
        /// The VM is stopped for the restore.
        RsStop = "rs_stop",
        /// The backup is restored.
        RsRestored = "rs_restored",
        /// Cores and memory are as sold again.
        RsCpuRam = "rs_cpu_ram",
        /// The system disk has its size again.
        RsSystemDiskSize = "rs_system_disk_size",
        /// The system disk has its limits again.
        RsSystemDiskBandwidth = "rs_system_disk_bandwidth",
        /// The additional disk exists again.
        RsAdditionalDisk = "rs_additional_disk",
        /// The additional disk has its size again.
        RsAdditionalDiskSize = "rs_additional_disk_size",
        /// The additional disk has its limits again.
        RsAdditionalDiskBandwidth = "rs_additional_disk_bandwidth",
        /// The network card is as sold again.
        RsNetwork = "rs_network",
        /// The firewall is as sold again.
        RsFirewall = "rs_firewall",
        /// The VM was started again.
        RsStart = "rs_start",
        /// The restore itself failed; the client may retry or reinstall.
        ErrorRestore = "error_restore",
        /// A new password was asked for.
        ResetPassword = "reset_password",
        /// The VM is stopped for the new password.
        RpStop = "rp_stop",
        /// The new password is in the first-boot settings.
        RpCloudinit = "rp_cloudinit",
        /// The VM was started with it.
        RpStart = "rp_start",
        /// The VM is to be removed.
        Terminate = "terminate",
        /// The removal failed; nothing was freed, a person decides.
        ErrorTerminate = "error_terminate",
        /// Removed; addresses and VMID are free or in quarantine.
        Remove = "remove",
    }
}

impl VmState {
    /// Whether the cron leaves services in this state alone.
    pub fn at_rest(self) -> bool {
        matches!(
            self,
            Self::Ready | Self::ErrorRestore | Self::ErrorTerminate | Self::Remove
        )
    }
}

words! {
    /// Which flow a service is in. Several share rows: those of a deploy serve a reinstallation too.
    FlowKey {
        /// From an order to a running VM.
        Deploy = "deploy",
        /// To a changed package.
        ChangePackage = "change_package",
        /// To a new installation at the same number and addresses.
        Reinstall = "reinstall",
        /// Back to a backup.
        Restore = "restore",
        /// To a new password.
        ResetPassword = "reset_password",
        /// To fresh DNS records.
        SetDnsRecords = "set_dns_records",
        /// To the end of the service.
        Terminate = "terminate",
    }
}

impl FlowKey {
    /// Whether it makes the VM anew.
    pub fn installs(self) -> bool {
        matches!(self, Self::Deploy | Self::Reinstall)
    }
}

words! {
    /// How a VM stood before its service was suspended: the state that the end of the suspension brings back.
    Before {
        /// It ran, or was being made.
        Running = "running",
        /// It was off.
        Stopped = "stopped",
    }
}

words! {
    /// What the firewall does with traffic no rule names, in Proxmox's words.
    Policy {
        /// Let through.
        Accept = "ACCEPT",
        /// Drop silently.
        Drop = "DROP",
        /// Refuse with an answer.
        Reject = "REJECT",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for state in VmState::ALL {
            assert_eq!(VmState::parse(state.as_str()), Some(*state));
        }
        assert_eq!(VmState::parse("no_such"), None);
    }
}
