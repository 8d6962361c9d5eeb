//! The HTTP of a witness, over a socket.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;

use ledger::witness::Witness;
use ledger::witness::key::Seeds;
use server::serve::{self, ServeError};
use server::witness::{Edges, router};
use tempfile::TempDir;
use tlog::checkpoint::Checkpoint;
use tlog::cosignature;
use tlog::key::{KeyName, SignerKey};
use tlog::merkle::{Hash, leaf_hash};
use tlog::note::Note;
use tlog::witness::answer::{self, Answer};
use tlog::witness::checkpoint_path;
use tlog::witness::request::{MAX_REQUEST_BYTES, Request};
use tokio::sync::oneshot::{self, Sender};

mod hanging_up;

const ORIGIN: &str = "log.example/ada";
const NOW: u64 = 1_767_225_600;

/// A witness of the log of seed 1 that answers until it is dropped.
struct Server {
    folder: TempDir,
    address: SocketAddr,
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<Result<(), ServeError>>>,
}

/// What came back over the socket.
#[derive(Debug)]
struct Response {
    status: u16,
    content_type: String,
    body: Vec<u8>,
}

impl Server {
    fn start() -> Server {
        Server::with_clock(|| NOW)
    }

    fn with_clock(clock: fn() -> u64) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let name = KeyName::new("witness.example/bo").unwrap();
        let seeds = Seeds {
            ed25519: [2; 32],
            ml_dsa_44: [3; 32],
        };
        let witness = Witness::create(folder.path(), &name, &seeds).unwrap();
        witness.add_log(&log().verifier()).unwrap();
        let edges = Edges {
            clock,
            report: |_| (),
        };
        let bound = serve::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let ended = async move {
            let _ = ended.await;
        };
        Server {
            address: bound.address(),
            thread: Some(std::thread::spawn(move || {
                bound.serve_until(router(witness, edges), ended)
            })),
            end: Some(end),
            folder,
        }
    }

    fn exchange(&self, head: &str, body: &[u8]) -> Response {
        let mut stream = self.send(head, body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Response::read(&bytes)
    }

    fn send(&self, head: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let length = body.len();
        let head = format!(
            "{head} HTTP/1.1\r\nHost: witness\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses a long body need not read it.
        let _ = stream.write_all(body);
        stream
    }

    fn add(&self, body: &[u8]) -> Response {
        self.exchange("POST /add-checkpoint", body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.end.take());
        let ended = self.thread.take().unwrap().join().unwrap();
        assert!(ended.is_ok() || std::thread::panicking(), "{ended:?}");
    }
}

impl Response {
    fn read(bytes: &[u8]) -> Response {
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let header = head
            .lines()
            .find_map(|line| line.strip_prefix("content-type: "));
        Response {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            content_type: header.unwrap_or_default().to_owned(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    fn answer(&self) -> Answer {
        Answer::read(self.status, &self.content_type, &self.body).unwrap()
    }
}

fn log() -> SignerKey {
    SignerKey::from_seed(KeyName::new(ORIGIN).unwrap(), &[1; 32])
}

fn note(size: u64, root: Hash) -> Note {
    let checkpoint = Checkpoint::new(ORIGIN, size, root).unwrap();
    Note::sign(&checkpoint.to_string(), &log()).unwrap()
}

fn request(old_size: u64, note: Note) -> Vec<u8> {
    let request = Request::new(old_size, vec![], note).unwrap();
    request.to_string().into_bytes()
}

fn first() -> Note {
    note(1, leaf_hash(b"a"))
}

#[test]
fn a_client_gets_cosignatures_that_it_believes() {
    let server = Server::start();
    let known = Witness::open(server.folder.path()).unwrap().cosigners();
    let Answer::Cosigned(lines) = server.add(&request(0, first())).answer() else {
        panic!("not cosigned");
    };
    let cosigned = answer::accept(&first(), &lines, &known).unwrap();
    let found = cosignature::verify(&cosigned, &known).unwrap();
    assert_eq!(
        found.iter().map(|one| one.time).collect::<Vec<_>>(),
        [NOW; 2]
    );

    let path = format!("GET /{}", checkpoint_path(ORIGIN));
    let shown = server.exchange(&path, b"");
    assert_eq!(
        (shown.status, &shown.body),
        (200, &cosigned.to_string().into_bytes())
    );
    assert_eq!(shown.content_type, "text/plain; charset=utf-8");
}

#[test]
fn each_refusal_has_its_status() {
    let server = Server::start();
    assert_eq!(server.add(&request(0, first())).status, 200);
    let stale = server.add(&request(0, first()));
    assert_eq!(
        (stale.status, stale.content_type.as_str()),
        (409, "text/x.tlog.size")
    );
    assert_eq!(stale.answer(), Answer::Holds { size: 1 });
    assert_eq!(
        server.add(&request(1, first())).status,
        200,
        "asked again from what it holds"
    );
    let fork = server.add(&request(1, note(1, leaf_hash(b"fork"))));
    assert_eq!(fork.status, 422);
    let malformed = server.add(b"new 1\n\n");
    assert_eq!(malformed.status, 400);
    assert_eq!(
        malformed.body,
        b"malformed request: the first line is not `old <decimal>`\n"
    );
    let stranger = first().to_string().replace(ORIGIN, "log.example/eve");
    let stranger = Note::parse(stranger.as_bytes()).unwrap();
    assert_eq!(server.add(&request(0, stranger)).status, 404);
    let unsigned = first()
        .to_string()
        .replace("\u{2014} log.example/ada", "\u{2014} eve");
    let unsigned = Note::parse(unsigned.as_bytes()).unwrap();
    assert_eq!(server.add(&request(1, unsigned)).status, 403);
}

#[test]
fn what_is_no_call_of_a_witness_is_not_answered_as_one() {
    let server = Server::start();
    assert_eq!(server.exchange("GET /add-checkpoint", b"").status, 405);
    assert_eq!(server.exchange("POST /", b"").status, 404);
    let path = format!("GET /{}", checkpoint_path(ORIGIN));
    assert_eq!(
        server.exchange(&path, b"").status,
        404,
        "nothing is cosigned yet"
    );
    let outside = server.exchange("GET /..%2f..%2fwitness.key/checkpoint", b"");
    assert_eq!(outside.status, 404);
}

#[test]
fn a_long_body_is_refused() {
    let server = Server::start();
    let long = vec![b'o'; MAX_REQUEST_BYTES + 1];
    assert_eq!(server.add(&long).status, 413);
    assert_eq!(server.add(&request(0, first())).status, 200);
}

#[test]
fn a_fault_of_the_witness_is_not_told_to_strangers() {
    let server = Server::start();
    server.add(&request(0, first()));
    let logs = Witness::open(server.folder.path())
        .unwrap()
        .folder()
        .join("logs");
    let log = logs.join(checkpoint_path(ORIGIN)).with_file_name("latest");
    std::fs::remove_file(log).unwrap();
    let fault = server.add(&request(1, first()));
    assert_eq!(fault.status, 500);
    assert_eq!(
        fault.body,
        b"the witness is at fault, and its operator was told why\n"
    );
}

#[test]
fn an_address_in_use_is_an_error() {
    let server = Server::start();
    let refused = serve::bind(server.address).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("cannot listen on {}", server.address)
    );
}
