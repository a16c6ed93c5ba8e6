//! JSON of others, read within bounds: a server that is broken, or in foreign hands, must not cost us our memory.

use serde_json::Value;
use thiserror::Error;

/// How deep lists and objects may nest. Proxmox and the name servers stay below ten levels.
const DEEPEST: usize = 32;

/// How much of an answer is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of the body.
    pub bytes: usize,
    /// Names and values in it, all levels together. A few bytes of text such as `{},{}` become a hundred of memory.
    pub parts: usize,
}

/// Why a text is not read as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It is longer than its bound.
    #[error("it is longer than {0} KiB")]
    Long(usize),
    /// It has more names and values than its bound.
    #[error("it has more than {0} values")]
    Many(usize),
    /// Its lists and objects nest too deep.
    #[error("its lists and objects nest more than {DEEPEST} levels deep")]
    Deep,
    /// It is no JSON.
    #[error("it is no JSON")]
    Other,
}

impl Bounds {
    /// Reads a body. What it would cost is counted first, in one pass over the bytes that builds nothing.
    ///
    /// # Errors
    /// When it breaks a bound, or is no JSON.
    pub fn read(self, body: &[u8]) -> Result<Value, Unreadable> {
        if body.len() > self.bytes {
            return Err(Unreadable::Long(self.bytes / 1024));
        }
        self.survey(body)?;
        serde_json::from_slice(body).map_err(|_| Unreadable::Other)
    }

    fn survey(self, body: &[u8]) -> Result<(), Unreadable> {
        let (mut depth, mut parts) = (0_usize, 0_usize);
        let mut bytes = body.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'"' => skip_text(&mut bytes),
                b'[' | b'{' => {
                    depth += 1;
                    parts += 1;
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                b',' | b':' => parts += 1,
                _ => {}
            }
            if depth > DEEPEST {
                return Err(Unreadable::Deep);
            }
            if parts > self.parts {
                return Err(Unreadable::Many(self.parts));
            }
        }
        Ok(())
    }
}

/// Goes on behind the end of a text whose quotation mark was just passed.
fn skip_text(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SMALL: Bounds = Bounds {
        bytes: 4096,
        parts: 40,
    };

    #[test]
    fn what_is_within_its_bounds_is_read_as_it_is() {
        let text = r#"{"data": [1, {"a,[": "x\"]}{:,,,,"}, null, "\\"]}"#;
        let read = SMALL.read(text.as_bytes());
        assert_eq!(
            read,
            Ok(json!({"data": [1, {"a,[": "x\"]}{:,,,,"}, null, "\\"]}))
        );
        let text = format!("\"{}\"", ",".repeat(1000));
        assert!(SMALL.read(text.as_bytes()).is_ok());
    }

    /// As Perl, PHP and every browser read it: no answer means two things to two readers.
    #[test]
    fn of_two_members_of_the_same_name_the_last_counts() {
        let text = br#"{"data": {"vmid": 100, "vmid": 101}, "data": {"vmid": 102, "vmid": "103"}}"#;
        assert_eq!(SMALL.read(text), Ok(json!({"data": {"vmid": "103"}})));
    }

    #[test]
    fn what_would_cost_too_much_is_refused_before_anything_is_built() {
        let keys: Vec<String> = (0..30).map(|n| format!("\"{n}\":0")).collect();
        for (text, why) in [
            (format!("[{}1]", "1,".repeat(60)), Unreadable::Many(40)),
            (format!("[{}{{}}]", "{},".repeat(30)), Unreadable::Many(40)),
            (format!("{{{}}}", keys.join(",")), Unreadable::Many(40)),
            (
                format!("{}{}", "[".repeat(33), "]".repeat(33)),
                Unreadable::Deep,
            ),
            (format!("\"{}\"", "x".repeat(4096)), Unreadable::Long(4)),
            ("\"open".to_owned(), Unreadable::Other),
            ("[1".to_owned(), Unreadable::Other),
            (String::new(), Unreadable::Other),
        ] {
            assert_eq!(SMALL.read(text.as_bytes()), Err(why), "{text}");
        }
    }
}
