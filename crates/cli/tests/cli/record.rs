//! Reports of checks: what each says when it is recorded, and what the audit makes of them.

use serde_json::Value;
use testkit::Repo;

use crate::runner;

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
assignments: {ada: all}
controls:
  CR-5: {parameters: {required_checks: 'unit_tests, secret_scan'}}
  CR-6: {parameters: {minimum_coverage: 80}}
";

const TESTS: &str = "<testsuite name=\"shop\" tests=\"2\" failures=\"0\" errors=\"0\">\
<testcase name=\"adds\"/><testcase name=\"removes\"/></testsuite>";
const FAILED: &str = "<testsuite name=\"shop\" tests=\"2\" failures=\"1\" errors=\"0\">\
<testcase name=\"adds\"/><testcase name=\"removes\"><failure/></testcase></testsuite>";
const SECRETS: &str = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"gitleaks","rules":[{"id":"key"}]}},"results":[]}]}"#;
const LEAKED: &str = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"gitleaks","rules":[{"id":"key"}]}},"results":[{"ruleId":"key","message":{"text":"a key"}}]}]}"#;
const LOG: &str = "9:41AM INF scanned ~1234 bytes (1.23 KB) in 12ms\n9:41AM INF no leaks found\n";
const COVERAGE: &str =
    "TN:\nSF:src/a.c\nDA:1,1\nDA:2,1\nDA:3,1\nDA:4,1\nDA:5,0\nLF:5\nLH:4\nend_of_record\n";

const IN_2100: i64 = 4_102_444_800;

/// A repository with an open request.
struct Shop(Repo);

impl Shop {
    fn new() -> Shop {
        let repo = Repo::new();
        repo.commit().file("a", "1").write();
        repo.branch("topic", &repo.tip("main"));
        repo.commit().on("topic").file("b", "2").write();
        repo.write_file("countersign.yaml", PROGRAM);
        Shop(repo)
    }

    fn says(&self, arguments: &[&str], code: i32) -> String {
        let run = runner().in_dir(self.0.path()).run(arguments);
        let run = run.expect_code(code);
        format!("{}{}", run.stdout, run.stderr).replace("\n  ", " ")
    }

    /// Records a report on what the request would land.
    fn records(&self, file: &str, text: &str, more: &[&str], code: i32) -> String {
        self.0.write_file(file, text);
        let record = ["record", "check", file, "--commit", "topic"];
        self.says(&[&record[..], more].concat(), code)
    }

    fn tests(&self, text: &str, more: &[&str], code: i32) -> String {
        let kind = ["--kind", "unit_tests"];
        self.records("junit.xml", text, &[&kind[..], more].concat(), code)
    }

    fn secrets(&self, text: &str, more: &[&str], code: i32) -> String {
        self.0.write_file("gitleaks.log", LOG);
        let log = ["--tool-log", "gitleaks.log"];
        self.records("secrets.sarif", text, &[&log[..], more].concat(), code)
    }

    fn lands(&self) {
        self.says(&["collect"], 0);
        let message = "Merge pull request #7 from larkspur/topic\n";
        // No earlier than the reports were recorded, by the clock of this machine.
        let merge = self.0.merge("main", "topic").message(message);
        merge
            .author("Ada Marsh", "ada@larkspur.example", IN_2100)
            .write();
    }

    /// Returns outcome and reason of the newest change under a control, which the report's verification confirms.
    fn decided(&self, control: &str) -> (String, String) {
        let run = runner().in_dir(self.0.path());
        let audit = run.run([
            "audit", "--format", "json", "--out", "report", "--period", "all",
        ]);
        let audited: Value = serde_json::from_str(&audit.expect_code(0).stdout).unwrap();
        self.says(&["verify", "report"], 0);
        let decision =
            &audited["changes"].as_array().unwrap().last().unwrap()["decisions"][control];
        let text = |name: &str| decision[name].as_str().unwrap().to_owned();
        (text("outcome"), text("reason"))
    }

    #[track_caller]
    fn check(&self, control: &str, outcome: &str, words: &str) {
        let (found, reason) = self.decided(control);
        assert_eq!(found, outcome, "{reason}");
        assert!(reason.contains(words), "{reason}");
    }
}

