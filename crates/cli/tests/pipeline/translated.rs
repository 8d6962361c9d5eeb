//! emulate, whose commits are random numbers, behind a server that puts the ids of real commits in their place.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use testkit::Counterparts;
use testkit::emulate::{ADA, Emulate, REPOSITORY};
use testkit::http::{Answered, HttpServer};

/// Pairs of ids: that of emulate, and that of git.
type Ids = Arc<Mutex<Vec<(String, String)>>>;

/// A stand-in for GitHub with state, for a repository of real commits.
pub(crate) struct Translated {
    emulate: Emulate,
    ids: Ids,
    server: HttpServer,
}

impl Translated {
    pub(crate) fn start(counterparts: &Counterparts) -> Translated {
        let emulate = Emulate::start(counterparts);
        let ids: Ids = Arc::default();
        let (known, base) = (ids.clone(), emulate.base());
        let server = HttpServer::start(move |asked| {
            let ids = known.lock().unwrap().clone();
            let mut target = match asked.query.as_str() {
                "" => asked.path.clone(),
                query => format!("{}?{query}", asked.path),
            };
            for (theirs, real) in &ids {
                target = target.replace(real, theirs);
            }
            let (status, mut body) = ask(&base, "GET", &target, None);
            for (theirs, real) in &ids {
                body = body.replace(theirs, real);
            }
            Answered {
                body: body.into_bytes(),
                ..Answered::status(status)
            }
        });
        Translated {
            emulate,
            ids,
            server,
        }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Opens the next request, whose head is this commit.
    pub(crate) fn open_request(&self, branch: &str, head: &str, is_draft: bool) {
        let main = self.tip("main");
        let reference = json!({"ref": format!("refs/heads/{branch}"), "sha": main});
        self.act("POST", "git/refs", &reference);
        let file = json!({"message": "Add it", "content": "YQ==", "branch": branch});
        self.act("PUT", &format!("contents/{branch}.txt"), &file);
        self.calls(branch, head);
        let request = json!({"title": "Add it", "head": branch, "base": "main", "draft": is_draft});
        self.act("POST", "pulls", &request);
    }

    /// From now on the tip of a branch is called like this commit.
    pub(crate) fn calls(&self, branch: &str, real: &str) {
        let pair = (self.tip(branch), real.to_owned());
        self.ids.lock().unwrap().push(pair);
    }

    fn tip(&self, branch: &str) -> String {
        let found = self.act("GET", &format!("git/ref/heads/{branch}"), &Value::Null);
        found["object"]["sha"].as_str().unwrap().to_owned()
    }

    fn act(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = (!body.is_null()).then(|| body.to_string());
        let target = format!("/repos/{REPOSITORY}/{path}");
        let (status, answer) = ask(&self.emulate.base(), method, &target, body.as_deref());
        assert!(status < 300, "{method} {path}: {status} {answer}");
        serde_json::from_str(&answer).unwrap()
    }
}

/// Returns status and body; an answer to HTTP/1.0 comes in one piece.
fn ask(base: &str, method: &str, target: &str, body: Option<&str>) -> (u16, String) {
    let body = body.unwrap_or_default();
    let head = format!(
        "{method} {target} HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {ADA}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap();
    (status.parse().unwrap(), body.to_owned())
}
