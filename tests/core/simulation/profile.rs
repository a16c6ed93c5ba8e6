//! What a seed likes best. Every seed does a little of everything; trouble of one kind in plenty finds what an even
//! mixture meets once in a thousand seeds.

/// How often things happen; `… in` is once in so many, 0 never.
#[derive(Debug)]
pub struct Profile {
    pub name: &'static str,
    /// So many rounds of trouble.
    pub rounds: u64,
    /// Orders of a round, at most one less than this.
    pub orders: u64,
    /// A call of WHMCS for a service, once in.
    pub calls: u64,
    /// A click on a service's pages, once in.
    pub clicks: u64,
    /// A round in which somebody has their hands in Proxmox, once in.
    pub hands: u64,
    /// Fault rules of a round, at most one less than this.
    pub faults: u64,
    /// A round in which the cluster itself has trouble, once in.
    pub cluster: u64,
    /// A round with several cron machines, once in.
    pub machines: u64,
    /// A round in which something dies, once in.
    pub deaths: u64,
    /// A round after which hours pass, once in.
    pub jumps: u64,
    /// A round in which clocks differ or jump, once in.
    pub clocks: u64,
    /// A round in which the database fails for a while, once in.
    pub outages: u64,
}

/// What all kinds are made of.
const EVEN: Profile = Profile {
    name: "even",
    rounds: 12,
    orders: 3,
    calls: 8,
    clicks: 6,
    hands: 4,
    faults: 4,
    cluster: 6,
    machines: 4,
    deaths: 3,
    jumps: 5,
    clocks: 6,
    outages: 6,
};

const PROFILES: &[Profile] = &[
    EVEN,
    Profile {
        name: "clones and strangers",
        rounds: 10,
        orders: 5,
        calls: 10,
        clicks: 20,
        hands: 1,
        cluster: 12,
        jumps: 12,
        ..EVEN
    },
    Profile {
        name: "backups and restores",
        rounds: 20,
        orders: 2,
        calls: 12,
        clicks: 2,
        hands: 6,
        jumps: 4,
        ..EVEN
    },
    Profile {
        name: "machines in step",
        rounds: 12,
        faults: 2,
        clicks: 4,
        hands: 12,
        cluster: 20,
        machines: 1,
        deaths: 2,
        ..EVEN
    },
    Profile {
        name: "a bad cluster",
        rounds: 14,
        faults: 6,
        cluster: 2,
        ..EVEN
    },
    Profile {
        name: "bad ground",
        rounds: 14,
        faults: 2,
        cluster: 12,
        clocks: 2,
        outages: 2,
        ..EVEN
    },
    Profile {
        name: "impatient people",
        rounds: 14,
        orders: 2,
        calls: 3,
        clicks: 2,
        faults: 2,
        cluster: 16,
        hands: 10,
        ..EVEN
    },
];

/// The kind of this seed.
pub fn of(seed: u64) -> &'static Profile {
    &PROFILES[(seed % PROFILES.len() as u64) as usize]
}
