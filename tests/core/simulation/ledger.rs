//! What the simulation itself knows of what was sold, learnt from the answers WHMCS and the browsers got.

/// Something asked for: was it granted?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// It was.
    Yes,
    /// It was not, or was never asked for.
    No,
    /// Whoever asked died before the answer.
    Unclear,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Sold {
    /// Its product.
    pub product: u64,
    /// Whether it was ended.
    pub ended: Granted,
    /// Whether its end left the VM to an admin (reset to `remove`).
    pub let_go: bool,
    /// Whether it is suspended.
    pub suspended: Granted,
    /// Whether WHMCS has another package than the module accepted, as far as anybody can tell.
    pub change_again: bool,
    /// Whether the client chose policies of the firewall and was not told that they hold.
    pub policies_again: bool,
    /// Whether somebody who let go of it died meanwhile: its names may be gone or left.
    pub names_lost: bool,
    /// Whether reverse names were chosen and nobody was told that they hold.
    pub names_again: bool,
    /// Whether a change of password died on the way: WHMCS may have another one than the VM.
    pub password_unclear: bool,
    /// Whether somebody clicked on power: then the VM may be off.
    pub touched: bool,
    /// Whether somebody moved its VM to another node.
    pub moved: bool,
    /// Whether it was given a VM that somebody else made: nothing of it need be as it was sold.
    pub attached: bool,
    /// Restores asked for, refused ones left out.
    pub restores: u64,
    /// Installations asked for: the order, new ones, all that end in the mail *VM is ready*.
    pub installs: u64,
}

impl Sold {
    pub fn new(product: u64) -> Self {
        Self {
            product,
            ended: Granted::No,
            let_go: false,
            suspended: Granted::No,
            change_again: false,
            password_unclear: false,
            touched: false,
            moved: false,
            names_again: false,
            names_lost: false,
            policies_again: false,
            attached: false,
            restores: 0,
            installs: 1,
        }
    }
}
