//! The gate asks, and answers, in the name of a GitHub App.

use crate::company::Company;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use testkit::Runner;
use testkit::emulate::APP;

const CONTROLS: &str = "  CR-4: in use\n";

#[test]
fn an_app_asks_and_publishes() {
    let Some((company, key)) = Company::with_app(CONTROLS) else {
        return;
    };
    company.open("");
    let file = company.repo.beside("app").join("key.pem");
    fs::write(&file, &key).unwrap();
    let app = || {
        Runner::new(env!("CARGO_BIN_EXE_countersign"))
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("COUNTERSIGN_GITHUB_APP", APP)
            .in_dir(company.repo.path())
    };
    let gate = ["gate", "merge", "--request", "1", "--publish", "check-run"];
    let refused = |runner: Runner, expected: &str| {
        let run = runner.run(gate).expect_code(2);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    };
    refused(app(), "neither COUNTERSIGN_GITHUB_APP_KEY nor");
    refused(
        app().env("COUNTERSIGN_GITHUB_APP_KEY", "ghp_1"),
        "the key is no RSA private key in PEM",
    );
    refused(
        app().env("COUNTERSIGN_GITHUB_TOKEN", "ghp_1"),
        "are both set\nhint: unset one of them",
    );
    let in_file = || app().env("COUNTERSIGN_GITHUB_APP_KEY_FILE", &file);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    refused(
        in_file(),
        "may be read by others: its mode is 644\nhint: chmod 600 it",
    );
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let run = in_file().run(gate).expect_code(0);
    assert!(run.stdout.contains("1 rule: 0 failed"), "{}", run.stdout);
    // emulate calls the head by another name.
    let request = company.look("pulls/1");
    let theirs = request["head"]["sha"].as_str().unwrap();
    let runs = company.look(&format!("commits/{theirs}/check-runs"));
    assert_eq!(runs["check_runs"][0]["name"], "countersign");
    assert_eq!(runs["check_runs"][0]["conclusion"], "success");
}
