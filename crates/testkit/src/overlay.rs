//! A fake in front of emulate: it answers what emulate has no state of, and passes everything else on.
//!
//! emulate makes up the names of commits; the overlay writes those of a real repository in their place, both ways.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{Arc, Mutex};

use crate::emulate::{Emulate, REPOSITORY};
use crate::http::{Answered, Asked, HttpServer};

/// A server on loopback that stands in for GitHub as a whole.
#[derive(Debug)]
pub struct Overlay {
    server: HttpServer,
    emulate: Emulate,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// Names of commits: ours, and emulate's.
    commits: Vec<(String, String)>,
    /// Answers by their path below the repository.
    answers: BTreeMap<String, (u16, String)>,
    complaints: Vec<String>,
}

/// What the overlay answers itself; every other path is emulate's.
const OWN: [&str; 8] = [
    "rulesets",
    "rules/",
    "keys",
    "environments",
    "collaborators",
    "/statuses",
    "/protection",
    "/history",
];

impl Overlay {
    /// Returns the fake before an emulate; until it is told otherwise, nothing protects anything.
    #[must_use]
    pub fn start(emulate: Emulate) -> Overlay {
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, port) = (state.clone(), emulate.port());
        let server = HttpServer::start(move |asked| {
            let mut state = shared.lock().expect("nobody panicked with it");
            state.answer(asked, port)
        });
        let overlay = Overlay {
            server,
            emulate,
            state,
        };
        for path in [
            "rules/branches/main",
            "rulesets/rule-suites",
            "keys",
            "collaborators",
        ] {
            overlay.answers(path, 200, "[]");
        }
        overlay.answers(
            "environments",
            200,
            r#"{"total_count": 0, "environments": []}"#,
        );
        let none = r#"{"message": "Branch not protected"}"#;
        overlay.answers("branches/main/protection", 404, none);
        overlay
    }

    /// Returns the base address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Returns what is behind it.
    #[must_use]
    pub fn emulate(&self) -> &Emulate {
        &self.emulate
    }

    /// Has a path below the repository answered from now on.
    ///
    /// # Panics
    /// If emulate has state of it.
    pub fn answers(&self, path: &str, status: u16, body: &str) {
        assert!(is_own(path), "emulate has state of {path}");
        let mut state = self.state.lock().expect("nobody panicked with it");
        state
            .answers
            .insert(path.to_owned(), (status, body.to_owned()));
    }

    /// Says what a commit of emulate is called here; the last that was said counts.
    pub fn is_called(&self, theirs: &str, ours: &str) {
        let mut state = self.state.lock().expect("nobody panicked with it");
        state
            .commits
            .retain(|(known, there)| known != ours && there != theirs);
        state.commits.push((ours.to_owned(), theirs.to_owned()));
        // No status was ever set on it.
        state
            .answers
            .entry(format!("commits/{ours}/statuses"))
            .or_insert((200, "[]".to_owned()));
    }
}

fn is_own(path: &str) -> bool {
    OWN.iter()
        .any(|own| path.starts_with(own) || (own.starts_with('/') && path.ends_with(own)))
}

impl State {
    fn answer(&mut self, asked: &Asked, port: u16) -> Answered {
        let below = format!("/repos/{REPOSITORY}/");
        let path = asked
            .path
            .strip_prefix(&below)
            .unwrap_or_default()
            .to_owned();
        if is_own(&path) {
            return self.own(asked, &path);
        }
        let target = self.theirs(&asked.path);
        let (status, body) = forward(port, asked, &target);
        Answered {
            headers: vec![("content-type".into(), "application/json".into())],
            body: self.ours(&body).into_bytes(),
            ..Answered::status(status)
        }
    }

    fn own(&mut self, asked: &Asked, path: &str) -> Answered {
        let (status, body) = match (asked.method.as_str(), self.answers.get(path)) {
            ("GET", Some((status, body))) => (*status, body.clone()),
            ("GET", None) => (404, r#"{"message": "Not Found"}"#.to_owned()),
            (method, _) => {
                self.complaints
                    .push(format!("{method} {path} changes what is only shown"));
                (418, String::new())
            }
        };
        Answered {
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.into_bytes(),
            ..Answered::status(status)
        }
    }

    fn theirs(&self, text: &str) -> String {
        let each = self.commits.iter();
        each.fold(text.to_owned(), |text, (ours, theirs)| {
            text.replace(ours, theirs)
        })
    }

    fn ours(&self, text: &str) -> String {
        let each = self.commits.iter();
        each.fold(text.to_owned(), |text, (ours, theirs)| {
            text.replace(theirs, ours)
        })
    }
}

/// Asks emulate the same, and returns its status and body; without pages, for a test has few items.
fn forward(port: u16, asked: &Asked, target: &str) -> (u16, String) {
    let query = match asked.query.as_str() {
        "" => String::new(),
        query => format!("?{query}"),
    };
    let mut request = format!(
        "{} {target}{query} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\n",
        asked.method
    );
    for name in ["authorization", "accept", "content-type", "user-agent"] {
        if let Some(value) = asked.header(name) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    request.push_str(&format!("content-length: {}\r\n\r\n", asked.body.len()));
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("emulate listens");
    stream.write_all(request.as_bytes()).expect("emulate reads");
    stream.write_all(&asked.body).expect("emulate reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("emulate answers in text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (status.expect("an answer has a status"), body.to_owned())
}

impl Drop for Overlay {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let state = self.state.lock().expect("nobody panicked with it");
            assert!(state.complaints.is_empty(), "{:?}", state.complaints);
        }
    }
}
