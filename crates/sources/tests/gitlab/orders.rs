//! Every change that is made at GitLab, as it is sent.

use std::cell::Cell;
use std::time::Duration;

use insta::assert_snapshot;
use jiff::Timestamp;
use model::request::level::{AccessLevel, Grantee};
use serde_json::json;
use sources::forge::base::Base;
use sources::forge::error::ForgeError;
use sources::forge::send::Sent;
use sources::forge::token::Token;
use sources::forge::{Client, Edge, Limits};
use sources::gitlab::HEADERS;
use sources::gitlab::order::{Change, State, Status};
use sources::gitlab::project::Project;
use sources::gitlab::read::PushLevel;
use sources::http::Http;
use testkit::forge::{FakeForge, Step};
use testkit::gitlab::written::Written;
use testkit::gitlab::{FakeGitlab, READING_TOKEN};

use super::{HEAD, access, job};

fn send(base: &str, token: Option<Token>, change: Change<'_>) -> (Result<Sent, ForgeError>, u32) {
    let pauses = Cell::new(0);
    let base = Base::parse(base).unwrap();
    let client = Client::new(
        Http::new().unwrap(),
        base,
        token,
        &HEADERS,
        Limits::default(),
    );
    let edge = Edge {
        now: &|| Timestamp::UNIX_EPOCH,
        sleep: &|_: Duration| pauses.set(pauses.get() + 1),
        random: &|| 0,
    };
    let project = Project::parse("larkspur/web/shop").unwrap();
    let sent = client.send(&edge, &change.of(&project));
    (sent, pauses.get())
}

