//! How an error is put into words: the one printer that every log, page and stored text uses.

use std::error::Error;

/// An error and its causes on one line, as in `the database failed: PDOException: connection refused`. A cause that only
/// repeats what stands before it is left out.
///
/// An error of ours never has the text of its cause in its own: whoever prints one takes this function, and `tests/tidy.rs`
/// sees to both.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = plain(&cause.to_string());
        if !text.contains(&words) {
            text.truncate(text.trim_end_matches('.').len());
            text.push_str(": ");
            text.push_str(&words);
        }
        next = cause.source();
    }
    text
}

/// A library's text without the addresses of its own documentation: they are for those who write programs.
pub fn plain(text: &str) -> String {
    let mut kept: Vec<&str> = vec![];
    for word in text.split(' ') {
        match DOCUMENTATION.iter().any(|place| word.contains(place)) {
            true => {
                // What introduced it goes with it.
                if let Some(last) = kept.last_mut() {
                    *last = last.trim_end_matches([':', ',', '(']);
                }
            }
            false => kept.push(word),
        }
    }
    let text = kept.join(" ");
    text.trim_end_matches([':', ' ', ',']).to_owned()
}

/// Where libraries are documented.
const DOCUMENTATION: [&str; 4] = [
    "://docs.rs/",
    "://doc.rust-lang.org/",
    "://github.com/",
    "://crates.io/",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use thiserror::Error;

    #[derive(Debug, Error)]
    #[error("{text}")]
    struct Link {
        text: &'static str,
        source: Option<Box<dyn Error>>,
    }

    fn link(text: &'static str, source: impl Into<Option<Box<dyn Error>>>) -> Box<dyn Error> {
        let source = source.into();
        Box::new(Link { text, source })
    }

    #[test]
    fn every_cause_is_told_once() {
        let refused = link("connection refused", None);
        let three = link("no zone is set", link("ns1 is out of reach.", refused));
        assert_eq!(
            chain(&*three),
            "no zone is set: ns1 is out of reach: connection refused"
        );
        // What a library puts into its own text again, and what says nothing.
        let again = link("it broke: no route", link("no route", link("", None)));
        assert_eq!(chain(&*again), "it broke: no route");
        assert_eq!(chain(&*link("It stands alone.", None)), "It stands alone.");
    }

    #[test]
    fn no_library_s_manual_is_quoted() {
        let library = "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/_03_howto/index.html#unexpected-eof";
        let words = "peer closed connection without sending TLS close_notify";
        assert_eq!(plain(library), words);
        assert_eq!(
            plain(&format!("{library} (os error 5)")),
            format!("{words} (os error 5)")
        );
        for text in [
            "connection refused (os error 111)",
            "https://pve1:8006 does not answer",
            "",
        ] {
            assert_eq!(plain(text), text);
        }
        let cause: Box<dyn Error> = Box::new(io::Error::new(io::ErrorKind::UnexpectedEof, library));
        let said = chain(&*link("the connection broke", cause));
        assert!(said.ends_with(words), "{said}");
    }
}
