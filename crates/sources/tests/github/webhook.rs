//! Every published payload of a webhook, and what it is about.

use std::fs;

use insta::assert_snapshot;
use model::request::hook::{Done, Happened};
use model::request::words::{AccountKind, Enforcement};
use sources::github::webhook::{self, Payload};

use super::{data, files};

fn payloads() -> Option<Vec<(String, Payload)>> {
    let mut all = Vec::new();
    for folder in files(&data("github_payloads/webhooks/api.github.com")?) {
        let event = folder.file_name().unwrap().to_string_lossy().into_owned();
        for file in files(&folder) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let payload = webhook::payload(&fs::read(&file).unwrap());
            all.push((format!("{event}/{name}"), payload.unwrap()));
        }
    }
    Some(all)
}

#[test]
fn all_of_them_are_read() {
    let Some(all) = payloads() else {
        return;
    };
    let count = |holds: fn(&Payload) -> bool| all.iter().filter(|(_, it)| holds(it)).count();
    let counts = format!(
        "payloads {}\naction {}\nrepository {}\nrequests {}\nsender {}\nbot {}",
        all.len(),
        count(|it| it.action.is_some()),
        count(|it| it.repository.is_some()),
        count(|it| !it.requests.is_empty()),
        count(|it| it.sender.is_some()),
        count(|it| it
            .sender
            .as_ref()
            .is_some_and(|sender| sender.kind == AccountKind::Bot)),
    );
    assert_snapshot!(counts, @r"
    payloads 273
    action 242
    repository 235
    requests 53
    sender 270
    bot 4
    ");
}

#[test]
fn what_some_are_about() {
    let Some(all) = payloads() else {
        return;
    };
    let about = |place: &str| {
        let (_, payload) = all.iter().find(|(it, _)| it == place).unwrap();
        let repository = payload.repository.as_ref().map(|it| it.full_name.as_str());
        let sender = payload.sender.as_ref().map(|it| it.login.as_str());
        format!(
            "{:?} {repository:?} {:?} {sender:?}",
            payload.action, payload.requests
        )
    };
    assert_snapshot!(about("pull_request/closed.payload.json"), @r#"Some("closed") Some("Codertocat/Hello-World") {2} Some("Codertocat")"#);
    assert_snapshot!(about("pull_request_review/submitted.payload.json"), @r#"Some("submitted") Some("Codertocat/Hello-World") {2} Some("Codertocat")"#);
    assert_snapshot!(about("check_run/completed.1.payload.json"), @r#"Some("completed") Some("Codertocat/Hello-World") {2} Some("Codertocat")"#);
    assert_snapshot!(about("issue_comment/created.payload.json"), @r#"Some("created") Some("Codertocat/Hello-World") {} Some("Codertocat")"#);
    assert_snapshot!(about("push/payload.json"), @r#"None Some("Codertocat/Hello-World") {} Some("Codertocat")"#);
    assert_snapshot!(about("branch_protection_rule/edited.payload.json"), @r#"Some("edited") Some("octo-org/octo-repo") {} Some("Codertocat")"#);
    assert_snapshot!(about("organization/member_added.payload.json"), @r#"Some("member_added") None {} Some("Codertocat")"#);
}

#[test]
fn what_each_tells_fits_the_name_of_its_event() {
    let Some(folder) = data("github_payloads/webhooks/api.github.com") else {
        return;
    };
    let mut told = std::collections::BTreeMap::new();
    for folder in files(&folder) {
        let event = folder.file_name().unwrap().to_string_lossy().into_owned();
        for file in files(&folder) {
            let bytes = fs::read(&file).unwrap();
            let happened = webhook::happened(&event, &bytes);
            let happened = happened.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let words = format!("{happened:?}");
            let kind = words.split([' ', '(']).next().unwrap().to_owned();
            if kind != "Other" {
                let other = webhook::happened("star", &bytes).unwrap_err().to_string();
                assert!(other.contains("and not of `star`"), "{other}");
            }
            assert!(webhook::is_event(&event), "{event}");
            *told.entry(format!("{event} {kind}")).or_insert(0) += 1;
        }
    }
    told.retain(|what: &String, _| !what.ends_with(" Other"));
    let told: Vec<String> = told
        .iter()
        .map(|(what, count)| format!("{what} {count}"))
        .collect();
    assert_snapshot!(told.join("\n"), @r"
    branch_protection_rule Classic 4
    push Push 6
    ");
}

#[test]
fn a_ruleset_tells_what_it_says_since() {
    let ruleset = r#"{"action":"edited","repository_ruleset":{"id":1,"name":"main","target":"branch","source_type":"Repository",
        "source":"larkspur/shop","enforcement":"disabled","conditions":{"ref_name":{"include":["~DEFAULT_BRANCH"],"exclude":[]}},
        "rules":[{"type":"deletion"}],"updated_at":"2026-01-06T05:00:00Z"},"changes":{"enforcement":{"from":"active"}}}"#;
    let happened = webhook::happened("repository_ruleset", ruleset.as_bytes()).unwrap();
    let Happened::Ruleset { done, ruleset } = happened else {
        panic!("{happened:?}");
    };
    assert_eq!((done, ruleset.id), (Done::Edited, 1));
    assert_eq!(ruleset.enforcement, Enforcement::Disabled);
    let none = webhook::happened("repository_ruleset", b"{\"action\":\"edited\"}").unwrap_err();
    assert_eq!(none.why, "it is no payload of `repository_ruleset`");
    let turned = webhook::happened(
        "branch_protection_configuration",
        br#"{"action":"enabled","repository":{}}"#,
    );
    assert_eq!(turned.unwrap(), Happened::ClassicTurned { on: true });
}
