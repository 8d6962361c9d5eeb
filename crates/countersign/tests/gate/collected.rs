//! What a collection records where the forge fails to answer some of what it is asked.

use crate::bodies::Request;
use crate::lists::List;
use crate::world::{Recorded, at};
use countersign::collect::{self, Request as Run};
use countersign::forge::collect::{Access, OfForge};
use countersign::forge::record::{Kept, Question};
use countersign::home::Machine;
use model::digest::Digest;
use model::period::Period;
use sources::forge::Edge;
use sources::git::Silent;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use testkit::Repo;
use testkit::http::{Answered, HttpServer};

/// Answers below the repository that are not those of a forge that is well.
type Ill = BTreeMap<&'static str, u16>;

/// Returns the body of the answer to a question, as a record holds it.
fn body(recorded: &impl Recorded, question: Question) -> Vec<u8> {
    let (_, payload) = recorded.leaf(0.0);
    let kept = Kept::parse(&payload).unwrap();
    let (_, pages) = kept.answer(question).unwrap();
    pages.concat()
}

/// Every request of the list is answered as request 7.
fn answer(path: &str) -> Option<Vec<u8>> {
    let request = Request::open().merged();
    let list = List::new()
        .merged(7, 'c', "main")
        .merged(8, 'd', "main")
        .merged(9, 'e', "main");
    let words: Vec<&str> = path.split('/').skip(1).collect();
    Some(match words.as_slice() {
        ["pulls"] => body(&list, Question::Requests),
        ["pulls", _] => body(&request, Question::Request),
        ["pulls", _, "commits"] => body(&request, Question::Commits),
        ["issues", "5"] => body(&request, Question::Issue { number: 5 }),
        ["commits", _, "check-runs"] => body(&request, Question::CheckRuns),
        ["environments"] => br#"{"total_count": 0, "environments": []}"#.to_vec(),
        [] => return None,
        _ => b"[]".to_vec(),
    })
}

fn forge(ill: Arc<Mutex<Ill>>) -> HttpServer {
    HttpServer::start(move |asked| {
        let path = asked.path.strip_prefix("/repos/larkspur/shop");
        let path = path.unwrap_or_default();
        let status = ill.lock().unwrap().get(path).copied();
        match (status, answer(path)) {
            (None, Some(body)) => Answered {
                body,
                ..Answered::status(200)
            },
            (status, _) => Answered::status(status.unwrap_or(404)),
        }
    })
}

/// Collects, and returns what was recorded of the forge.
fn collected(repository: &Path, program: &Path) -> OfForge {
    let mut drawn = 0_u64;
    let mut entropy = || {
        drawn += 1;
        *Digest::of(&drawn.to_le_bytes()).as_bytes()
    };
    let collected = collect::collect(Run {
        repository,
        program: Some(program),
        branch: None,
        period: Some(Period::all()),
        ledger: None,
        machine: &Machine::default(),
        now: at(40.0),
        threads: 1,
        cosign: false,
        forge: Some(Access {
            credential: &|_| Ok(None),
            edge: Edge {
                now: &|| at(40.0),
                sleep: &|_| {},
                random: &|| 0,
            },
        }),
        begun: &|_| {},
        progress: &Silent,
        entropy: &mut entropy,
    });
    collected.unwrap().of_forge.unwrap()
}

#[test]
fn what_one_request_lacks_keeps_no_other_from_being_recorded() {
    let broken: Ill = [("/pulls/8/reviews", 500), ("/pulls/9", 404)].into();
    let ill = Arc::new(Mutex::new(broken));
    let server = forge(ill.clone());
    let repo = Repo::new();
    repo.commit().file("a", "a").message("Begin\n").write();
    let program = repo.beside("program").join("countersign.yaml");
    let text = format!(
        "version: 1\norganisation: {{name: Larkspur Metrics}}\nrepositories: [{{name: shop, branch: main, \
         forge: \"github:larkspur/shop\", forge_api: \"http://{}\"}}]\n\
         principals: [{{id: ada, emails: [ada@larkspur.example]}}]\ncontrols: {{CR-4: in use}}\n",
        server.address()
    );
    std::fs::write(&program, text).unwrap();
    let first = collected(&repo.path(), &program);
    assert_eq!((first.listed, first.recorded), (4, 3), "{first:?}");
    let ([eight], [nine]) = (first.unanswered.as_slice(), first.unrecorded.as_slice()) else {
        panic!("{first:?}");
    };
    assert!(eight.starts_with("request 8: its reviews: "), "{eight}");
    assert!(eight.contains("fails with status 500"), "{eight}");
    assert!(nine.starts_with("request 9: "), "{nine}");
    assert!(
        nine.contains("or the token lacks Pull requests: read"),
        "{nine}"
    );

    ill.lock().unwrap().clear();
    let second = collected(&repo.path(), &program);
    let lacks = second.unanswered.len() + second.unrecorded.len();
    assert_eq!((second.recorded, lacks), (2, 0));
    let third = collected(&repo.path(), &program);
    assert_eq!((third.recorded, third.unanswered.len()), (0, 0));
}
