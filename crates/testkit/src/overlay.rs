//! A fake in front of emulate: it answers what emulate has no state of, and passes everything else on.
//!
//! emulate makes up the names of commits; the overlay writes those of a real repository in their place, both ways.

mod rulesets;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{Arc, Mutex};

use crate::emulate::{Emulate, REPOSITORY};
use crate::http::{Answered, Asked, HttpServer};

use rulesets::{Rulesets, missing};

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
    rulesets: Rulesets,
    /// Whether the rulesets are only shown, and refuse nothing.
    is_toothless: bool,
    faults: Vec<Fault>,
    /// Requests that somebody asked to land, each once.
    merged: Vec<String>,
    complaints: Vec<String>,
}

/// What goes wrong with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A request lands, and the answer is lost.
    LosesMerges,
    /// No request is opened.
    OpensNothing,
    /// No branch is removed.
    KeepsBranches,
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

    /// Returns a ruleset that was set.
    ///
    /// # Panics
    /// If there is none of this number.
    #[must_use]
    pub fn ruleset(&self, id: u64) -> String {
        let state = self.state.lock().expect("nobody panicked with it");
        state.rulesets.get(id).expect("it was set")
    }

    /// Changes a ruleset, as an administrator at the web page does.
    ///
    /// # Panics
    /// If there is none of this number.
    pub fn changes_ruleset(&self, id: u64, ruleset: &str) {
        let mut state = self.state.lock().expect("nobody panicked with it");
        state.rulesets.change(id, ruleset);
    }

    /// Returns what is answered on a path below the repository.
    ///
    /// # Panics
    /// If nothing is.
    #[must_use]
    pub fn answer(&self, path: &str) -> String {
        let state = self.state.lock().expect("nobody panicked with it");
        state.answers.get(path).expect("it is answered").1.clone()
    }

    /// From now on rulesets are only shown, and refuse nothing.
    ///
    /// # Panics
    /// If another thread panicked with the state.
    pub fn is_toothless(&self) {
        let mut state = self.state.lock().expect("nobody panicked with it");
        state.is_toothless = true;
    }

    /// From now on this goes wrong too.
    ///
    /// # Panics
    /// If another thread panicked with the state.
    pub fn has(&self, fault: Fault) {
        let mut state = self.state.lock().expect("nobody panicked with it");
        state.faults.push(fault);
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
        if let (Some(commit), "POST") = (path.strip_prefix("statuses/"), asked.method.as_str()) {
            return self.status(commit, &asked.body);
        }
        if let Some(said) = self.refusal(asked, &path, port) {
            return json(405, said);
        }
        if let Some(answer) = self.fault(asked, &path, port) {
            return answer;
        }
        let target = self.theirs(&asked.path);
        let body = self.theirs(&String::from_utf8_lossy(&asked.body));
        let (status, body) = forward(port, (&asked.method, asked), &target, body.as_bytes());
        let body = match asked.method.as_str() {
            "GET" if path.ends_with("/check-runs") => State::with_app(&body).unwrap_or(body),
            "GET" => self.with_state(&path, body, port, asked),
            _ => body,
        };
        json(status, self.ours(&body))
    }

    /// Returns what is answered where a change goes wrong.
    fn fault(&mut self, asked: &Asked, path: &str, port: u16) -> Option<Answered> {
        let has = |fault| self.faults.contains(&fault);
        let is_merge = asked.method == "PUT" && path.ends_with("/merge");
        match asked.method.as_str() {
            "POST" if path == "pulls" && has(Fault::OpensNothing) => {
                Some(json(422, r#"{"message": "Validation Failed"}"#.to_owned()))
            }
            "DELETE" if has(Fault::KeepsBranches) => {
                Some(json(403, r#"{"message": "Resource protected"}"#.to_owned()))
            }
            "PUT" if is_merge && has(Fault::LosesMerges) => {
                if self.merged.iter().any(|it| it == path) {
                    self.complaints.push(format!("{path} was sent twice"));
                }
                self.merged.push(path.to_owned());
                let target = self.theirs(&asked.path);
                let body = self.theirs(&String::from_utf8_lossy(&asked.body));
                forward(port, ("PUT", asked), &target, body.as_bytes());
                Some(json(502, String::new()))
            }
            _ => None,
        }
    }

    /// "Create a commit status", which emulate does not have.
    fn status(&mut self, commit: &str, body: &[u8]) -> Answered {
        let status: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let states = ["error", "failure", "pending", "success"];
        let has_state = status["state"]
            .as_str()
            .is_some_and(|it| states.contains(&it));
        let description = status["description"].as_str().unwrap_or_default();
        if !has_state || description.chars().count() > 140 {
            return json(422, r#"{"message": "Validation Failed"}"#.to_owned());
        }
        let set = serde_json::json!([{
            "id": 1, "state": status["state"], "context": status["context"],
            "description": description, "target_url": null,
            "created_at": "2026-01-02T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
            "creator": {"id": 1, "login": "ada", "type": "User"},
        }]);
        self.answers
            .insert(format!("commits/{commit}/statuses"), (200, set.to_string()));
        json(201, set[0].to_string())
    }

    /// "Merge a pull request": 405 where a rule of the branch is not kept.
    fn refusal(&self, asked: &Asked, path: &str, port: u16) -> Option<String> {
        let request = path.strip_prefix("pulls/")?.strip_suffix("/merge")?;
        let head = self.head(request, port, asked)?;
        let missing = self.missing(&head, port, asked)?;
        let said = format!(
            "Repository rule violations found\n\nRequired status check \"{missing}\" is expected.\n\n"
        );
        Some(serde_json::json!({"message": said}).to_string())
    }

    /// Returns the head of a request, as emulate calls it.
    fn head(&self, request: &str, port: u16, asked: &Asked) -> Option<String> {
        let target = format!("/repos/{REPOSITORY}/pulls/{request}");
        let (_, body) = forward(port, ("GET", asked), &target, &[]);
        let request: serde_json::Value = serde_json::from_str(&body).ok()?;
        request["head"]["sha"].as_str().map(str::to_owned)
    }

    fn missing(&self, head: &str, port: u16, asked: &Asked) -> Option<String> {
        let required = self.rulesets.required();
        if required.is_empty() || self.is_toothless {
            return None;
        }
        let target = format!("/repos/{REPOSITORY}/commits/{head}/check-runs");
        let (_, runs) = forward(port, ("GET", asked), &target, &[]);
        missing(&required, &runs)
    }

    /// Names GitHub Actions as the app behind every run of a check: emulate names none.
    fn with_app(body: &str) -> Option<String> {
        let mut answer: serde_json::Value = serde_json::from_str(body).ok()?;
        for run in answer["check_runs"].as_array_mut()? {
            if run["app"].is_null() {
                run["app"] = serde_json::json!({
                    "id": 15368, "slug": "github-actions", "name": "GitHub Actions",
                });
            }
        }
        Some(answer.to_string())
    }

    /// Adds to a request whether it may land, of which emulate says nothing.
    fn with_state(&self, path: &str, body: String, port: u16, asked: &Asked) -> String {
        let number = path.strip_prefix("pulls/");
        let is_one = number.is_some_and(|it| it.parse::<u64>().is_ok());
        let request = serde_json::from_str::<serde_json::Value>(&body);
        let (true, true, Ok(mut request)) = (is_one, self.rulesets.are_some(), request) else {
            return body;
        };
        let head = request["head"]["sha"].as_str().unwrap_or_default();
        let state = match self.missing(head, port, asked) {
            Some(_) => "blocked",
            None => "clean",
        };
        request["mergeable_state"] = state.into();
        request.to_string()
    }

    /// Returns what a ruleset that was set here answers.
    fn ruleset(&mut self, asked: &Asked, path: &str) -> Option<(u16, String)> {
        let id = path.strip_prefix("rulesets/").map(str::parse::<u64>);
        match (asked.method.as_str(), path, id) {
            ("POST", "rulesets", _) => Some(self.rulesets.set(None, &asked.body)),
            ("PUT", _, Some(Ok(id))) => Some(self.rulesets.set(Some(id), &asked.body)),
            ("GET", "rulesets", _) => Some((200, self.rulesets.listed())),
            ("GET", _, Some(Ok(id))) => Some((200, self.rulesets.get(id)?)),
            ("GET", "rules/branches/main", _) if self.rulesets.are_some() => {
                Some((200, self.rulesets.in_force()))
            }
            ("GET", _, _) if self.rulesets.are_some() && path.ends_with("/history") => {
                Some((200, "[]".to_owned()))
            }
            _ => None,
        }
    }

    fn own(&mut self, asked: &Asked, path: &str) -> Answered {
        if let Some((status, body)) = self.ruleset(asked, path) {
            return json(status, body);
        }
        let (status, body) = match (asked.method.as_str(), self.answers.get(path)) {
            ("GET", Some((status, body))) => (*status, body.clone()),
            ("GET", None) => (404, r#"{"message": "Not Found"}"#.to_owned()),
            (method, _) => {
                self.complaints
                    .push(format!("{method} {path} changes what is only shown"));
                (418, String::new())
            }
        };
        json(status, body)
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

fn json(status: u16, body: String) -> Answered {
    Answered {
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.into_bytes(),
        ..Answered::status(status)
    }
}

/// Asks emulate the same, and returns its status and body; without pages, for a test has few items.
fn forward(port: u16, (method, asked): (&str, &Asked), target: &str, body: &[u8]) -> (u16, String) {
    let query = match asked.query.as_str() {
        "" => String::new(),
        query => format!("?{query}"),
    };
    let mut request = format!("{method} {target}{query} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\n");
    for name in ["authorization", "accept", "content-type", "user-agent"] {
        if let Some(value) = asked.header(name) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    request.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("emulate listens");
    stream.write_all(request.as_bytes()).expect("emulate reads");
    stream.write_all(body).expect("emulate reads");
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
