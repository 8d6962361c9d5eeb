//! Where the token of GitLab comes from, and where it does not go.

use crate::company::Company;
use testkit::Runner;
use testkit::gitlab::{JOB_TOKEN, TOKEN};

const CONTROLS: &str = "  CR-4: in use\n";

fn runner(company: &Company) -> Runner {
    Runner::new(env!("CARGO_BIN_EXE_countersign"))
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .in_dir(company.repo.path())
}

fn says(runner: &Runner, code: i32) -> String {
    let run = runner
        .run(["gate", "merge", "--request", "1"])
        .expect_code(code);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(
        !said.contains("glpat-") && !said.contains("glcbt-"),
        "{said}"
    );
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_token_comes_from_a_variable_or_a_command() {
    let mut company = Company::new(CONTROLS);
    company.change(|request| request.is_draft = false);
    let command = format!("printf {TOKEN}");
    let of_command = runner(&company).env("COUNTERSIGN_GITLAB_TOKEN_COMMAND", &command);
    assert!(says(&of_command, 0).contains("pass CR-4"));
    let command = runner(&company).env("COUNTERSIGN_GITLAB_TOKEN_COMMAND", "echo glpat-; exit 3");
    let said = says(&command, 4);
    let words = "the command in COUNTERSIGN_GITLAB_TOKEN_COMMAND gives no token: exit status: 3 \
                 hint: run it with sh -c by hand";
    assert!(said.contains(words), "{said}");
    let both = of_command.env("COUNTERSIGN_GITLAB_TOKEN", TOKEN);
    assert!(says(&both, 2).contains("are both set hint: unset one of them"));
    let wrong = runner(&company).env("COUNTERSIGN_GITLAB_TOKEN", "glpat-of-eve");
    assert!(says(&wrong, 4).contains("COUNTERSIGN_GITLAB_TOKEN"));
    // To nobody the project is there.
    assert!(
        says(&runner(&company), 4).contains("or the token lacks read_api and the role Reporter")
    );
}

#[test]
fn a_gate_that_cannot_ask_begins_no_log() {
    let company = Company::new(CONTROLS);
    let log = company.repo.path().join(".countersign");
    says(&runner(&company), 4);
    let wrong = runner(&company).env("COUNTERSIGN_GITLAB_TOKEN", "glpat-of-eve");
    says(&wrong, 4);
    assert!(!log.exists());
    says(&runner(&company).env("COUNTERSIGN_GITLAB_TOKEN", TOKEN), 1);
    assert!(log.is_dir());
}

#[test]
fn a_token_does_not_go_where_only_the_program_points() {
    let company = Company::new(CONTROLS);
    let program = company.repo.path().join("countersign.yaml");
    let text = std::fs::read_to_string(&program).unwrap();
    let elsewhere = "https://git.elsewhere.example/api/v4";
    let file = company.repo.beside("other").join("other.yaml");
    std::fs::write(&file, text.replace(&company.gitlab.base(), elsewhere)).unwrap();
    let runner = runner(&company).env("COUNTERSIGN_GITLAB_TOKEN", TOKEN);
    let arguments = ["gate", "merge", "--request", "1", "--program"];
    let run = runner.run([&arguments[..], &[file.to_str().unwrap()]].concat());
    let said = run.expect_code(2).stderr;
    let said: Vec<&str> = said.split_whitespace().collect();
    let said = said.join(" ");
    assert!(
        said.contains(
            "the token of GitLab is not for it hint: set COUNTERSIGN_GITLAB_API to that address if it is"
        ),
        "{said}"
    );
}

#[test]
fn the_token_of_a_job_reads_no_request() {
    let company = Company::new(CONTROLS);
    let of_job = || runner(&company).env("CI_JOB_TOKEN", JOB_TOKEN);
    let own = of_job().env("CI_API_V4_URL", company.gitlab.base());
    assert!(says(&own, 4).contains("a token other than a CI job's"));
    // To another API than that of its job it does not go.
    let other = of_job().env("CI_API_V4_URL", "https://gitlab.com/api/v4");
    let said = says(&other, 4);
    assert!(
        !said.contains("a CI job's") && said.contains("read_api"),
        "{said}"
    );
}
