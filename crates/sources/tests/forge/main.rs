//! The client of git forges, through its real HTTP, against a fake that expects each request in turn.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod failures;
mod limits;
mod pages;
mod send;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sources::forge::base::{Base, Query};
use sources::forge::error::ForgeError;
use sources::forge::retrieval::Retrieval;
use sources::forge::token::Token;
use sources::forge::{Client, Edge, Limits};
use sources::http::Http;
use testkit::forge::{FakeForge, Step};

const TOKEN: &str = "ghp_hunter2";
const HEADERS: [(&str, &str); 2] = [
    ("accept", "application/vnd.github+json"),
    ("x-github-api-version", "2022-11-28"),
];
const EXPECTED: [(&str, &str); 3] = [
    HEADERS[0],
    HEADERS[1],
    ("authorization", "Bearer ghp_hunter2"),
];

/// A clock that goes on by what was slept, and the pauses.
struct World {
    now: Cell<Timestamp>,
    pauses: RefCell<Vec<Duration>>,
}

impl World {
    fn new() -> World {
        World {
            now: Cell::new("2026-06-01T12:00:00Z".parse().unwrap()),
            pauses: RefCell::default(),
        }
    }

    fn sleep(&self, pause: Duration) {
        let pause_signed = SignedDuration::try_from(pause).unwrap();
        self.now.set(self.now.get() + pause_signed);
        self.pauses.borrow_mut().push(pause);
    }

    fn seconds(&self) -> Vec<u64> {
        self.pauses.borrow().iter().map(Duration::as_secs).collect()
    }
}

fn query() -> Query {
    Query::new(["repos", "larkspur", "shop", "rulesets"], "Metadata: read").with("per_page", "100")
}

/// What `query` asks for.
const TARGET: &str = "/repos/larkspur/shop/rulesets?per_page=100";

fn limits() -> Limits {
    Limits {
        pages: 3,
        page_bytes: 1_000,
        all_bytes: 1_500,
        answer: Duration::from_secs(20),
        pauses: Duration::from_secs(100),
        attempts: 3,
    }
}

fn client(base: &str) -> Client {
    let base = Base::parse(base).unwrap();
    let token = Token::new(TOKEN).unwrap();
    Client::new(Http::new().unwrap(), base, Some(token), &HEADERS, limits())
}

/// Returns what a client gets that asks the forge, and the seconds for which it paused each time.
fn ask(client: &Client, unless: Option<&str>) -> (Result<Retrieval, ForgeError>, Vec<u64>) {
    let world = World::new();
    let (now, sleep) = (|| world.now.get(), |pause| world.sleep(pause));
    let edge = Edge {
        now: &now,
        sleep: &sleep,
        random: &|| u64::MAX,
    };
    let result = client.get(&edge, &query(), unless);
    let shown = format!("{client:?} {result:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    (result, world.seconds())
}

/// Returns what the client makes of a script, and the seconds for which it paused each time.
fn run(script: Vec<Step>) -> (Result<Retrieval, ForgeError>, Vec<u64>) {
    let forge = FakeForge::start(&EXPECTED, script);
    ask(&client(&forge.base()), None)
}

/// Returns the pages of a retrieval as text.
fn pages(retrieval: &Retrieval) -> Vec<String> {
    let text = |body: &&[u8]| String::from_utf8_lossy(body).into_owned();
    retrieval.bodies().iter().map(text).collect()
}

/// Returns the error, in words without the port.
fn error<T: std::fmt::Debug>(result: Result<T, ForgeError>) -> String {
    let mut text = result.unwrap_err().to_string();
    while let Some(at) = text.find("127.0.0.1:") {
        let port = at + "127.0.0.1:".len();
        let digits = text[port..]
            .chars()
            .take_while(char::is_ascii_digit)
            .count();
        text.replace_range(at..port + digits, "forge");
    }
    text
}
