//! A fake of GitLab's REST API, stricter than GitLab, for nobody wrote a stand-in: it answers only what the table of the
//! published description allows, and complains of every other request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::http::{Answered, Asked, HttpServer};
use serde_json::Value;

mod changed;
mod fields;
mod refusal;
pub mod shop;
pub mod table;
pub mod written;

use written::{Written, statuses};

use refusal::{Credential, PER_PAGE, Refusal, credential, first_page, is_well_formed, refused};

/// The project that is there, private, as an address names it.
pub const PROJECT: &str = "larkspur%2Fweb%2Fshop";
/// What is asked of groups, behind the address of the API.
const GROUPS: &str = "/groups/";
/// The path of the fake's API: GitLab may lie below another path of its host.
pub const API: &str = "/lab/api/v4";
/// The token of somebody who may read and write everything: the scope `api`.
pub const TOKEN: &str = "glpat-of-ada";
/// The token of somebody who may read everything, and write nothing: the scope `read_api`.
pub const READING_TOKEN: &str = "glpat-of-ada-who-reads";
/// The token of a running CI job of the project.
pub const JOB_TOKEN: &str = "glcbt-of-a-job";

/// What the fake answers to one path behind the project's.
#[derive(Debug, Clone)]
pub enum Content {
    /// These pages, in their order.
    Pages(Vec<String>),
    /// These pages, and this status where the next should be.
    CutShort(Vec<String>, u16),
    /// This status, with the reason that GitLab gives for it.
    Refused(u16, &'static str),
}

/// What goes otherwise than it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Every merge request lands that somebody asks for.
    Toothless,
    /// What becomes of a merge is not answered.
    LosesMerges,
    /// Whoever asks may not merge.
    MayNotMerge,
    /// No merge request can be opened.
    OpensNothing,
    /// No branch can be removed.
    KeepsBranches,
    /// Whether a new merge request may land is not known before somebody asked once.
    ChecksFirst,
    /// Who may push to a protected branch is not changed in place, and said so.
    RefusesLevels,
}

/// A server on loopback; dropped, it panics with what was wrong.
#[derive(Debug)]
pub struct FakeGitlab {
    server: HttpServer,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    contents: BTreeMap<String, Content>,
    /// The addresses of next pages that the fake named, each with its number.
    named: BTreeMap<String, usize>,
    complaints: Vec<String>,
    asked: Vec<String>,
    written: Vec<Written>,
    faults: BTreeSet<Fault>,
    /// Whether the project has the plan Premium: on the free one, who may push is not changed in place, and nobody is told.
    is_premium: bool,
    /// What stands in the way of an open merge request, where it is not the pipeline.
    merge_status: Option<&'static str>,
}

impl FakeGitlab {
    /// Returns a fake that holds these contents, by their paths behind the project's, such as `/merge_requests`.
    #[must_use]
    pub fn start(contents: &[(&str, Content)]) -> FakeGitlab {
        let owned = |(path, content): &(&str, Content)| ((*path).to_owned(), content.clone());
        let state = Arc::new(Mutex::new(State {
            contents: contents.iter().map(owned).collect(),
            named: BTreeMap::new(),
            complaints: Vec::new(),
            asked: Vec::new(),
            written: Vec::new(),
            faults: BTreeSet::new(),
            is_premium: false,
            merge_status: None,
        }));
        let shared = state.clone();
        let server = HttpServer::start(move |asked| {
            let mut state = shared.lock().expect("nobody panicked with it");
            state.answer(asked)
        });
        FakeGitlab { server, state }
    }

