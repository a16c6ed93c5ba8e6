//! No function of the crate is longer than a screen or two.

use super::{complain, sources};

/// The longest function a reader should have to take in at once, in lines with its head and its end.
const FUNCTION: usize = 60;

#[test]
fn no_function_is_too_long() {
    let (mut found, mut seen) = (vec![], 0);
    for source in sources("src", ".rs") {
        let lines: Vec<&str> = source.text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let head = line.trim_start();
            let indent = &line[..line.len() - head.len()];
            let words = head.split('(').next().unwrap_or_default();
            // A function has a name; a type of functions has none.
            let mut words = words.split(' ').skip_while(|word| *word != "fn");
            if head.starts_with("//") || words.nth(1).is_none() {
                continue;
            }
            seen += 1;
            // The formatter puts the end of a function, or of what is only declared, below its head.
            let is_end = |line: &&str| {
                let rest = line.strip_prefix(indent).unwrap_or(" ");
                rest == "}" || (!rest.starts_with(' ') && rest.ends_with([';', '}']))
            };
            let length = lines[number..].iter().position(is_end);
            let length = length.map_or(1, |last| last + 1);
            if length > FUNCTION {
                found.push(format!("{}:{}: {length} lines", source.path, number + 1));
            }
        }
    }
    assert!(seen > 1500, "{seen} functions");
    complain(&format!("functions over {FUNCTION} lines"), &found);
}
