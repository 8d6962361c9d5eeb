//! What is written at GitLab: a status, and a note; and what is refused before anything is asked.

use crate::company::Company;
use serde_json::{Value, json};
use testkit::Runner;
use testkit::gitlab::{JOB_TOKEN, READING_TOKEN, TOKEN};
use testkit::schema::fits;

const CONTROLS: &str = "  CR-1: in use\n  CR-4: in use\n";
const REVIEWED: &str =
    "  CR-8: {parameters: {wait_hours: {low: 0, medium: 1, high: 1}}}\n  CR-9: in use\n";
const STATUS: [&str; 6] = ["gate", "merge", "--request", "1", "--publish", "status"];

fn with(company: &Company, token: (&str, &str)) -> Runner {
    Runner::new(env!("CARGO_BIN_EXE_countersign"))
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("CI_API_V4_URL", company.gitlab.base())
        .env(token.0, token.1)
        .in_dir(company.repo.path())
}

fn says(runner: &Runner, arguments: &[&str], code: i32) -> String {
    let run = runner.run(arguments).expect_code(code);
    let said = format!("{}{}", run.stdout, run.stderr);
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_answer_is_published_as_a_status() {
    let mut company = Company::new(CONTROLS);
    let path = format!("/statuses/{}", company.request.head);
    company.says(&STATUS, 1);
    company.gitlab.set_protected(&[("main", 0)]);
    company.change(|request| request.is_draft = false);
    let json = company
        .ada
        .run(["gate", "merge", "--request", "1", "--format", "json"]);
    let schema = company.ada.run(["schema", "gate"]).expect_code(0);
    let [json, schema]: [Value; 2] = [json.expect_code(0).stdout, schema.stdout]
        .map(|text| serde_json::from_str(&text).unwrap());
    fits(&json, &schema, "gate");
    // The status that failed is the gate's own: it waits for no other answer of itself.
    let job = "https://gitlab.example/larkspur/web/shop/-/jobs/7";
    let in_job = with(&company, ("COUNTERSIGN_GITLAB_TOKEN", TOKEN)).env("CI_JOB_URL", job);
    says(&in_job, &STATUS, 0);
    let written = company.gitlab.written();
    let bodies: Vec<_> = written.iter().map(|it| (&it.path, &it.body)).collect();
    let failed = json!({
        "state": "failed", "name": "countersign",
        "description": "fail: CR-1 and 1 more: leaf 1: no protected branch covers it",
    });
    let passed = json!({
        "state": "success", "name": "countersign", "description": "pass, leaf 11", "target_url": job,
    });
    assert_eq!(bodies, [(&path, &failed), (&path, &passed)]);
}

#[test]
fn what_nobody_can_tell_waits() {
    // Without a forge that shows the protection, nobody knows.
    let mut company = Company::new("  CR-1: in use\n");
    company.change(|request| request.is_draft = false);
    let withheld = testkit::gitlab::Content::Refused(403, "403 Forbidden");
    company.gitlab.holds("/protected_branches", withheld);
    for _ in 0..2 {
        company.says(&STATUS, 3);
    }
    let written = company.gitlab.written();
    assert_eq!(written.len(), 1, "{written:?}");
    assert_eq!(written[0].body["state"], "pending");
}

#[test]
fn who_may_only_read_publishes_nothing() {
    let company = Company::new(CONTROLS);
    let reading = with(&company, ("COUNTERSIGN_GITLAB_TOKEN", READING_TOKEN));
    let said = says(&reading, &STATUS, 4);
    // The answer stands in the ledger, and is told.
    assert!(
        said.contains("request 1 of larkspur/web/shop: fail"),
        "{said}"
    );
    assert!(
        said.contains("needs the permission api and the role Developer: The request requires higher privileges"),
        "{said}"
    );
    let of_job = with(&company, ("CI_JOB_TOKEN", JOB_TOKEN));
    let asked = company.gitlab.asked().len();
    let said = says(&of_job, &STATUS, 2);
    assert!(
        said.contains("the token of a CI job of GitLab may change nothing at larkspur/web/shop"),
        "{said}"
    );
    assert!(said.contains("COUNTERSIGN_GITLAB_TOKEN"), "{said}");
    let nobody = with(&company, ("NOBODY", ""));
    let said = says(&nobody, &STATUS, 2);
    assert!(said.contains("scope api"), "{said}");
    assert_eq!(company.gitlab.asked().len(), asked);
    assert_eq!(company.gitlab.written(), []);
}

#[test]
fn a_self_review_is_noted_on_the_request() {
    let mut company = Company::new(REVIEWED);
    company.change(|request| request.is_draft = false);
    let key = company.key();
    let mut review = vec!["self-review", "--request", "1", "--key", &key];
    review.extend(["--findings", "reads well and is small"]);
    review.extend(["--answer", "yes"].repeat(4));
    let mut quiet = review.clone();
    quiet.push("--no-comment");
    company.says(&quiet, 0);
    assert_eq!(company.gitlab.written(), []);
    company.says(&review, 0);
    let written = company.gitlab.written();
    assert_eq!(written.len(), 1, "{written:?}");
    assert_eq!(written[0].path, "/merge_requests/1/notes");
    let note = written[0].body["body"].as_str().unwrap();
    assert!(note.starts_with("Self-review by ada, leaf "), "{note}");
    // A line that begins with a slash would be an order to GitLab.
    assert!(note.ends_with("> reads well and is small\n"), "{note}");
    let reading = with(&company, ("COUNTERSIGN_GITLAB_TOKEN", READING_TOKEN));
    let said = says(&reading, &review, 4);
    assert!(said.contains("recorded the self-review"), "{said}");
    assert!(said.contains("api and the role Developer"), "{said}");
    assert!(said.contains("is recorded and counts"), "{said}");
}

#[test]
fn what_gitlab_does_not_have_is_refused_before_anything_is_asked() {
    let company = Company::new(CONTROLS);
    let run = ["gate", "merge", "--request", "1", "--publish", "check-run"];
    let said = company.says(&run, 2);
    assert!(
        said.contains("GitLab, which knows no run of a check"),
        "{said}"
    );
    assert!(said.contains("--publish status"), "{said}");
    assert!(!said.contains("request 1 of"), "{said}");
    assert_eq!(company.gitlab.asked(), Vec::<String>::new());
    assert!(!company.repo.path().join(".countersign").exists());
}
