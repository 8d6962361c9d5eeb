//! The client and the readers against a stand-in for GitHub that others wrote: what is done there is read back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use jiff::Timestamp;
use model::request::Readable;
use model::request::words::{
    CheckConclusion, CheckStatus, MergeMethod, RequestState, ReviewState, Visibility,
};
use reqwest::Method;
use reqwest::blocking::Client as Writer;
use serde_json::{Value, json};
use sources::forge::base::Base;
use sources::forge::error::ForgeError;
use sources::forge::retrieval::Retrieval;
use sources::forge::token::Token;
use sources::forge::{Client, Edge, Limits};
use sources::github::app::{App, AppError};
use sources::github::endpoint::Endpoint;
use sources::github::order::{Change, CheckRun};
use sources::github::{self, HEADERS, Repository, read};
use sources::http::Http;
use testkit::Counterparts;
use testkit::emulate::{ADA, APP, BO, Emulate, REPOSITORY};

/// Does something as somebody, and returns what was answered.
fn act(forge: &Emulate, token: &str, method: Method, path: &str, body: &Value) -> Value {
    let address = format!("{}/repos/{REPOSITORY}/{path}", forge.base());
    let request = Writer::new().request(method, address).bearer_auth(token);
    let response = request.body(body.to_string()).send().unwrap();
    assert!(response.status().is_success(), "{path}: {response:?}");
    serde_json::from_str(&response.text().unwrap()).unwrap()
}

/// Opens the next request, with one commit on a branch of this name, and returns that commit.
fn open_request(forge: &Emulate, branch: &str) -> String {
    let main = act_get(forge, "git/ref/heads/main");
    let sha = &main["object"]["sha"];
    let reference = json!({"ref": format!("refs/heads/{branch}"), "sha": sha});
    act(forge, ADA, Method::POST, "git/refs", &reference);
    let file = json!({"message": "Add it", "content": "YQ==", "branch": branch});
    act(
        forge,
        ADA,
        Method::PUT,
        &format!("contents/{branch}.txt"),
        &file,
    );
    let request = json!({"title": "Add it", "head": branch, "base": "main"});
    let opened = act(forge, ADA, Method::POST, "pulls", &request);
    opened["head"]["sha"].as_str().unwrap().to_owned()
}

fn act_get(forge: &Emulate, path: &str) -> Value {
    let address = format!("{}/repos/{REPOSITORY}/{path}", forge.base());
    let response = Writer::new().get(address).bearer_auth(ADA).send().unwrap();
    serde_json::from_str(&response.text().unwrap()).unwrap()
}

fn get(forge: &Emulate, token: &str, endpoint: Endpoint<'_>) -> Result<Retrieval, ForgeError> {
    let base = Base::parse(&forge.base()).unwrap();
    let token = Some(Token::new(token).unwrap());
    let client = Client::new(
        Http::new().unwrap(),
        base,
        token,
        &HEADERS,
        Limits::default(),
    );
    let edge = Edge {
        now: &|| Timestamp::UNIX_EPOCH,
        sleep: &|_: Duration| {},
        random: &|| 0,
    };
    let repository = Repository::parse(REPOSITORY).unwrap();
    client.get(&edge, &endpoint.of(&repository), None)
}

#[test]
fn a_request_from_its_opening_to_its_merge() {
    let Some(counterparts) = Counterparts::find("a request at a stand-in for GitHub") else {
        return;
    };
    let forge = Emulate::start(&counterparts);
    let head = open_request(&forge, "topic");
    let review = json!({"event": "APPROVE", "body": "fine"});
    act(&forge, BO, Method::POST, "pulls/1/reviews", &review);
    let comment = json!({"body": "read it"});
    act(&forge, ADA, Method::POST, "issues/1/comments", &comment);
    for (name, conclusion) in [("gate", "success"), ("tests", "failure")] {
        let run = json!({"name": name, "head_sha": head, "status": "completed", "conclusion": conclusion});
        act(&forge, ADA, Method::POST, "check-runs", &run);
    }
    let ask = |endpoint| get(&forge, ADA, endpoint).unwrap();

    let open = read::request(&ask(Endpoint::Request(1)).bodies()).unwrap();
    assert_eq!(
        (open.number, &open.state, &open.merge),
        (1, &RequestState::Open, &None)
    );
    assert_eq!(open.author.unwrap().login, "ada");
    assert_eq!(
        (open.base.branch.as_str(), open.head.branch.as_str()),
        ("main", "topic")
    );
    assert_eq!(open.head.commit.to_string(), head);

    let commits = read::request_commits(&ask(Endpoint::RequestCommits(1)).bodies()).unwrap();
    let last = commits.last().unwrap();
    assert_eq!(
        (last.id.to_string(), &*last.author.address),
        (head.clone(), "ada@larkspur.example")
    );

    let reviews = read::reviews(&ask(Endpoint::Reviews(1)).bodies()).unwrap();
    assert_eq!(
        (reviews.len(), &reviews[0].state),
        (1, &ReviewState::Approved)
    );
    assert_eq!(reviews[0].account.as_ref().unwrap().login, "bo");
    assert_eq!(reviews[0].commit.as_ref().unwrap().to_string(), head);

    let comments = read::comments(&ask(Endpoint::Comments(1)).bodies()).unwrap();
    assert_eq!((comments.len(), comments[0].body.as_str()), (1, "read it"));

    let runs = read::check_runs(&ask(Endpoint::CheckRuns(&head)).bodies()).unwrap();
    assert!(runs.is_whole());
    let mut ended: Vec<_> = runs
        .items
        .iter()
        .map(|run| (run.name.as_str(), &run.conclusion))
        .collect();
    ended.sort();
    let (success, failure) = (
        Some(CheckConclusion::Success),
        Some(CheckConclusion::Failure),
    );
    assert_eq!(ended, [("gate", &success), ("tests", &failure)]);
    // Here the stand-in differs: GitHub names the app.
    assert!(
        runs.items
            .iter()
            .all(|run| run.status == CheckStatus::Completed && run.app.is_none())
    );

    act(
        &forge,
        ADA,
        Method::PUT,
        "pulls/1/merge",
        &json!({"merge_method": "squash"}),
    );
    let merged = read::request(&ask(Endpoint::Request(1)).bodies()).unwrap();
    let merge = merged.merge.unwrap();
    assert_eq!(
        (merged.state, merge.by.unwrap().login.as_str()),
        (RequestState::Closed, "ada")
    );
    let main = act_get(&forge, "git/ref/heads/main");
    assert_eq!(main["object"]["sha"], merge.commit.to_string());
}

