//! What GitHub really sent, put into a log and decided: a table that was checked by hand against each payload.
//!
//! Numbers, branches and names of commits are made those of the other tests; what the rules look at is left as it came.

use crate::bodies::{Request, Said};
use crate::facts::{id, landed};
use crate::guards::Guards;
use crate::hooks::Hook;
use crate::world::{World, at};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use insta::assert_snapshot;
use model::outcome::Outcome;
use model::program::ControlId;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the payloads of one event, or of all, by their names; nothing where the test data is not here.
#[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
fn payloads(event: Option<&str>) -> Option<Vec<(String, Value)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join("../../../shared/data/github_payloads/webhooks/api.github.com");
    if !folder.exists() {
        println!("skipped: no test data");
        return None;
    }
    let files = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    };
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut all = Vec::new();
    for folder in files(&folder) {
        let of = name(&folder);
        if event.is_none_or(|event| event == of) {
            for file in files(&folder) {
                let bytes = fs::read(&file).unwrap();
                let short = name(&file).replace(".json", "").replace(".payload", "");
                all.push((
                    format!("{of}/{short}"),
                    serde_json::from_slice(&bytes).unwrap(),
                ));
            }
        }
    }
    Some(all)
}

/// The company, whose ada has the account that sent nearly all of them.
fn world(controls: &str) -> World {
    World::new(controls).but("github:adamarsh", "github:Codertocat")
}

/// Returns the request of a payload, with the number, the branch and the head of request 7.
fn request(payload: &Value) -> Request {
    let mut request = payload["pull_request"].clone();
    request["number"] = json!(7);
    request["base"]["ref"] = json!("main");
    request["head"]["sha"] = json!(id('b').to_string());
    Request::sent(request)
}

