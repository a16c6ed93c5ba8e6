//! What is done to a VM, in the words of somebody who owns it.

use super::words::words;

words! {
    /// What is done to a VM meanwhile, in the words of somebody who owns it: several steps are the same work to them.
    Work {
        /// Addresses are reserved.
        Addresses = "addresses",
        /// DNS records are set.
        Dns = "dns",
        /// The operating system is copied.
        Clone = "clone",
        /// The VM goes to its node.
        Move = "move",
        /// Processors and memory are set.
        Cpu = "cpu",
        /// Disks are made, grown and limited.
        Disks = "disks",
        /// The network card is set.
        Network = "network",
        /// The firewall is set.
        Firewall = "firewall",
        /// What the guest reads as it starts is written.
        Guest = "guest",
        /// The VM starts.
        Start = "start",
        /// Somebody looks whether it runs.
        Check = "check",
        /// It stops.
        Stop = "stop",
        /// A backup is restored.
        Restore = "restore",
        /// The VM is removed.
        Remove = "remove",
    }
}