#[test]
fn each_is_sent_as_the_description_says() {
    let gitlab = FakeGitlab::start(&[]);
    let (head, long) = (HEAD.parse().unwrap(), "ä".repeat(300));
    let address = "https://gitlab.example/-/jobs/7";
    let status = |state, title, target| Status {
        name: "countersign",
        head: &head,
        state,
        title,
        target,
    };
    for status in [
        status(State::Success, "pass, leaf 3", Some(address)),
        status(State::Failed, &long, Some(&long)),
        status(State::Pending, "unknown: CR-1", None),
    ] {
        send(&gitlab.base(), access(), Change::Status(&status))
            .0
            .unwrap();
    }
    let text = "Read again.";
    let note = Change::Note { number: 7, text };
    send(&gitlab.base(), access(), note).0.unwrap();
    let edited = Change::EditedNote {
        number: 7,
        note: 93,
        text: "Read once more.",
    };
    send(&gitlab.base(), access(), edited).0.unwrap();
    let written = gitlab.written();
    let shown = written
        .iter()
        .map(|it| format!("{} {}\n", it.path, it.body));
    let shown: String = shown.collect();
    assert_snapshot!(shown.replace(&"ä".repeat(254), "ä…"), @r#"
    /statuses/1f0d2a5c3b4e69788796a5b4c3d2e1f001122334 {"description":"pass, leaf 3","name":"countersign","state":"success","target_url":"https://gitlab.example/-/jobs/7"}
    /statuses/1f0d2a5c3b4e69788796a5b4c3d2e1f001122334 {"description":"ä……","name":"countersign","state":"failed"}
    /statuses/1f0d2a5c3b4e69788796a5b4c3d2e1f001122334 {"description":"unknown: CR-1","name":"countersign","state":"pending"}
    /merge_requests/7/notes {"body":"Read again."}
    /merge_requests/7/notes/93 {"body":"Read once more."}
    "#);
}

#[test]
fn a_protection_is_sent_as_the_documentation_says() {
    let gitlab = FakeGitlab::start(&[]);
    gitlab.has_project(HEAD);
    gitlab.is_premium();
    let head = HEAD.parse().unwrap();
    let level = |id, grantee| PushLevel { id, grantee };
    let maintainers = Grantee::Level(AccessLevel::Maintainer);
    let nobody = Grantee::Level(AccessLevel::Nobody);
    let levels = [level(1002, maintainers)];
    let (branch, name) = ("main", "canary");
    for change in [
        Change::NewProtection {
            branch,
            nobody_pushes: false,
        },
        Change::NobodyForces(branch),
        Change::NobodyPushes {
            branch,
            levels: &levels,
        },
        Change::PipelinesMustSucceed,
        Change::NewBranch {
            name,
            commit: &head,
        },
        Change::NewFile {
            branch: name,
            path: "a folder/canary.txt",
            text: "A canary",
        },
        Change::NewRequest {
            title: "A canary",
            text: "It must not land.",
            head: name,
            base: branch,
        },
        Change::Close(1),
        Change::NoBranch(name),
    ] {
        send(&gitlab.base(), access(), change).0.unwrap();
    }
    let merge = Change::Merge {
        number: 1,
        head: &head,
    };
    let refused = send(&gitlab.base(), access(), merge).0.unwrap_err();
    assert!(refused.is_refusal(), "{refused}");
    let shown = |it: &Written| format!("{} {} {}\n", it.method, it.path, it.body);
    let shown: String = gitlab.written().iter().map(shown).collect();
    assert_snapshot!(shown, @r#"
    POST /protected_branches {"allow_force_push":false,"merge_access_level":40,"name":"main","push_access_level":40}
    PATCH /protected_branches/main {"allow_force_push":false}
    PATCH /protected_branches/main {"allowed_to_push":[{"access_level":0,"id":1002}]}
    PUT  {"allow_merge_on_skipped_pipeline":false,"only_allow_merge_if_pipeline_succeeds":true}
    POST /repository/branches {"branch":"canary","ref":"1f0d2a5c3b4e69788796a5b4c3d2e1f001122334"}
    POST /repository/files/a%20folder%2Fcanary.txt {"branch":"canary","commit_message":"A canary","content":"A canary"}
    POST /merge_requests {"description":"It must not land.","source_branch":"canary","target_branch":"main","title":"A canary"}
    PUT /merge_requests/1 {"state_event":"close"}
    DELETE /repository/branches/canary {}
    PUT /merge_requests/1/merge {"sha":"1f0d2a5c3b4e69788796a5b4c3d2e1f001122334"}
    "#);
    let protected = gitlab.look("/protected_branches");
    assert_eq!(
        protected[0]["push_access_levels"],
        json!([{"id": 1002, "access_level": 0}])
    );
    let body = |levels: &[PushLevel]| {
        let project = Project::parse("larkspur/web/shop").unwrap();
        let order = Change::NobodyPushes { branch, levels }.of(&project);
        String::from_utf8(order.body).unwrap()
    };
    let key = level(6, Grantee::DeployKey(61));
    assert_snapshot!(body(&[key]), @r#"{"allowed_to_push":[{"access_level":0},{"_destroy":true,"id":6}]}"#);
    assert_snapshot!(body(&[level(5, maintainers), key]), @r#"{"allowed_to_push":[{"access_level":0,"id":5},{"_destroy":true,"id":6}]}"#);
    assert_snapshot!(body(&[level(5, maintainers), level(7, nobody)]), @r#"{"allowed_to_push":[{"_destroy":true,"id":5}]}"#);
}

#[test]
fn a_status_that_waits_waits_on() {
    let gitlab = FakeGitlab::start(&[]);
    let head = HEAD.parse().unwrap();
    let mut status = Status {
        name: "countersign",
        head: &head,
        state: State::Pending,
        title: "unknown: CR-1",
        target: None,
    };
    let sent = |status: &Status<'_>| send(&gitlab.base(), access(), Change::Status(status)).0;
    sent(&status).unwrap();
    let again = sent(&status).unwrap_err();
    assert!(status.waits_already(&again), "{again}");
    status.state = State::Success;
    assert!(!status.waits_already(&again));
    sent(&status).unwrap();
}

#[test]
fn who_may_only_read_is_told_the_scope() {
    let gitlab = FakeGitlab::start(&[]);
    let text = "Read again.";
    let note = Change::Note { number: 7, text };
    let refused = |token| {
        let error = send(&gitlab.base(), token, note).0.unwrap_err();
        error.to_string().replace(&gitlab.base(), "")
    };
    let shown = [refused(Token::new(READING_TOKEN).ok()), refused(job())];
    assert_snapshot!(shown.join("\n"), @r"
    /projects/larkspur%2Fweb%2Fshop/merge_requests/7/notes needs the permission api and the role Developer: The request requires higher privileges than provided by the access token.
    /projects/larkspur%2Fweb%2Fshop/merge_requests/7/notes is not there, or the token lacks the permission api and the role Developer: 404 Project Not Found
    ");
    assert_eq!(gitlab.written(), []);
}

#[test]
fn nothing_is_sent_twice() {
    let body = r#"{"body":"Read again."}"#;
    let target = "/api/v4/projects/larkspur%2Fweb%2Fshop/merge_requests/7/notes";
    let step = Step::of("POST", target, body).status(502);
    let mut headers = HEADERS.to_vec();
    headers.push(("authorization", "Bearer glpat-of-ada"));
    let forge = FakeForge::start(&headers, vec![step]);
    let text = "Read again.";
    let base = format!("{}/api/v4", forge.base());
    let (sent, pauses) = send(&base, access(), Change::Note { number: 7, text });
    assert!(
        matches!(sent, Err(ForgeError::Failing { status: 502, .. })),
        "{sent:?}"
    );
    assert_eq!(pauses, 0);
}