    /// Returns the base address of its API, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}{API}", self.server.address())
    }

    /// Holds this content from now on.
    ///
    /// # Panics
    /// If the server did.
    pub fn holds(&self, path: &str, content: Content) {
        let mut state = self.state.lock().expect("nobody panicked with it");
        state.contents.insert(path.to_owned(), content);
    }

    /// Goes wrong in this way from now on.
    ///
    /// # Panics
    /// If the server did.
    pub fn has(&self, fault: Fault) {
        let mut state = self.state.lock().expect("nobody panicked with it");
        state.faults.insert(fault);
    }

    /// Has the plan Premium from now on.
    ///
    /// # Panics
    /// If the server did.
    pub fn is_premium(&self) {
        let mut state = self.state.lock().expect("nobody panicked with it");
        state.is_premium = true;
    }

    /// Says this of whether an open merge request may land from now on.
    ///
    /// # Panics
    /// If the server did.
    pub fn says_of_merging(&self, status: &'static str) {
        let mut state = self.state.lock().expect("nobody panicked with it");
        state.merge_status = Some(status);
    }

    /// Returns what it holds at a path as JSON; null where there is nothing.
    ///
    /// # Panics
    /// If the server did.
    #[must_use]
    pub fn look(&self, path: &str) -> Value {
        let state = self.state.lock().expect("nobody panicked with it");
        state.json(path).unwrap_or_default()
    }

    /// Returns what was asked and answered so far, behind the project's path.
    ///
    /// # Panics
    /// If the server did.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        let state = self.state.lock().expect("nobody panicked with it");
        state.asked.clone()
    }

    /// Returns what was written so far.
    ///
    /// # Panics
    /// If the server did.
    #[must_use]
    pub fn written(&self) -> Vec<Written> {
        let state = self.state.lock().expect("nobody panicked with it");
        state.written.clone()
    }
}

impl State {
    fn answer(&mut self, asked: &Asked) -> Answered {
        match self.accept(asked) {
            Ok(answer) => answer,
            Err(Refusal { complaint, answer }) => {
                self.complaints.extend(complaint);
                answer
            }
        }
    }

    fn accept(&mut self, asked: &Asked) -> Result<Answered, Refusal> {
        if asked.path.strip_prefix(API) == Some("/user") {
            return account(asked);
        }
        let before = format!("{API}/projects/{PROJECT}");
        let of_project = asked.path.strip_prefix(&before);
        let of_groups = || {
            let rest = asked.path.strip_prefix(API)?;
            rest.starts_with(GROUPS).then_some(rest)
        };
        let rest = of_project.or_else(of_groups).ok_or_else(|| {
            let complaint = format!("{} is not below {before}", asked.path);
            Refusal::loud(complaint, 404, "404 Not Found")
        })?;
        if asked.method != "GET" {
            return written::accept(asked, rest, self);
        }
        let route = table::route(rest).ok_or_else(|| {
            let complaint = format!("GitLab has no {rest}");
            Refusal::loud(complaint, 404, "404 Not Found")
        })?;
        is_well_formed(asked)?;
        match credential(asked)? {
            Credential::Access | Credential::Reads => {}
            Credential::Job if route.takes_job_token => {}
            // To whom a private project is hidden, it is not there.
            Credential::Job | Credential::Nothing => {
                return Err(Refusal::silent(404, "404 Project Not Found"));
            }
            Credential::Wrong => return Err(Refusal::silent(401, "401 Unauthorized")),
        }
        let target = format!("{rest}?{}", asked.query);
        let page = match self.named.get(&target) {
            Some(page) => *page,
            None => first_page(route, &asked.query)?,
        };
        self.asked.push(target.trim_end_matches('?').to_owned());
        Ok(self.page(asked, rest, page))
    }

