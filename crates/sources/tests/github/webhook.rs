//! Every published payload of a webhook, and what it is about.

use std::fs;

use insta::assert_snapshot;
use model::request::words::AccountKind;
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
