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
    let both = of_command.env("COUNTERSIGN_GITLAB_TOKEN", TOKEN);
    assert!(says(&both, 4).contains("are both set: unset one of them"));
    let wrong = runner(&company).env("COUNTERSIGN_GITLAB_TOKEN", "glpat-of-eve");
    assert!(says(&wrong, 4).contains("COUNTERSIGN_GITLAB_TOKEN"));
    // To nobody the project is there.
    assert!(says(&runner(&company), 4).contains("it lacks read_api and the role Reporter"));
}

#[test]
fn the_token_of_a_job_reads_no_request() {
    let company = Company::new(CONTROLS);
    let of_job = || runner(&company).env("CI_JOB_TOKEN", JOB_TOKEN);
    let own = of_job().env("CI_API_V4_URL", &company.gitlab.base());
    assert!(says(&own, 4).contains("a token other than a CI job's"));
    // To another API than that of its job it does not go.
    let other = of_job().env("CI_API_V4_URL", "https://gitlab.com/api/v4");
    let said = says(&other, 4);
    assert!(
        !said.contains("a CI job's") && said.contains("read_api"),
        "{said}"
    );
}