    /// Returns a page, from 1.
    fn page(&mut self, asked: &Asked, path: &str, page: usize) -> Answered {
        let derived = changed::derived(self, path);
        let (pages, behind) = match self.contents.get(path) {
            Some(Content::Pages(_)) | None if let Some(derived) = derived => {
                (vec![derived.to_string()], None)
            }
            Some(Content::Pages(_)) if let Some(shown) = statuses(&self.written, path) => {
                (vec![shown], None)
            }
            Some(Content::Pages(pages)) => (pages.clone(), None),
            Some(Content::CutShort(pages, status)) => (pages.clone(), Some(*status)),
            Some(Content::Refused(status, reason)) => return refused(*status, "message", reason),
            None if path.starts_with("/protected_branches/") => {
                return refused(404, "message", "404 Not found");
            }
            None => return refused(404, "message", "404 Not Found"),
        };
        let Some(body) = pages.get(page - 1) else {
            return refused(
                behind.unwrap_or(404),
                "message",
                "500 Internal Server Error",
            );
        };
        let mut answer = Answered {
            body: body.as_bytes().to_vec(),
            ..Answered::status(200)
        };
        let count = pages.len() + usize::from(behind.is_some());
        let mut header = |name: &str, value: String| answer.headers.push((name.to_owned(), value));
        header("content-type", "application/json".to_owned());
        header("etag", format!("W/\"{page}\""));
        if body.starts_with('[') {
            header("x-page", page.to_string());
            header("x-per-page", PER_PAGE.to_owned());
            header("x-total-pages", count.to_string());
            header("x-total", (count * 100).to_string());
            header("link", self.links(asked, path, page, count));
        }
        answer
    }

    /// Returns the header `Link`, and keeps the address of the next page.
    fn links(&mut self, asked: &Asked, path: &str, page: usize, count: usize) -> String {
        let query = asked.query.split('&').filter(|it| !it.starts_with("page="));
        let query: Vec<&str> = query.filter(|it| !it.is_empty()).collect();
        let of = |page: usize| {
            let page = format!("page={page}");
            let query: Vec<&str> = [page.as_str()].into_iter().chain(query.clone()).collect();
            query.join("&")
        };
        let host = asked.header("host").unwrap_or_default();
        let link = |page: usize, relation: &str| {
            let before = match path.starts_with(GROUPS) {
                true => format!("http://{host}{API}{path}"),
                false => format!("http://{host}{API}/projects/{PROJECT}{path}"),
            };
            format!("<{before}?{}>; rel=\"{relation}\"", of(page))
        };
        let mut links = Vec::new();
        if page < count {
            self.named
                .insert(format!("{path}?{}", of(page + 1)), page + 1);
            links.push(link(page + 1, "next"));
        }
        links.extend([link(1, "first"), link(count, "last")]);
        links.join(", ")
    }
}

/// "Get the current user": of a token that may write, for no scope is needed less.
fn account(asked: &Asked) -> Result<Answered, Refusal> {
    is_well_formed(asked)?;
    match credential(asked)? {
        Credential::Access => Ok(Answered {
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: shop::account("ada").into_bytes(),
            ..Answered::status(200)
        }),
        Credential::Reads => Err(Refusal::scope("read_user")),
        Credential::Job | Credential::Nothing | Credential::Wrong => {
            Err(Refusal::silent(401, "401 Unauthorized"))
        }
    }
}

impl Drop for FakeGitlab {
    fn drop(&mut self) {
        // A second panic would hide the first.
        if thread::panicking() {
            return;
        }
        let state = self.state.lock().expect("nobody panicked with it");
        assert!(state.complaints.is_empty(), "{:?}", state.complaints);
    }
}

#[cfg(test)]
mod tests {
    use super::{API, FakeGitlab, PROJECT};
    use crate::server::get;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// Returns whether the fake has nothing to complain of, where somebody asks who names neither self nor token.
    fn is_content(target: &str) -> bool {
        let gitlab = FakeGitlab::start(&[]);
        let port = gitlab.server.address().port();
        let _status = get(port, target);
        catch_unwind(AssertUnwindSafe(|| drop(gitlab))).is_ok()
    }

    #[test]
    fn what_the_table_does_not_have_is_found() {
        let of = |rest: &str| format!("{API}/projects/{PROJECT}{rest}");
        for target in ["/", "/lab/api/v4/projects/larkspur", &of("/pulls"), &of("")] {
            assert!(!is_content(target), "{target}");
        }
    }
}
