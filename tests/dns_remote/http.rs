//! An HTTP server on loopback, as small as its tests need: one thread, one answer per request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What arrived.
#[derive(Clone, Debug, Default)]
pub struct HttpRequest {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl HttpRequest {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// A value of the query or of a form, decoded.
    pub fn value(&self, name: &str) -> Option<String> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let form = self
            .header("content-type")
            .contains("form")
            .then_some(self.body.as_str());
        query
            .split('&')
            .chain(form.unwrap_or_default().split('&'))
            .find_map(|pair| {
                let (key, value) = pair.split_once('=')?;
                let plain = percent_encoding::percent_decode_str(value)
                    .decode_utf8()
                    .unwrap();
                (key == name).then(|| plain.into_owned())
            })
    }
}

/// What goes back.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    pub fn new(status: u16, kind: &str, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", kind.to_owned())],
            body: body.into(),
        }
    }
}

/// A service behind the server: what it knows changes with what it is asked.
pub trait Service: Send + 'static {
    fn answer(&mut self, asked: &HttpRequest) -> Reply;
}

/// A running server.
pub struct Server<S> {
    pub port: u16,
    pub service: Arc<Mutex<S>>,
    /// Every request so far.
    pub asked: Arc<Mutex<Vec<HttpRequest>>>,
}

impl<S: Service> Server<S> {
    pub fn start(service: S) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let service = Arc::new(Mutex::new(service));
        let asked = Arc::new(Mutex::new(vec![]));
        let (shared, journal) = (service.clone(), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, journal) = (shared.clone(), journal.clone());
                thread::spawn(move || serve(&stream, &shared, &journal));
            }
        });
        Self {
            port,
            service,
            asked,
        }
    }

    pub fn take(&self) -> Vec<HttpRequest> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn serve<S: Service>(stream: &TcpStream, service: &Mutex<S>, journal: &Mutex<Vec<HttpRequest>>) {
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read(&mut reader) {
        journal.lock().unwrap().push(asked.clone());
        let reply = service.lock().unwrap().answer(&asked);
        let mut head = format!(
            "HTTP/1.1 {} Said\r\nContent-Length: {}\r\n",
            reply.status,
            reply.body.len()
        );
        for (name, value) in &reply.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut writer = stream;
        if writer
            .write_all(format!("{head}\r\n{}", reply.body).as_bytes())
            .is_err()
        {
            return;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<HttpRequest> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let mut asked = HttpRequest {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        ..HttpRequest::default()
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        asked
            .headers
            .push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = asked.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    asked.body = String::from_utf8(body).ok()?;
    Some(asked)
}