#[test]
fn reports_that_were_recorded_before_the_merge_pass() {
    let shop = Shop::new();
    let told = shop.tests(TESTS, &[], 0);
    assert!(told.contains("recorded junit.xml as leaf 0"), "{told}");
    assert!(told.contains("pass: unit_tests: 2 tests passed"), "{told}");
    shop.secrets(SECRETS, &[], 0);
    let told = shop.records("lcov.info", COVERAGE, &[], 0);
    assert!(told.contains("coverage: 4 of 5 lines ran"), "{told}");
    shop.lands();
    shop.check(
        "CR-5",
        "pass",
        "leaf 1: nothing was found, and leaf 4 saw the branch",
    );
    shop.check("CR-6", "pass", "80.00 %");
}

#[test]
fn a_report_may_come_through_a_pipe() {
    let shop = Shop::new();
    shop.0.write_file("junit.xml", TESTS);
    let run = |input: &str, arguments: &[&str]| {
        let runner = runner().in_dir(shop.0.path());
        runner.run_on(shop.0.path().join(input), arguments)
    };
    let kind = ["record", "check", "-", "--kind", "unit_tests"];
    let told = run("junit.xml", &kind).expect_code(0).stdout;
    assert!(told.contains("recorded standard input as leaf 0"), "{told}");
    let named = [&kind[..], &["--name", "junit.xml"]].concat();
    let told = run("junit.xml", &named).expect_code(0).stdout;
    assert!(told.contains("recorded junit.xml as leaf 1"), "{told}");
    shop.0.write_file("empty", "");
    let told = run("empty", &kind).expect_code(3).stdout;
    assert!(told.contains("the file is empty"), "{told}");
}

#[test]
fn a_report_that_failed_fails_until_another_stands_in_for_it() {
    let shop = Shop::new();
    shop.secrets(SECRETS, &[], 0);
    let told = shop.tests(FAILED, &[], 1);
    assert!(
        told.contains("fail: unit_tests: 1 of 2 tests failed"),
        "{told}"
    );
    // A job of the same matrix that passed.
    shop.tests(TESTS, &[], 0);
    shop.lands();
    shop.check("CR-5", "fail", "unit_tests: leaf 1: 1 of 2 tests failed");
}

#[test]
fn a_report_that_supersedes_a_failed_one_counts_in_its_place() {
    let shop = Shop::new();
    shop.secrets(SECRETS, &[], 0);
    shop.tests(FAILED, &[], 1);
    let refused = shop.secrets(SECRETS, &["--supersedes", "1"], 2);
    assert!(
        refused.contains("leaf 1 is no report of secret_scan"),
        "{refused}"
    );
    shop.tests(TESTS, &["--supersedes", "1"], 0);
    shop.lands();
    let words = "leaf 2: 2 tests passed, and leaf 4 saw the branch without the change later; leaf 2 stands in for leaf 1";
    shop.check("CR-5", "pass", words);
}

#[test]
fn what_is_absent_late_empty_or_unreadable_is_unknown() {
    let shop = Shop::new();
    let told = shop.tests("<testsuite name=\"none\" tests=\"0\"/>", &[], 3);
    assert!(told.contains("JUnit XML without a single test"), "{told}");
    let told = shop.tests("<testsuite", &[], 3);
    assert!(told.contains("it is no report"), "{told}");
    shop.lands();
    shop.check(
        "CR-5",
        "unknown",
        "secret_scan: no report of it on the content that landed",
    );
    // By now the log has seen the change on the branch.
    shop.secrets(SECRETS, &[], 0);
    shop.check("CR-5", "unknown", "after the change had landed");
}

#[test]
fn any_leaked_secret_fails_and_a_report_of_another_commit_says_nothing() {
    let shop = Shop::new();
    shop.secrets(LEAKED, &[], 1);
    let silent = shop.records("secrets.sarif", SECRETS, &[], 3);
    let words = "gitleaks says only where it prints what it read";
    assert!(silent.contains(words), "{silent}");
    let of_another = SECRETS.replace(
        "\"results\"",
        "\"versionControlProvenance\":[{\"repositoryUri\":\"https://git.example/shop\",\"revisionId\":\"0123456789012345678901234567890123456789\"}],\"results\"",
    );
    let told = shop.records("other.sarif", &of_another, &[], 3);
    assert!(
        told.contains("it says that it is of 012345678901"),
        "{told}"
    );
}

#[test]
fn a_kind_that_nobody_said_is_asked_for() {
    let shop = Shop::new();
    let told = shop.records("junit.xml", TESTS, &[], 2);
    assert!(told.contains("may be a report of several kinds"), "{told}");
    assert!(told.contains("say which with --kind: unit_tests"), "{told}");
    let told = shop.records("junit.xml", TESTS, &["--kind", "smoke"], 2);
    assert!(told.contains("is no kind of check"), "{told}");
    let nothing = ["--kind", "unit_tests", "--supersedes", "4"];
    let told = shop.records("junit.xml", TESTS, &nothing, 2);
    assert!(told.contains("leaf 4 is no report of unit_tests"), "{told}");
    assert!(!shop.0.path().join(".countersign/log.key").exists());
}

