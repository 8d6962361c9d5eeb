//! A server on loopback that lives as long as a value.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// How long a server has until it answers, in pauses.
const MAX_PAUSES: u32 = 3_000;
const PAUSE: Duration = Duration::from_millis(20);
/// How long one attempt to speak to it may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// The least of the ports that are given out: below those that the system gives to clients.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 12_000;

/// A process of its own that is ended, by its own id, when the value is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Returns the server that a command starts, once `answers` holds; what it prints goes into `log`.
    ///
    /// # Panics
    /// With the log, if it ends before, or does not answer for a minute.
    #[must_use]
    pub fn start(mut command: Command, log: &Path, mut answers: impl FnMut() -> bool) -> Server {
        let file = File::create(log).expect("a log can be created");
        let copy = file.try_clone().expect("a log can be shared");
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(copy)
            .spawn()
            .expect("a server can be started");
        let mut server = Server {
            child,
            log: log.to_owned(),
        };
        for _ in 0..MAX_PAUSES {
            let answered = answers();
            // Asked second: where it has ended, somebody else answered.
            let ended = server.child.try_wait().expect("a child can be waited for");
            assert!(ended.is_none(), "the server ended: {}", server.printed());
            if answered {
                return server;
            }
            thread::sleep(PAUSE);
        }
        panic!("the server does not answer: {}", server.printed());
    }

    /// Returns the id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns what it printed so far.
    #[must_use]
    pub fn printed(&self) -> String {
        fs::read(&self.log).map_or_else(
            |error| error.to_string(),
            |bytes| String::from_utf8_lossy(&bytes).into_owned(),
        )
    }
}

/// Returns what a process left, once it ended by itself.
///
/// # Panics
/// If it has not after a minute.
#[must_use]
pub fn output_of(mut child: Child) -> Output {
    for _ in 0..MAX_PAUSES {
        let ended = child.try_wait().expect("a child can be waited for");
        if ended.is_some() {
            return child.wait_with_output().expect("a child that ended");
        }
        thread::sleep(PAUSE);
    }
    let _ = child.kill();
    panic!("it does not end: {:?}", child.wait_with_output());
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns so many loopback ports that are free now, none twice.
///
/// Nobody listens on them until the caller does; so each call of a process looks where no other did, and each process
/// begins elsewhere.
///
/// # Panics
/// If there are not so many.
#[must_use]
pub fn free_ports<const N: usize>() -> [u16; N] {
    static LOOKED_AT: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(97);
    let next = || start.wrapping_add(LOOKED_AT.fetch_add(1, Ordering::Relaxed));
    let candidates = (0..PORTS).map(|_| FIRST_PORT + (next() % u32::from(PORTS)) as u16);
    // All are held until the last is found.
    let held: Vec<TcpListener> = candidates
        .filter_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .take(N)
        .collect();
    let ports: Vec<u16> = held
        .iter()
        .map(|listener| listener.local_addr().expect("it is bound").port())
        .collect();
    ports.try_into().expect("enough free ports")
}

/// Returns the status with which a loopback port answers a GET, or nothing where it answers none.
#[must_use]
pub fn get(port: u16, path: &str) -> Option<u16> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).ok()?;
    // RFC 9112 section 4: `HTTP/1.1 200`.
    std::str::from_utf8(&head).ok()?.get(9..)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Server, free_ports, get};

    #[test]
    fn no_port_is_given_twice() {
        let mut ports: [u16; 50] = free_ports();
        ports.sort_unstable();
        assert!(ports.windows(2).all(|two| two[0] < two[1]));
    }

    #[test]
    fn a_port_where_nobody_listens_has_no_status() {
        let [port] = free_ports();
        assert_eq!(get(port, "/"), None);
    }

    #[test]
    fn a_server_ends_with_its_value() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo up; exec sleep 1000"]);
        let log = folder.path().join("log");
        let mut looks = 0;
        let server = Server::start(command, &log, || {
            looks += 1;
            std::fs::read_to_string(&log).is_ok_and(|text| text == "up\n")
        });
        let process = format!("/proc/{}", server.id());
        assert!(looks > 0 && std::path::Path::new(&process).exists());
        drop(server);
        assert!(!std::path::Path::new(&process).exists());
    }
}