fn outcomes(world: &World, controls: &[&str]) -> String {
    let answer = world.answer(10.5).expect("the log holds the request");
    let each = controls.iter().map(|control| {
        let decision = &answer.rules[&ControlId((*control).into())];
        let word = match decision.outcome {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Unknown => "unknown",
        };
        format!("{control} {word}")
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The description is one sentence and names no ticket, so CM-1 fails and CM-2 passes at low risk; one has none. What is
/// closed or a draft does not land.
#[test]
fn pull_requests() {
    let Some(payloads) = payloads(Some("pull_request")) else {
        return;
    };
    let line = |(name, payload): &(String, Value)| {
        let world = world("CR-4: in use, CM-1: in use, CM-2: in use");
        let world = world.with(10.0, &request(payload));
        let name = name.trim_start_matches("pull_request/");
        format!("{name}: {}", outcomes(&world, &["CR-4", "CM-1", "CM-2"]))
    };
    let table: Vec<String> = payloads.iter().map(line).collect();
    assert_snapshot!(table.join("\n"), @r"
    assigned: CR-4 pass, CM-1 fail, CM-2 pass
    assigned.with-organization: CR-4 pass, CM-1 fail, CM-2 pass
    closed: CR-4 fail, CM-1 fail, CM-2 fail
    closed.with-organization: CR-4 fail, CM-1 fail, CM-2 fail
    converted_to_draft: CR-4 fail, CM-1 fail, CM-2 pass
    converted_to_draft.with-installation: CR-4 fail, CM-1 fail, CM-2 pass
    converted_to_draft.with-organization: CR-4 fail, CM-1 fail, CM-2 pass
    labeled: CR-4 pass, CM-1 fail, CM-2 pass
    labeled.with-organization: CR-4 pass, CM-1 fail, CM-2 pass
    locked: CR-4 pass, CM-1 fail, CM-2 pass
    locked.with-organization: CR-4 pass, CM-1 fail, CM-2 pass
    opened: CR-4 pass, CM-1 fail, CM-2 pass
    opened.with-null-body: CR-4 pass, CM-1 fail, CM-2 fail
    opened.with-organization: CR-4 pass, CM-1 fail, CM-2 pass
    ready_for_review: CR-4 pass, CM-1 fail, CM-2 pass
    ready_for_review.with-installation: CR-4 pass, CM-1 fail, CM-2 pass
    ready_for_review.with-organization: CR-4 pass, CM-1 fail, CM-2 pass
    reopened: CR-4 pass, CM-1 fail, CM-2 pass
    reopened.with-organization: CR-4 pass, CM-1 fail, CM-2 pass
    review_request_removed: CR-4 pass, CM-1 fail, CM-2 pass
    review_requested: CR-4 pass, CM-1 fail, CM-2 pass
    synchronize: CR-4 pass, CM-1 fail, CM-2 pass
    unassigned: CR-4 pass, CM-1 fail, CM-2 pass
    unassigned.with-organization: CR-4 pass, CM-1 fail, CM-2 pass
    unlabeled: CR-4 pass, CM-1 fail, CM-2 pass
    unlabeled.with-organization: CR-4 pass, CM-1 fail, CM-2 pass
    unlocked: CR-4 pass, CM-1 fail, CM-2 pass
    unlocked.with-organization: CR-4 pass, CM-1 fail, CM-2 pass
    ");
}

/// A review by the author approves nothing; one that only comments, was edited or was dismissed is no approval either.
#[test]
fn reviews() {
    let Some(payloads) = payloads(Some("pull_request_review")) else {
        return;
    };
    for (name, payload) in payloads {
        let mut review = payload["review"].clone();
        review["commit_id"] = json!(id('b').to_string());
        review["submitted_at"] = json!(at(9.0));
        for by in ["adamarsh", "boreyes"] {
            review["user"]["login"] = json!(by);
            let request = Request::open().reviewed(review.clone());
            let world = World::new("CM-2: {parameters: {approvals: 1}}").with(8.0, &request);
            let world = world.with(10.0, &request);
            world.open(10.5, "CM-2", FAIL, "approv");
            assert!(name.starts_with("pull_request_review/"), "{name}");
        }
    }
}

/// The rule of `main` is not for administrators; the others are of another branch, and tell nothing of this one.
#[test]
fn branch_protection_rules() {
    let Some(payloads) = payloads(Some("branch_protection_rule")) else {
        return;
    };
    let classic = Guards::none().classic(&json!({}));
    let table = [
        (
            "created.1",
            FAIL,
            "classic protection does not hold for administrators",
        ),
        ("created", UNKNOWN, "keeps no history"),
        ("deleted", UNKNOWN, "keeps no history"),
        ("edited", UNKNOWN, "keeps no history"),
    ];
    assert_eq!(payloads.len(), table.len());
    for ((name, payload), (expected_name, expected, words)) in payloads.iter().zip(table) {
        assert_eq!(
            name.trim_start_matches("branch_protection_rule/"),
            expected_name
        );
        let mut payload = payload.clone();
        payload["rule"]["updated_at"] = json!(at(29.0));
        let hook = Hook::new("branch_protection_rule", payload);
        let world = World::new("CR-1: in use, CR-2: in use").with(10.0, &classic);
        let world = world
            .with(31.0, &classic)
            .with(31.0, &Request::open().merged());
        let world = world.with(31.0, &hook);
        world.landed(&landed(), "CR-1", expected, words);
        world.landed(&landed(), "CR-2", expected, words);
    }
}

/// None of them is about what landed here: a tag that was deleted, a new branch, rules of long ago.
#[test]
fn all_of_them_together_change_no_decision() {
    let Some(payloads) = payloads(None) else {
        return;
    };
    assert_eq!(payloads.len(), 273);
    let good = Guards::good();
    let mut world = World::new("CR-1: in use, CR-2: in use").with(10.0, &good);
    for (name, payload) in payloads {
        let (event, _) = name.split_once('/').unwrap();
        world = world.with(20.0, &Hook::new(event.to_owned().leak(), payload));
    }
    let world = world
        .with(31.0, &good)
        .with(31.0, &Request::open().merged());
    world.landed(&landed(), "CR-1", PASS, "nobody may go around");
    world.landed(&landed(), "CR-2", PASS, "nobody may go around");
    let found = world.windows(&[landed()]);
    assert!(found.windows.is_empty(), "{found:?}");
    assert!(
        found
            .known_from
            .iter()
            .any(|it| it.starts_with("webhooks (10")),
        "{found:?}"
    );
}

/// A scenario that was recorded from GitHub: a branch without protection, with one that asks for nothing, and with one that
/// asks for much, of administrators too.
#[test]
fn the_recorded_protection_of_a_branch() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/github_payloads/octokit_fixtures/branch-protection/normalized-fixture.json");
    let Ok(bytes) = fs::read(file) else {
        println!("skipped: no test data");
        return;
    };
    let steps: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    let line = |step: &Value| {
        let said = match step["status"].as_u64() {
            Some(200) => Said::Body(step["response"].clone()),
            _ => Said::Absent,
        };
        let guards = Guards::none().says(Question::Protection, said);
        let world = World::new("CR-1: in use, CR-2: in use, CR-3: in use").with(10.0, &guards);
        let world = world.with(10.0, &Request::open());
        let answer = world.answer(10.5).unwrap();
        let each = answer
            .rules
            .iter()
            .map(|(control, decision)| format!("{} {}", control.0, decision.reason));
        let each: Vec<String> = each
            .map(|it| it.replace("leaf 0: no ruleset in force asks for ", "no ruleset: "))
            .collect();
        format!(
            "{} {}: {}",
            step["method"].as_str().unwrap(),
            step["status"],
            each.join(" | ")
        )
    };
    let table: Vec<String> = steps
        .iter()
        .filter(|it| it["method"] != "delete")
        .map(line)
        .collect();
    assert_snapshot!(table.join("\n"), @r"
    get 404: CR-1 no ruleset: a request; no classic protection | CR-2 no ruleset: no force push; no classic protection | CR-3 no ruleset: checks; no classic protection
    put 200: CR-1 no ruleset: a request; classic protection takes pushes | CR-2 no ruleset: no force push; classic protection does not hold for administrators | CR-3 no ruleset: checks; classic protection requires no check
    put 200: CR-1 leaf 0: classic protection, for administrators too | CR-2 leaf 0: classic protection, for administrators too | CR-3 no run of `foo/bar` on the head was reported
    ");
}
