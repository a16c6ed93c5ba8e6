//! A guest's screen: enough of an RFB 3.8 server for a VNC client to connect, see a picture and send keys.

/// What the server says first.
pub const GREETING: &[u8] = b"RFB 003.008\n";

const WIDTH: u16 = 320;
const HEIGHT: u16 = 200;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Version,
    Security,
    Response,
    Init,
    Running,
}

/// One client's session: bytes in, bytes out.
#[derive(Debug)]
pub struct Session {
    phase: Phase,
    pending: Vec<u8>,
    name: String,
    bytes_per_pixel: usize,
    pointer: (u16, u16),
    keys: u8,
    asked: bool,
    dirty: bool,
}

impl Session {
    /// A session that has been greeted; `name` is the title the client shows.
    pub fn new(name: &str) -> Session {
        Session {
            phase: Phase::Version,
            pending: Vec::new(),
            name: name.to_owned(),
            bytes_per_pixel: 4,
            pointer: (0, 0),
            keys: 0,
            asked: false,
            dirty: true,
        }
    }

    /// Takes what the client sent and answers it.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.pending.extend(bytes);
        let mut out = Vec::new();
        while let Some(length) = self.length().filter(|l| *l <= self.pending.len()) {
            let message: Vec<u8> = self.pending.drain(..length).collect();
            self.answer(&message, &mut out);
        }
        if self.asked && self.dirty {
            self.asked = false;
            self.dirty = false;
            self.draw(&mut out);
        }
        out
    }

    /// Length of the message at the head, once enough of it is there to tell.
    fn length(&self) -> Option<usize> {
        let at = |index: usize| self.pending.get(index).map(|b| usize::from(*b));
        Some(match self.phase {
            Phase::Version => 12,
            Phase::Security | Phase::Init => 1,
            Phase::Response => 16,
            Phase::Running => match at(0)? {
                0 => 20,
                2 => 4 + 4 * (at(2)? << 8 | at(3)?),
                3 => 10,
                4 => 8,
                5 => 6,
                6 => 8 + (at(5)? << 16 | at(6)? << 8 | at(7)?),
                // Unknown: there is no way to find the next message.
                _ => self.pending.len(),
            },
        })
    }

    fn answer(&mut self, message: &[u8], out: &mut Vec<u8>) {
        match self.phase {
            Phase::Version => {
                // One way to sign in: VNC's own, as QEMU does once a password is set.
                out.extend([1, 2]);
                self.phase = Phase::Security;
            }
            Phase::Security => {
                out.extend([0x5a; 16]);
                self.phase = Phase::Response;
            }
            Phase::Response => {
                // Any response will do: the WebSocket was opened with the ticket already.
                out.extend([0; 4]);
                self.phase = Phase::Init;
            }
            Phase::Init => {
                out.extend(WIDTH.to_be_bytes());
                out.extend(HEIGHT.to_be_bytes());
                out.extend([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);
                out.extend((self.name.len() as u32).to_be_bytes());
                out.extend(self.name.as_bytes());
                self.phase = Phase::Running;
            }
            Phase::Running => self.command(message),
        }
    }

    fn command(&mut self, message: &[u8]) {
        match message.first() {
            Some(0) => self.bytes_per_pixel = (usize::from(message[4]) / 8).clamp(1, 4),
            Some(3) => {
                self.asked = true;
                // Not incremental: the client wants everything, changed or not.
                self.dirty |= message[1] == 0;
            }
            Some(4) => {
                self.keys = self.keys.wrapping_add(message[1]);
                self.dirty = true;
            }
            Some(5) => {
                self.pointer = (
                    u16::from_be_bytes([message[2], message[3]]),
                    u16::from_be_bytes([message[4], message[5]]),
                );
                self.dirty = true;
            }
            _ => {}
        }
    }

    /// The whole screen, raw: greys (so that the order of colours does not matter), a bar that moves with each key,
    /// a square under the pointer.
    fn draw(&self, out: &mut Vec<u8>) {
        out.extend([0, 0, 0, 1, 0, 0, 0, 0]);
        out.extend(WIDTH.to_be_bytes());
        out.extend(HEIGHT.to_be_bytes());
        out.extend([0; 4]);
        let bar = u16::from(self.keys) * 8 % WIDTH;
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                let near = |a: u16, b: u16| a.abs_diff(b) < 4;
                let grey = if near(x, self.pointer.0) && near(y, self.pointer.1) {
                    255
                } else if near(x, bar) {
                    200
                } else {
                    (x / 4 + y / 8) as u8
                };
                for byte in 0..self.bytes_per_pixel {
                    out.push(if byte == 3 { 0 } else { grey });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_to_the_screen_byte_by_byte() {
        let mut session = Session::new("vm");
        let mut client = GREETING.to_vec();
        client.push(2);
        client.extend([0; 16]);
        client.push(1);
        client.extend([3, 0, 0, 0, 0, 0, 1, 64, 0, 200]);
        let mut got = Vec::new();
        for byte in client {
            got.extend(session.feed(&[byte]));
        }
        let pixels = usize::from(WIDTH) * usize::from(HEIGHT) * 4;
        assert_eq!(got.len(), 2 + 16 + 4 + 24 + 2 + 16 + pixels);
        assert_eq!(&got[..2], [1, 2]);
        // An incremental request is answered when something changes, not before.
        assert!(session.feed(&[3, 1, 0, 0, 0, 0, 1, 64, 0, 200]).is_empty());
        assert!(session.feed(&[4, 1, 0, 0, 0, 0, 0, 65]).len() > pixels);
    }
}
