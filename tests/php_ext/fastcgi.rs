//! Just enough FastCGI to ask php-fpm for one script.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

const BEGIN: u8 = 1;
const END: u8 = 3;
const PARAMS: u8 = 4;
const STDIN: u8 = 5;
const STDOUT: u8 = 6;

/// An answer: the CGI headers' status (200 where there is none) and the body.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// Asks the pool behind `socket` to run `script`.
pub fn ask(socket: &Path, script: &Path, query: &str) -> std::io::Result<Answer> {
    let mut stream = UnixStream::connect(socket)?;
    let script = script.display().to_string();
    let mut params = Vec::new();
    for (name, value) in [
        ("SCRIPT_FILENAME", script.as_str()),
        ("SCRIPT_NAME", "/script.php"),
        ("REQUEST_METHOD", "GET"),
        ("REQUEST_URI", "/script.php"),
        ("QUERY_STRING", query),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
    ] {
        length(&mut params, name.len());
        length(&mut params, value.len());
        params.extend_from_slice(name.as_bytes());
        params.extend_from_slice(value.as_bytes());
    }
    // Role 1: responder; flag 0: close the connection after the answer.
    record(&mut stream, BEGIN, &[0, 1, 0, 0, 0, 0, 0, 0])?;
    record(&mut stream, PARAMS, &params)?;
    record(&mut stream, PARAMS, &[])?;
    record(&mut stream, STDIN, &[])?;
    let mut output = Vec::new();
    loop {
        let mut header = [0; 8];
        stream.read_exact(&mut header)?;
        let mut content = vec![0; usize::from(u16::from_be_bytes([header[4], header[5]]))];
        stream.read_exact(&mut content)?;
        let mut padding = vec![0; usize::from(header[6])];
        stream.read_exact(&mut padding)?;
        match header[1] {
            STDOUT => output.extend_from_slice(&content),
            END => return Ok(parse(&output)),
            _ => {}
        }
    }
}

fn length(into: &mut Vec<u8>, length: usize) {
    let length = u32::try_from(length).expect("a short text");
    match u8::try_from(length) {
        Ok(short) if short < 128 => into.push(short),
        _ => into.extend_from_slice(&(length | 1 << 31).to_be_bytes()),
    }
}

fn record(stream: &mut UnixStream, kind: u8, content: &[u8]) -> std::io::Result<()> {
    let length = u16::try_from(content.len()).expect("one record's worth");
    let [high, low] = length.to_be_bytes();
    stream.write_all(&[1, kind, 0, 1, high, low, 0, 0])?;
    stream.write_all(content)
}

fn parse(output: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(output);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or(("", &text));
    let status = head.lines().find_map(|line| line.strip_prefix("Status: "));
    let status = status.and_then(|status| status.get(..3)?.parse().ok());
    Answer {
        status: status.unwrap_or(200),
        body: body.to_owned(),
    }
}