#[test]
fn more_requests_than_a_page_holds() {
    let Some(counterparts) = Counterparts::find("pages of a stand-in for GitHub") else {
        return;
    };
    let forge = Emulate::start(&counterparts);
    for number in 0..101 {
        open_request(&forge, &format!("topic-{number}"));
    }
    let retrieval = get(&forge, ADA, Endpoint::Requests).unwrap();
    assert_eq!((retrieval.pages.len(), retrieval.is_whole()), (2, true));
    let listed = read::requests(&retrieval.bodies()).unwrap();
    let mut numbers: Vec<u64> = listed.iter().map(|request| request.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=101).collect::<Vec<u64>>());
}

#[test]
fn settings_and_what_is_not_there() {
    let Some(counterparts) = Counterparts::find("settings at a stand-in for GitHub") else {
        return;
    };
    let forge = Emulate::start(&counterparts);
    let settings = read::settings(&get(&forge, ADA, Endpoint::Settings).unwrap().bodies()).unwrap();
    assert_eq!(
        (
            settings.full_name.as_str(),
            settings.default_branch.as_str()
        ),
        (REPOSITORY, "main")
    );
    assert_eq!(
        (settings.visibility, settings.is_private),
        (Some(Visibility::Public), false)
    );
    assert!(
        matches!(settings.merge_methods, Readable::Known(it) if it.contains(&MergeMethod::Squash))
    );

    let people = get(&forge, ADA, Endpoint::Collaborators).unwrap();
    assert_eq!(read::collaborators(&people.bodies()), Ok(vec![]));
    // It has no protection, and says so as to one who may not know: that is unknown, not "none".
    let protection = github::protection(get(&forge, ADA, Endpoint::Protection("main"))).unwrap();
    assert!(matches!(protection, Readable::Withheld { needs } if needs == "Administration: read"));
    let stranger = get(&forge, "gho_of_nobody", Endpoint::Reviews(1));
    assert!(
        matches!(
            stranger,
            Err(ForgeError::Unauthorised { .. } | ForgeError::NotFound { .. })
        ),
        "{stranger:?}"
    );
}

#[test]
fn an_app_has_a_token_of_its_installation() {
    let Some(counterparts) = Counterparts::find("an app at a stand-in for GitHub") else {
        return;
    };
    let (forge, key) = Emulate::with_app(&counterparts);
    let head = open_request(&forge, "topic");
    let edge = Edge {
        // The stand-in looks at its own clock.
        now: &|| Timestamp::from_second(now()).unwrap(),
        sleep: &|_: Duration| {},
        random: &|| 0,
    };
    let repository = Repository::parse(REPOSITORY).unwrap();
    let app = App::new(APP, &key).unwrap();
    let token = app.token(&forge.base(), &repository, &edge).unwrap();
    let base = Base::parse(&forge.base()).unwrap();
    let http = Http::new().unwrap();
    let client = Client::new(http, base, Some(token), &HEADERS, Limits::default());
    let run = CheckRun {
        name: "countersign",
        head: &head.parse().unwrap(),
        is_passed: true,
        title: "pass, leaf 7",
        summary: "Every rule passed.",
    };
    let order = Change::CheckRun(&run).of(&repository);
    assert_eq!(client.send(&edge, &order).unwrap().status, 201);

    let late = Edge {
        now: &|| Timestamp::from_second(now() - 3600).unwrap(),
        ..edge
    };
    let refused = app.token(&forge.base(), &repository, &late);
    assert!(matches!(refused, Err(AppError::Forge(_))), "{refused:?}");
    let elsewhere = Repository::parse("ada/none").unwrap();
    let refused = app.token(&forge.base(), &elsewhere, &edge);
    assert!(matches!(refused, Err(AppError::Forge(_))), "{refused:?}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stand-in has no other clock than this machine's"
)]
fn now() -> i64 {
    Timestamp::now().as_second()
}
