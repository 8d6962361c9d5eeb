//! A year of requests collected from a server that answers as GitHub does, each call after a set time; then again.

use crate::bodies::{self, Told};
use crate::year::{HOURS, Year, at};
use crate::{Result, entropy, timed};
use countersign::collect::{self, Request};
use countersign::forge::collect::Access;
use countersign::home::Machine;
use jiff::Timestamp;
use model::period::Period;
use serde_json::{Value, json};
use sources::forge::Edge;
use sources::git::Silent;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::Duration;
use testkit::Repo;
use testkit::http::{Answered, Asked, HttpServer};

/// Items of a page.
const PER_PAGE: usize = 100;
/// Requests that change between the two runs.
const CHANGED: usize = 20;

pub(crate) fn print(requests: u64, latency: Duration, folder: &Path) -> Result<()> {
    let year = Year::of(requests);
    let forge = Forge::start(year.told, latency);
    let repo = Repo::new();
    let text = year.program.replace(
        "forge: \"github:larkspur/shop\"",
        &format!(
            "forge: \"github:larkspur/shop\", forge_api: \"{}\"",
            forge.base()
        ),
    );
    let commit = repo.commit().file("countersign.yaml", &text);
    commit.message("Begin\n").write();
    repo.checkout();
    let program = folder.join("countersign.yaml");
    std::fs::write(&program, &text)?;
    for run in ["first", "again"] {
        let (collected, seconds) = timed(|| collect(&repo.path(), &program));
        let recorded = collected?;
        let calls = forge.calls.swap(0, Ordering::SeqCst);
        println!("{run}_recorded {recorded}");
        println!("{run}_calls {calls}");
        println!("{run}_seconds {seconds:.3}");
        forge.change();
    }
    Ok(())
}

/// Collects, and returns how many requests were recorded.
fn collect(repository: &Path, program: &Path) -> Result<u64> {
    let mut entropy = entropy();
    let collected = collect::collect(Request {
        repository,
        program: Some(program),
        branch: None,
        period: Some(Period::parse("all")?),
        ledger: None,
        machine: &Machine::default(),
        now: at(HOURS + 48),
        threads: 2,
        cosign: false,
        forge: Some(Access {
            credential: &|_| Ok(None),
            edge: Edge {
                now: &Timestamp::now,
                sleep: &thread::sleep,
                random: &|| 0,
            },
        }),
        begun: &|_| {},
        progress: &Silent,
        entropy: &mut entropy,
    })?;
    Ok(collected.of_forge.map_or(0, |it| it.recorded))
}

struct Forge {
    server: HttpServer,
    told: Arc<RwLock<Vec<Told>>>,
    calls: Arc<AtomicU64>,
}

impl Forge {
    fn start(told: Vec<Told>, latency: Duration) -> Forge {
        let told = Arc::new(RwLock::new(told));
        let calls = Arc::new(AtomicU64::new(0));
        let (shared, counted) = (told.clone(), calls.clone());
        let heads = heads(&told.read().expect("nobody panicked with it"));
        let server = HttpServer::start(move |asked| {
            counted.fetch_add(1, Ordering::SeqCst);
            thread::sleep(latency);
            let told = shared.read().expect("nobody panicked with it");
            answer(asked, &told, &heads)
        });
        Forge {
            server,
            told,
            calls,
        }
    }

    fn base(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Has somebody comment on a few requests.
    fn change(&self) {
        let mut told = self.told.write().expect("nobody panicked with it");
        for told in told.iter_mut().take(CHANGED) {
            told.updated = at(HOURS);
        }
    }
}

/// Returns the place of each request by its head.
fn heads(told: &[Told]) -> BTreeMap<String, usize> {
    let head = |told: &Told| bodies::id(b'h', told.number).to_string();
    told.iter().map(head).zip(0..).collect()
}

fn answer(asked: &Asked, told: &[Told], heads: &BTreeMap<String, usize>) -> Answered {
    let path = asked
        .path
        .strip_prefix("/repos/larkspur/shop")
        .unwrap_or_default();
    let words: Vec<&str> = path.split('/').skip(1).collect();
    let one = |number: &str| told.get(number.parse::<usize>().ok()?.checked_sub(1)?);
    let of_head = |head: &str| told.get(*heads.get(head)?);
    let body = match words.as_slice() {
        ["pulls"] => return page(asked, told),
        ["pulls", number] => one(number).map(Told::request),
        ["pulls", number, "commits"] => one(number).map(Told::commits),
        ["pulls", number, "reviews"] => one(number).map(Told::reviews),
        ["issues", _, "comments"] | ["commits", _, "statuses"] => Some(json!([])),
        ["issues", number] => number.parse().ok().map(Told::issue),
        ["commits", head, "check-runs"] => of_head(head).map(Told::runs),
        ["rules", "branches", "main"] => Some(bodies::rules()),
        ["rulesets", "1"] => Some(bodies::ruleset(at(0))),
        ["rulesets", "rule-suites"]
        | ["rulesets", "1", "history"]
        | ["keys"]
        | ["collaborators"] => Some(json!([])),
        ["environments"] => Some(json!({"total_count": 0, "environments": []})),
        _ => None,
    };
    match body {
        Some(body) => whole(&body),
        None => Answered {
            body: br#"{"message": "Not Found"}"#.to_vec(),
            ..Answered::status(404)
        },
    }
}

fn whole(body: &Value) -> Answered {
    Answered {
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.to_string().into_bytes(),
        ..Answered::status(200)
    }
}

/// A page of the list names the next one, as GitHub's do.
fn page(asked: &Asked, told: &[Told]) -> Answered {
    let mut parameters = asked.query.split('&').filter_map(|it| it.split_once('='));
    let number = parameters.find(|(name, _)| *name == "page");
    let number: usize = number
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(1);
    let pages: Vec<&[Told]> = told.chunks(PER_PAGE).collect();
    let items = pages.get(number - 1).copied().unwrap_or_default();
    let items: Vec<Value> = items.iter().map(Told::listed).collect();
    let mut answer = whole(&json!(items));
    if number < pages.len() {
        let host = asked.header("host").unwrap_or_default();
        let next = format!(
            "<http://{host}{}?state=all&per_page={PER_PAGE}&page={}>; rel=\"next\"",
            asked.path,
            number + 1
        );
        answer.headers.push(("link".into(), next));
    }
    answer
}
