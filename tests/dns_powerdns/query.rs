//! A DNS query by hand (RFC 1035 §4): one question, the answers of its type.

use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

pub const A: u16 = 1;
pub const PTR: u16 = 12;
pub const AAAA: u16 = 28;

/// The answers, as text without final dots, sorted.
pub fn ask(port: u16, name: &str, kind: u16) -> Vec<String> {
    let mut packet = vec![0x4b, 0x56, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        packet.push(u8::try_from(label.len()).unwrap());
        packet.extend_from_slice(label.as_bytes());
    }
    packet.push(0);
    packet.extend_from_slice(&kind.to_be_bytes());
    packet.extend_from_slice(&[0, 1]);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    socket.send_to(&packet, ("127.0.0.1", port)).unwrap();
    let mut answer = [0; 4096];
    let (length, _) = socket
        .recv_from(&mut answer)
        .expect("the name server answers");
    let answer = &answer[..length];
    let count = |at: usize| u16::from_be_bytes([answer[at], answer[at + 1]]);
    let mut at = 12;
    for _ in 0..count(4) {
        at = name_at(answer, at).1 + 4;
    }
    let mut found = vec![];
    for _ in 0..count(6) {
        at = name_at(answer, at).1;
        let (of, data, size) = (count(at), at + 10, usize::from(count(at + 8)));
        if of == kind {
            found.push(match kind {
                A => Ipv4Addr::from(<[u8; 4]>::try_from(&answer[data..data + 4]).unwrap())
                    .to_string(),
                AAAA => Ipv6Addr::from(<[u8; 16]>::try_from(&answer[data..data + 16]).unwrap())
                    .to_string(),
                _ => name_at(answer, data).0,
            });
        }
        at = data + size;
    }
    found.sort();
    found
}

/// A name and where it ends; a pointer leads to the rest of it.
fn name_at(packet: &[u8], mut at: usize) -> (String, usize) {
    let mut labels = vec![];
    let mut end = None;
    loop {
        let length = packet[at];
        match length {
            0 => break,
            length if length & 0xc0 == 0xc0 => {
                end.get_or_insert(at + 2);
                at = usize::from(u16::from_be_bytes([length & 0x3f, packet[at + 1]]));
            }
            length => {
                let label = &packet[at + 1..at + 1 + usize::from(length)];
                labels.push(String::from_utf8_lossy(label).into_owned());
                at += 1 + usize::from(length);
            }
        }
    }
    (labels.join("."), end.unwrap_or(at + 1))
}
