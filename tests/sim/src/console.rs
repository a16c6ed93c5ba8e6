//! The console's WebSocket: a VNC server behind it, as `vncproxy` has.

use crate::rfb::{GREETING, Session};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use sha1::{Digest, Sha1};
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// True for a WebSocket handshake.
pub fn wanted(request: &hyper::Request<Incoming>) -> bool {
    let upgrade = request.headers().get("upgrade");
    upgrade.is_some_and(|v| v.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// The handshake's key.
pub fn key(request: &hyper::Request<Incoming>) -> Option<String> {
    let value = request.headers().get("sec-websocket-key")?;
    value.to_str().ok().map(str::to_owned)
}

/// The 101 answer; Proxmox chooses the subprotocol `binary`.
///
/// # Errors
/// Never in practice: all headers are plain text.
pub fn switch(key: &str) -> io::Result<hyper::Response<Full<Bytes>>> {
    // The fixed GUID of RFC 6455.
    let hash = Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    hyper::Response::builder()
        .status(101)
        .header("Upgrade", "websocket")
        .header("Connection", "upgrade")
        .header("Sec-WebSocket-Accept", base64(&hash))
        .header("Sec-WebSocket-Protocol", "binary")
        .body(Full::default())
        .map_err(io::Error::other)
}

/// Speaks on the upgraded connection until the other side closes it.
pub async fn relay(upgrade: OnUpgrade, name: String) {
    if let Ok(connection) = upgrade.await {
        // The end of a console is no error, however it comes.
        let _ended = show(TokioIo::new(connection), &name).await;
    }
}

async fn show<S: AsyncReadExt + AsyncWriteExt + Unpin>(
    mut stream: S,
    name: &str,
) -> io::Result<()> {
    let mut session = Session::new(name);
    send(&mut stream, 2, GREETING).await?;
    loop {
        let (opcode, payload) = receive(&mut stream).await?;
        match opcode {
            8 => return send(&mut stream, 8, &payload).await,
            9 => send(&mut stream, 10, &payload).await?,
            10 => {}
            _ => {
                let reply = session.feed(&payload);
                if !reply.is_empty() {
                    send(&mut stream, 2, &reply).await?;
                }
            }
        }
    }
}

async fn send<S: AsyncWriteExt + Unpin>(
    stream: &mut S,
    opcode: u8,
    payload: &[u8],
) -> io::Result<()> {
    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        short @ 0..=125 => frame.push(short as u8),
        middle @ 126..=0xffff => {
            frame.push(126);
            frame.extend((middle as u16).to_be_bytes());
        }
        long => {
            frame.push(127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(payload);
    stream.write_all(&frame).await?;
    stream.flush().await
}

async fn receive<S: AsyncReadExt + Unpin>(stream: &mut S) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0u8; 2];
    stream.read_exact(&mut head).await?;
    let length = match head[1] & 0x7f {
        126 => u64::from(stream.read_u16().await?),
        127 => stream.read_u64().await?,
        short => u64::from(short),
    };
    if length > 1 << 20 {
        return Err(io::Error::other("frame too large"));
    }
    let mut mask = [0u8; 4];
    if head[1] & 0x80 != 0 {
        stream.read_exact(&mut mask).await?;
    }
    let mut payload = vec![0u8; length as usize];
    stream.read_exact(&mut payload).await?;
    for (at, byte) in payload.iter_mut().enumerate() {
        *byte ^= mask[at % 4];
    }
    Ok((head[0] & 0x0f, payload))
}

fn base64(bytes: &[u8]) -> String {
    const SET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = u32::from(chunk[0]) << 16
            | u32::from(*chunk.get(1).unwrap_or(&0)) << 8
            | u32::from(*chunk.get(2).unwrap_or(&0));
        for place in 0..4 {
            let digit = (word >> (18 - 6 * place)) & 63;
            text.push(if place <= chunk.len() {
                SET[digit as usize] as char
            } else {
                '='
            });
        }
    }
    text
}
