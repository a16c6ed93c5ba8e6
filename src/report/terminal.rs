//! Blocks of many VMs on one terminal: the block at the head streams live, the others are held and printed whole.

use super::flow_line;
use crate::engine::{Event, Observer};
use crate::host::HostHandle;
use futures_util::future::LocalBoxFuture;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

struct Buffered {
    id: u64,
    text: String,
    closed: bool,
}

/// Where the blocks of a tick are put in order. Cheap to clone.
#[derive(Clone)]
pub struct Terminal {
    /// `None`: nobody reads along, the stored log is all.
    host: Option<HostHandle>,
    blocks: Rc<RefCell<VecDeque<Buffered>>>,
    next: Rc<RefCell<u64>>,
}

/// One VM's block.
pub struct Block {
    terminal: Terminal,
    id: u64,
}

impl Terminal {
    /// A terminal that writes through the host, or nowhere.
    pub fn new(host: Option<HostHandle>) -> Self {
        Self {
            host,
            blocks: Rc::default(),
            next: Rc::default(),
        }
    }

    /// Opens a block; it takes its place with its first line.
    pub fn block(&self) -> Block {
        let mut next = self.next.borrow_mut();
        *next += 1;
        Block {
            terminal: self.clone(),
            id: *next,
        }
    }

    /// Adds text to a block and returns what may be written now.
    fn add(&self, id: u64, text: &str, close: bool) -> String {
        let mut blocks = self.blocks.borrow_mut();
        match blocks.iter_mut().find(|buffered| buffered.id == id) {
            Some(buffered) => {
                buffered.text.push_str(text);
                buffered.closed |= close;
            }
            None => blocks.push_back(Buffered {
                id,
                text: text.to_owned(),
                closed: close,
            }),
        }
        let mut out = String::new();
        while let Some(head) = blocks.front_mut() {
            out.push_str(&std::mem::take(&mut head.text));
            if !head.closed {
                break;
            }
            blocks.pop_front();
        }
        out
    }

    async fn write(&self, text: String) {
        if let Some(host) = self.host.as_ref().filter(|_| !text.is_empty()) {
            // A terminal that is gone must not stop the work: the stored log has every line.
            let _ = host.write(text).await;
        }
    }
}

impl Observer for Block {
    fn tell(&self, event: Event) -> LocalBoxFuture<'_, ()> {
        let close = matches!(event, Event::FlowEnded { .. });
        let out = self.terminal.add(self.id, &flow_line(&event), close);
        Box::pin(self.terminal.write(out))
    }
}

impl Block {
    /// Closes a block whose pass was cut short, so that the blocks behind it are not held back for ever.
    pub async fn close(&self) {
        let known = self
            .terminal
            .blocks
            .borrow()
            .iter()
            .any(|buffered| buffered.id == self.id);
        if known {
            let out = self.terminal.add(self.id, "", true);
            self.terminal.write(out).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_streams_and_the_rest_is_held() {
        let terminal = Terminal::new(None);
        assert_eq!(terminal.add(1, "a1 ", false), "a1 ");
        assert_eq!(terminal.add(2, "b1 ", false), "");
        assert_eq!(terminal.add(1, "a2 ", false), "a2 ");
        assert_eq!(terminal.add(3, "c1 ", true), "");
        assert_eq!(terminal.add(1, "a3 ", true), "a3 b1 ");
        assert_eq!(terminal.add(2, "b2 ", true), "b2 c1 ");
    }
}
