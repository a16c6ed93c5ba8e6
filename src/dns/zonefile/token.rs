//! A master file's text cut into logical lines and words.

/// Why a file is not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterError {
    /// The logical line that begins here is no line of a master file.
    #[error("line {0} is not understood")]
    Unreadable(usize),
    /// A parenthesis or quote that begins in this line has no end.
    #[error("line {0} opens a parenthesis or quote that is never closed")]
    Unclosed(usize),
    /// There is no SOA record.
    #[error("it has no SOA record")]
    NoSoa,
    /// The SOA record belongs to this zone.
    #[error("its SOA record is that of {0}")]
    OtherZone(String),
    /// The SOA's serial is no number.
    #[error("its SOA record has no serial")]
    NoSerial,
    /// The name has a CNAME.
    #[error("{0} is an alias (CNAME) there")]
    Alias(String),
}

/// A logical line: one line, or several that parentheses join.
#[derive(Clone, Debug)]
pub struct Entry {
    /// All of its text, line ends and comments included.
    pub raw: String,
    /// Its words with where each begins in `raw`; comments and parentheses are none.
    pub words: Vec<(usize, String)>,
    /// The number of its first line, from 1.
    pub line: usize,
}

/// Cuts a text into logical lines. Joined, their raw texts are the text.
pub fn entries(text: &str) -> Result<Vec<Entry>, MasterError> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while !rest.is_empty() {
        let entry = entry(rest, line)?;
        line += entry.raw.matches('\n').count();
        rest = &rest[entry.raw.len()..];
        found.push(entry);
    }
    Ok(found)
}

/// What the character before means for the next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Word,
    Quotes,
    Comment,
}

fn entry(text: &str, line: usize) -> Result<Entry, MasterError> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut depth = 0usize;
    let mut within = Within::Nothing;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == '\n' && within != Within::Quotes && depth == 0 {
            return Ok(Entry {
                raw: text[..=at].to_owned(),
                words,
                line,
            });
        }
        let plain = !std::mem::take(&mut escaped);
        let (next, kept) = match (within, c) {
            (Within::Comment, '\n') => (Within::Nothing, false),
            (Within::Comment, _) => (Within::Comment, false),
            (Within::Quotes, '"') if plain => (Within::Word, true),
            (Within::Quotes, _) => (Within::Quotes, true),
            (_, ';') if plain => (Within::Comment, false),
            (_, '(') if plain => {
                depth += 1;
                (Within::Nothing, false)
            }
            (_, ')') if plain => {
                depth = depth.checked_sub(1).ok_or(MasterError::Unreadable(line))?;
                (Within::Nothing, false)
            }
            (_, '"') if plain => (Within::Quotes, true),
            (_, c) if c.is_whitespace() && plain => (Within::Nothing, false),
            _ => (Within::Word, true),
        };
        if kept {
            if within == Within::Nothing {
                words.push((at, String::new()));
            }
            if let Some((_, word)) = words.last_mut() {
                word.push(c);
            }
            escaped = c == '\\' && plain;
        }
        within = next;
    }
    let open = depth > 0 || within == Within::Quotes;
    if open {
        Err(MasterError::Unclosed(line))
    } else {
        Ok(Entry {
            raw: text.to_owned(),
            words,
            line,
        })
    }
}
