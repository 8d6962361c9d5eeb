//! A fake of a git forge's API, stricter than any: it answers a script, and complains of every other request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::http::{Answered, Asked, Ending, HttpServer};

/// What stands in a script for the address of the fake, which is known once it listens.
pub const BASE: &str = "{base}";

/// A server on loopback that answers requests in the order of its script; dropped, it panics with what was wrong.
#[derive(Debug)]
pub struct FakeForge {
    server: HttpServer,
    state: Arc<Mutex<State>>,
}

/// One request that the script expects, and its answer.
#[derive(Debug)]
pub struct Step {
    method: &'static str,
    sent: String,
    target: String,
    entity_tag: Option<String>,
    answer: Answered,
}

#[derive(Debug)]
struct State {
    steps: VecDeque<Step>,
    complaints: Vec<String>,
}

impl Step {
    /// Returns a step that answers a GET of this path and query with status 200 and an empty list.
    #[must_use]
    pub fn get(target: &str) -> Step {
        Step {
            method: "GET",
            sent: String::new(),
            target: target.to_owned(),
            entity_tag: None,
            answer: Answered {
                body: b"[]".to_vec(),
                ..Answered::status(200)
            },
        }
    }

    /// Returns a step that answers with status 200 and an empty list what sends this body.
    #[must_use]
    pub fn of(method: &'static str, target: &str, sent: &str) -> Step {
        Step {
            method,
            sent: sent.to_owned(),
            ..Step::get(target)
        }
    }

    /// Expects the entity tag of an earlier answer, which otherwise must not be sent.
    #[must_use]
    pub fn unless(mut self, entity_tag: &str) -> Step {
        self.entity_tag = Some(entity_tag.to_owned());
        self
    }

    /// Answers with this status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Step {
        self.answer.status = status;
        self
    }

    /// Answers with this body.
    #[must_use]
    pub fn body(mut self, body: &str) -> Step {
        self.answer.body = body.as_bytes().to_vec();
        self
    }

    /// Answers with this header, in whose value `{base}` is the address of the fake.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Step {
        self.answer.headers.push((name.into(), value.into()));
        self
    }

    /// Ends the answer in this way.
    #[must_use]
    pub fn ending(mut self, ending: Ending) -> Step {
        self.answer.ending = ending;
        self
    }
}

impl FakeForge {
    /// Returns a fake that expects with every request these headers, named in lower case, and no other credential.
    #[must_use]
    pub fn start(headers: &[(&str, &str)], script: Vec<Step>) -> FakeForge {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let headers: Vec<(String, String)> = headers.iter().map(owned).collect();
        let state = Arc::new(Mutex::new(State {
            steps: script.into(),
            complaints: Vec::new(),
        }));
        let shared = state.clone();
        let server = HttpServer::start(move |asked| {
            let host = asked.header("host").unwrap_or_default().to_owned();
            let mut state = shared.lock().expect("nobody panicked with it");
            let answer = state.answer(asked, &headers);
            answer
                .unwrap_or_else(|complaint| {
                    state.complaints.push(complaint);
                    Answered::status(418)
                })
                .at(&host)
        });
        FakeForge { server, state }
    }

    /// Returns the base address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.server.address())
    }
}

impl State {
    fn answer(&mut self, asked: &Asked, headers: &[(String, String)]) -> Result<Answered, String> {
        let target = match asked.query.as_str() {
            "" => asked.path.clone(),
            query => format!("{}?{query}", asked.path),
        };
        let step = self.steps.pop_front();
        let step = step.ok_or_else(|| format!("{target} was asked after the script's end"))?;
        if asked.method != step.method || target != step.target {
            let (method, expected) = (&asked.method, format!("{} {}", step.method, step.target));
            return Err(format!("{method} {target} was asked, not {expected}"));
        }
        if asked.body != step.sent.as_bytes() {
            let (body, expected) = (String::from_utf8_lossy(&asked.body), step.sent);
            return Err(format!("{target}: {body} was sent, not {expected}"));
        }
        let kind = asked.header("content-type").unwrap_or_default();
        if !asked.body.is_empty() && kind != "application/json" {
            return Err(format!("{target}: the body is sent as `{kind}`"));
        }
        let agent = asked.header("user-agent").unwrap_or_default();
        if !agent.starts_with("countersign/") {
            return Err(format!("{target}: the user agent is `{agent}`"));
        }
        let credential = headers.iter().any(|(name, _)| name == "authorization");
        if !credential && asked.header("authorization").is_some() {
            return Err(format!("{target}: a credential was sent"));
        }
        for (name, value) in headers {
            if asked.header(name) != Some(value) {
                return Err(format!("{target}: the header {name} is not `{value}`"));
            }
        }
        let (sent, expected) = (asked.header("if-none-match"), step.entity_tag.as_deref());
        match sent == expected {
            true => Ok(step.answer),
            false => Err(format!(
                "{target}: if-none-match is {sent:?}, not {expected:?}"
            )),
        }
    }
}

impl Answered {
    /// Returns the answer of a server at this host and port.
    fn at(mut self, host: &str) -> Answered {
        for (_, value) in &mut self.headers {
            *value = value.replace(BASE, &format!("http://{host}"));
        }
        self
    }
}

impl Drop for FakeForge {
    fn drop(&mut self) {
        // A second panic would hide the first.
        if thread::panicking() {
            return;
        }
        let state = self.state.lock().expect("nobody panicked with it");
        assert!(state.complaints.is_empty(), "{:?}", state.complaints);
        let rest: Vec<&str> = state.steps.iter().map(|it| it.target.as_str()).collect();
        assert!(rest.is_empty(), "never asked: {rest:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::{FakeForge, Step};
    use crate::server::get;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn is_content(headers: &[(&str, &str)], script: Vec<Step>, asked: &[&str]) -> bool {
        let forge = FakeForge::start(headers, script);
        let port: u16 = forge.base().rsplit(':').next().unwrap().parse().unwrap();
        for target in asked {
            let _status = get(port, target);
        }
        catch_unwind(AssertUnwindSafe(|| drop(forge))).is_ok()
    }

    #[test]
    fn what_the_script_does_not_expect_is_found() {
        assert!(is_content(&[], vec![], &[]));
        assert!(!is_content(&[], vec![], &["/a"]));
        assert!(!is_content(&[], vec![Step::get("/a")], &[]));
        // The client of these tests names itself not at all.
        assert!(!is_content(&[], vec![Step::get("/a")], &["/a"]));
    }
}
