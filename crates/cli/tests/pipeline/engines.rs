//! act runs the workflow and gitlab-ci-local the job, with the real binary, once to a pass and once to a block.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use testkit::Counterparts;
use testkit::gitlab::TOKEN;

use crate::shop::{DRAFT, GOOD, Shop};
use crate::{path, said, text};

const WORKFLOW: &str = ".github/workflows/countersign.yml";

/// Returns a program of others with the home of the company, in its clone.
fn engine(mut command: Command, shop: &Shop) -> Command {
    command
        .env("PATH", path())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(shop.laptop());
    command
}

fn act(counterparts: &Counterparts, shop: &Shop, number: u64, from: &str) -> (String, Option<i32>) {
    let event = json!({
        "number": number,
        "pull_request": {
            "number": number,
            "base": {"ref": "main"},
            "head": {"repo": {"full_name": from}},
        },
        "repository": {"full_name": "ada/shop"},
    });
    let file = |name: &str, content: &str| {
        let path = shop.home().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let event = file("event.json", &event.to_string());
    let secrets = file("secrets", &format!("COUNTERSIGN_LOG_KEY={}\n", shop.key()));
    let mut command = engine(counterparts.command("act", shop.home()), shop);
    command.args(["pull_request", "--platform=ubuntu-latest=-self-hosted"]);
    command.args(["--workflows", WORKFLOW, "--eventpath", text(&event)]);
    command.args(["--secret-file", text(&secrets)]);
    said(&command.output().unwrap())
}

fn gitlab(counterparts: &Counterparts, shop: &Shop, number: u64) -> (String, Option<i32>) {
    let file = "gitlab-ci-local/dist/index.js";
    let mut command = engine(counterparts.node(file, shop.home()), shop);
    let (number, key, page) = (number.to_string(), shop.key(), shop.page());
    let predefined = [
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
        ("CI_MERGE_REQUEST_IID", &number),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "7"),
        ("CI_MERGE_REQUEST_PROJECT_ID", "7"),
        ("CI_PROJECT_URL", &page),
    ];
    let names = predefined.map(|(name, _)| name).join(",");
    command.args(["--force-shell-executor", "--ignore-predefined-vars", &names]);
    for (name, value) in predefined {
        command.args(["--variable", &format!("{name}={value}")]);
    }
    for (name, value) in [("LOG_KEY", key.as_str()), ("GITLAB_TOKEN", TOKEN)] {
        command.args(["--variable", &format!("COUNTERSIGN_{name}={value}")]);
    }
    said(&command.output().unwrap())
}

/// GitHub's own client, as strict as it must be: nothing here reaches GitHub.
const GH: &str = r#"#!/bin/sh
test "$GH_REPO" = ada/shop && test -n "$GH_TOKEN" || exit 9
case "$*" in
  "pr list --state open --limit 200 --json headRefOid --jq .[].headRefOid") printf 'aa\nbb\n' ;;
  "run list --workflow countersign --event pull_request --commit aa "*"--jq .[] | select(.conclusion == "*) echo 7 ;;
  "run list --workflow countersign --event pull_request --commit bb "*) ;;
  "run rerun 7") echo "run 7 runs again" ;;
  *) echo "gh: $*" >&2; exit 9 ;;
esac
"#;

/// The workflow that runs a failed gate again, in act too.
fn runs_again(counterparts: &Counterparts, shop: &Shop) {
    let program = fs::read_to_string(shop.laptop().join("countersign.yaml")).unwrap();
    let waits = shop.home().join("waits.yaml");
    fs::write(&waits, program.replace("CR-4", "CR-8")).unwrap();
    let again = ".github/workflows/countersign-again.yml";
    let program = ["--program", text(&waits), "--out", again];
    shop.countersign(&[&["ci", "github-again"], &program[..]].concat(), 0);
    let tools = shop.home().join("tools");
    fs::create_dir_all(&tools).unwrap();
    fs::write(tools.join("gh"), GH).unwrap();
    fs::set_permissions(tools.join("gh"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = engine(counterparts.command("act", shop.home()), shop);
    command.env("PATH", format!("{}:{}", text(&tools), path()));
    command.args(["schedule", "--platform=ubuntu-latest=-self-hosted"]);
    command.args(["--workflows", again, "--secret", "GITHUB_TOKEN=ghs_0"]);
    let (told, code) = said(&command.output().unwrap());
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("run 7 runs again"), "{told}");
}

/// zizmor finds nothing in a workflow, wherever the ledger is and whatever the rules ask for.
fn every_form_is_sound(counterparts: &Counterparts, shop: &Shop) {
    let program = fs::read_to_string(shop.laptop().join("countersign.yaml")).unwrap();
    let rules = "CR-1: in use, CR-8: in use, CM-1: in use";
    let program = program.replace("CR-4: in use", rules);
    for (name, place) in [
        ("http", "git+https://git.example/log"),
        ("ssh", "git+ssh://git@git.example/log"),
        ("bucket", "s3://audit-log/shop"),
    ] {
        let file = shop.home().join("program.yaml");
        fs::write(&file, program.replace("git+origin", place)).unwrap();
        let out = format!(".github/workflows/{name}.yml");
        let arguments = ["ci", "github", "--program", text(&file), "--out", &out];
        shop.countersign(&arguments, 0);
    }
    let mut zizmor = engine(counterparts.command("zizmor", shop.home()), shop);
    let zizmor = zizmor.args(["--offline", "--persona=pedantic", ".github"]);
    let (found, code) = said(&zizmor.output().unwrap());
    assert_eq!(code, Some(0), "{found}");
    assert!(found.contains("No findings to report"), "{found}");
}

fn commit(shop: &Shop, file: &Path) {
    shop.done(&["add", text(file)]);
    shop.done(&["commit", "--quiet", "--message=Run the gate"]);
}

#[test]
fn the_workflow_of_github_passes_blocks_and_refuses_a_fork() {
    let Some(counterparts) = Counterparts::find("the workflow of GitHub in act") else {
        return;
    };
    let shop = Shop::new(&counterparts);
    shop.countersign(&["ci", "github", "--out", WORKFLOW], 0);
    commit(&shop, Path::new(WORKFLOW));
    runs_again(&counterparts, &shop);
    every_form_is_sound(&counterparts, &shop);

    let (told, code) = act(&counterparts, &shop, GOOD, "ada/shop");
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("request 1 of ada/shop: pass"), "{told}");
    let (told, code) = act(&counterparts, &shop, DRAFT, "ada/shop");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("request 2 is a draft"), "{told}");
    let (told, code) = act(&counterparts, &shop, GOOD, "eve/shop");
    assert_eq!(code, Some(1), "{told}");
    // act may drop what a step printed that ends at once.
    let refused = "Failure - Main Refuse a request from a fork";
    assert!(told.contains(refused) && !told.contains("Decide"), "{told}");
}

#[test]
fn the_job_of_gitlab_passes_and_blocks() {
    let Some(counterparts) = Counterparts::find("the job of GitLab in gitlab-ci-local") else {
        return;
    };
    let shop = Shop::at_gitlab();
    let file = shop.laptop().join(".gitlab-ci.yml");
    shop.countersign(&["ci", "gitlab", "--out", text(&file)], 0);
    commit(&shop, &file);
    let (told, code) = gitlab(&counterparts, &shop, GOOD);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("request 1 of larkspur/web/shop: pass"),
        "{told}"
    );
    shop.done(&["checkout", "--quiet", "main"]);
    let (told, code) = gitlab(&counterparts, &shop, DRAFT);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("request 2 is a draft"), "{told}");
}
