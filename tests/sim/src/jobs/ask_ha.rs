//! `hastart` and `hastop`: a wish passed on to HA's manager.

use crate::task::{Job, Note, Span};
use crate::world::World;

/// A wish for a guest that HA manages.
pub struct AskHa {
    /// VM.
    pub vmid: u32,
    /// `started` or `stopped`.
    pub state: &'static str,
}

impl Job for AskHa {
    fn begin(&mut self, _world: &mut World, note: &mut Note) -> Result<Span, String> {
        let verb = if self.state == "started" {
            "start"
        } else {
            "stop"
        };
        note.say(format!("Requesting HA {verb} for VM {}", self.vmid));
        Ok(Span::seconds(0.3))
    }

    fn finish(&mut self, world: &mut World, _note: &mut Note) -> Result<(), String> {
        world.ask_ha(self.vmid, self.state);
        Ok(())
    }
}
