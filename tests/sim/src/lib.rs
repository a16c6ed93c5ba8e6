//! A stateful Proxmox VE simulator.
