//! A PowerDNS of our own: its folder, its database, its ports on loopback; it ends with the test.

use super::query;
use puq_proxmox_kvm::dns::Server;
use puq_proxmox_kvm::net::{Endpoint, Trust};
use std::fs::{self, File};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

pub const KEY: &str = "pdns-hush-1";

/// The tables of the generic SQLite backend: names and columns are PowerDNS's.
const TABLES: &str = "
CREATE TABLE domains (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, master TEXT, last_check INTEGER,
  type TEXT NOT NULL, notified_serial INTEGER, account TEXT, options TEXT, catalog TEXT);
CREATE TABLE records (id INTEGER PRIMARY KEY, domain_id INTEGER, name TEXT, type TEXT, content TEXT, ttl INTEGER,
  prio INTEGER, disabled BOOLEAN DEFAULT 0, ordername TEXT, auth BOOL DEFAULT 1);
CREATE INDEX records_by_name ON records (name, type);
CREATE TABLE supermasters (ip TEXT, nameserver TEXT, account TEXT);
CREATE TABLE comments (id INTEGER PRIMARY KEY, domain_id INTEGER, name TEXT, type TEXT, modified_at INT, account TEXT,
  comment TEXT);
CREATE TABLE domainmetadata (id INTEGER PRIMARY KEY, domain_id INT, kind TEXT, content TEXT);
CREATE TABLE cryptokeys (id INTEGER PRIMARY KEY, domain_id INT, flags INT, active BOOL, published BOOL DEFAULT 1,
  content TEXT);
CREATE TABLE tsigkeys (id INTEGER PRIMARY KEY, name TEXT, algorithm TEXT, secret TEXT);
";

pub struct Pdns {
    folder: tempfile::TempDir,
    process: Child,
    api: u16,
    dns: u16,
}

impl Pdns {
    /// Starts it with these zones, each with an alias and a record of somebody else.
    pub fn start(zones: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let database = rusqlite::Connection::open(path("pdns.sqlite")).unwrap();
        database.execute_batch(TABLES).unwrap();
        let (api, dns) = (free_tcp(), free_both());
        let config = format!(
            "launch=gsqlite3\ngsqlite3-database={}\ngsqlite3-dnssec=no\nlocal-address=127.0.0.1\nlocal-port={dns}\n\
             api=yes\napi-key={KEY}\nwebserver=yes\nwebserver-address=127.0.0.1\nwebserver-port={api}\n\
             webserver-allow-from=127.0.0.1\nsocket-dir={}\ndaemon=no\nguardian=no\nsetuid=\nsetgid=\n\
             cache-ttl=0\nquery-cache-ttl=0\nnegquery-cache-ttl=0\nzone-cache-refresh-interval=0\nsecurity-poll-suffix=\n",
            path("pdns.sqlite").display(),
            folder.path().display(),
        );
        fs::write(path("pdns.conf"), config).unwrap();
        let log = File::create(path("log")).unwrap();
        let process = Command::new("/usr/sbin/pdns_server")
            .arg(format!("--config-dir={}", folder.path().display()))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("pdns_server is installed");
        let mut pdns = Self {
            folder,
            process,
            api,
            dns,
        };
        pdns.wait();
        for zone in zones {
            pdns.add_zone(zone);
        }
        pdns
    }

    fn wait(&mut self) {
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", self.api)).is_ok() {
                return;
            }
            if self.process.try_wait().unwrap().is_some() {
                break;
            }
            sleep(Duration::from_millis(100));
        }
        panic!("pdns_server did not start:\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn database(&self) -> rusqlite::Connection {
        let database = rusqlite::Connection::open(self.folder.path().join("pdns.sqlite")).unwrap();
        database.busy_timeout(Duration::from_secs(10)).unwrap();
        database
    }

    pub fn add_zone(&self, zone: &str) {
        let database = self.database();
        database
            .execute(
                "INSERT INTO domains (name, type) VALUES (?, 'NATIVE')",
                [zone],
            )
            .unwrap();
        let id = database.last_insert_rowid();
        let soa = format!("ns1.example.net hostmaster.{zone} 1 3600 600 86400 300");
        for (name, kind, content) in [
            (zone.to_owned(), "SOA", soa.as_str()),
            (zone.to_owned(), "NS", "ns1.example.net"),
            (format!("alias.{zone}"), "CNAME", "other.example.com"),
            (format!("other.{zone}"), "A", "192.0.2.99"),
        ] {
            let sql = "INSERT INTO records (domain_id, name, type, content, ttl) VALUES (?, ?, ?, ?, 300)";
            database
                .execute(sql, rusqlite::params![id, name, kind, content])
                .unwrap();
        }
    }

    /// `name type content` of a zone's records, sorted.
    pub fn records(&self, zone: &str) -> Vec<String> {
        let database = self.database();
        let sql = "SELECT r.name || ' ' || r.type || ' ' || r.content FROM records r \
                   JOIN domains d ON d.id = r.domain_id WHERE d.name = ? ORDER BY 1";
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([zone], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    pub fn api(&self) -> Server {
        Server {
            endpoint: Endpoint {
                host: "127.0.0.1".to_owned(),
                port: self.api,
                trust: Trust::Nearby,
            },
            path: String::new(),
        }
    }

    pub fn dig(&self, name: &str, kind: u16) -> Vec<String> {
        query::ask(self.dns, name, kind)
    }
}

impl Drop for Pdns {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprint_log(&self.log());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[allow(clippy::print_stderr)]
fn eprint_log(log: &str) {
    eprintln!("{log}");
}

fn free_tcp() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A port free for UDP and TCP: a name server takes both.
fn free_both() -> u16 {
    loop {
        let port = free_tcp();
        if UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