#[test]
fn the_answer_for_machines_says_what_the_report_says() {
    let shop = Shop::new();
    let told = shop.tests(FAILED, &["--format", "json"], 1);
    let told = told.replace("began a log in .countersign\n", "");
    let answer: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(answer["report"]["measured"]["tests"]["failed"], 1);
    assert_eq!(
        (&answer["outcome"], &answer["leaf"]),
        (&"fail".into(), &0.into())
    );
}

#[test]
fn a_record_of_a_check_that_cannot_be_read_lets_no_change_pass() {
    let shop = Shop::new();
    shop.tests(TESTS, &[], 0);
    let erase = [
        "ledger",
        "erase",
        "0",
        "--by",
        "Ada Marsh",
        "--reason",
        "it failed",
    ];
    shop.says(&erase, 0);
    shop.tests(TESTS, &[], 0);
    shop.secrets(SECRETS, &[], 0);
    shop.lands();
    shop.check(
        "CR-5",
        "unknown",
        "the log holds reports that cannot be read",
    );
    let told = shop.says(&["audit", "--period", "all", "--out", "report"], 0);
    assert!(told.contains("cannot be read here, in leaves 0"), "{told}");
}

#[test]
fn a_clone_that_is_behind_makes_no_late_report_one_that_came_before() {
    let shop = Shop::new();
    shop.secrets(SECRETS, &[], 0);
    shop.says(&["collect"], 0);
    // The forge merged long ago; this clone learns so only behind the next look.
    shop.tests(TESTS, &[], 0);
    shop.says(&["collect"], 0);
    let message = "Merge pull request #7 from larkspur/topic\n";
    shop.0.merge("main", "topic").message(message).write();
    shop.check("CR-5", "unknown", "nobody is known to have seen the branch");
}

#[test]
fn what_fails_after_the_change_had_landed_is_told() {
    let shop = Shop::new();
    shop.tests(TESTS, &[], 0);
    shop.secrets(SECRETS, &[], 0);
    shop.lands();
    shop.says(&["collect", "--period", "all"], 0);
    shop.tests(FAILED, &[], 1);
    shop.check("CR-5", "pass", "failed it after the change had landed");
}

#[test]
fn a_file_that_cannot_be_read_keeps_every_check_from_passing() {
    let shop = Shop::new();
    shop.tests(TESTS, &[], 0);
    shop.secrets(SECRETS, &[], 0);
    let told = shop.records("cut.sarif", &SECRETS[..40], &[], 3);
    assert!(
        told.contains("unknown: any check: it is no report"),
        "{told}"
    );
    let long = " ".repeat((16 << 20) + 1);
    shop.records("long.xml", &long, &["--kind", "unit_tests"], 3);
    shop.0.write_file("long.log", LOG.repeat(70_000));
    let long = ["--tool-log", "long.log"];
    let told = shop.records("secrets.sarif", SECRETS, &long, 3);
    assert!(told.contains("printed more than 4194304 bytes"), "{told}");
    shop.lands();
    shop.check("CR-5", "unknown", "secret_scan: leaf 2: it is no report");
}

#[test]
fn a_session_of_a_tool_is_of_the_commits_that_it_wrote() {
    let shop = Shop::new();
    let session = |commits: &str| {
        let text = format!(
            r#"{{"data": {{"schema_version": "v1", "agent": {{"name": "pen"}}, "session": {{"id": "s-1"}},
            "git_context": {{"commits": [{commits}]}}, "model": {{"primary": "owl-4", "provider": "birch"}},
            "raw_session": {{"main": ["what was said"]}}}}}}"#
        );
        shop.0.write_file("session.json", &text);
    };
    let record = ["record", "session", "session.json"];
    let head = shop.0.tip("topic");
    session(&format!("\"{} Add b\", \"{}\"", &head[..8], "7".repeat(40)));
    let said = shop.says(&record, 0);
    assert!(said.contains("pen wrote 1 commit with owl-4"), "{said}");
    session("\"7777777 Gone\"");
    let said = shop.says(&record, 2);
    assert!(
        said.contains("the session names no commit of this repository"),
        "{said}"
    );
    shop.0.write_file("session.json", "[]");
    let said = shop.says(&record, 2);
    assert!(said.contains("the file is of no known form"), "{said}");
}
