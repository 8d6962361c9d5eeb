//! Pipelines from programs, and what is refused.

use super::file::{Existing, write};
use super::{Pipeline, PipelineError, Plan, Shared, of_program, text};
use crate::program::Loaded;

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
repositories:
  - {name: shop, path: ., branch: main, forge: \"github:larkspur/shop\"}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
assignments: {ada: all}
";

fn plan(more: &str, pipeline: Pipeline) -> Result<Plan, PipelineError> {
    let text = format!("{PROGRAM}{more}");
    let text = match pipeline {
        Pipeline::Github | Pipeline::GithubAgain => text,
        Pipeline::Gitlab => text.replace("github:", "gitlab:"),
    };
    let program = Loaded::draft(text).unwrap().program;
    let forge = program.repositories[0].forge.as_ref();
    of_program(&program, ("shop", "main"), forge, pipeline)
}

#[test]
fn a_ledger_is_told_by_its_place() {
    let check = |place: &str, expect: Option<Shared>| {
        let found = plan(&format!("ledger: {place}\n"), Pipeline::Github);
        assert_eq!(found.ok().map(|plan| plan.ledger), expect, "{place}");
    };
    check("git+origin", Some(Shared::Here));
    check(
        "git+https://github.com/Larkspur/shop.git",
        Some(Shared::Here),
    );
    check(
        "git+https://github.com/larkspur/log",
        Some(Shared::Http("https://github.com".into())),
    );
    check("git+ssh://git@git.example/log", Some(Shared::Git));
    check("s3://audit-log/shop", Some(Shared::Bucket));
    check("git+elsewhere", None);
    check("folder", None);
    assert!(matches!(
        plan("", Pipeline::Github),
        Err(PipelineError::NotShared)
    ));
    assert!(matches!(
        plan("", Pipeline::Gitlab),
        Err(PipelineError::NotShared)
    ));
}

#[test]
fn a_gate_that_does_not_wait_is_not_run_again() {
    let check = |controls: &str| {
        plan(
            &format!("ledger: git+origin\n{controls}"),
            Pipeline::GithubAgain,
        )
    };
    assert!(matches!(check(""), Err(PipelineError::NoWait)));
    assert!(check("controls: {CR-8: in use}\n").is_ok());
}

#[test]
fn what_would_be_read_as_something_else_stands_in_no_pipeline() {
    let program = Loaded::draft(format!("{PROGRAM}ledger: git+origin\n"))
        .unwrap()
        .program;
    for branch in ["a\"b", "${{x}}", "a b", "-x", "release/+1", "$(x)"] {
        let forge = program.repositories[0].forge.as_ref();
        let refused = of_program(&program, ("shop", branch), forge, Pipeline::Github);
        assert!(
            matches!(refused, Err(PipelineError::Name { .. })),
            "{branch}"
        );
    }
}

#[test]
fn the_pipeline_is_that_of_the_forge() {
    let program = Loaded::draft(format!("{PROGRAM}ledger: git+origin\n"))
        .unwrap()
        .program;
    let forge = program.repositories[0].forge.as_ref();
    let of = |forge, pipeline| of_program(&program, ("shop", "main"), forge, pipeline);
    for pipeline in [Pipeline::Github, Pipeline::Gitlab] {
        let refused = of(None, pipeline);
        assert!(matches!(refused, Err(PipelineError::NoForge { .. })));
    }
    let refused = of(forge, Pipeline::Gitlab);
    assert!(matches!(refused, Err(PipelineError::OtherForge { .. })));
}

#[test]
fn the_gate_of_gitlab_names_the_role_that_reads_protection() {
    let of = |controls: &str| {
        let more =
            format!("ledger: git+ssh://git@git.example/log\ncontrols: {{{controls}: in use}}\n");
        text(Pipeline::Gitlab, &plan(&more, Pipeline::Gitlab).unwrap())
    };
    assert!(of("CR-1").contains("of the role Maintainer"));
    assert!(!of("CR-4").contains("Maintainer"));
}

#[test]
fn a_ledger_in_the_project_itself_is_told_by_its_address() {
    let of = |place: &str| {
        let more = format!("ledger: {place}\n");
        plan(&more, Pipeline::Gitlab).unwrap().ledger
    };
    assert_eq!(of("git+https://gitlab.com/larkspur/shop.git"), Shared::Here);
    let log = Shared::Http("https://gitlab.com".into());
    assert_eq!(of("git+https://gitlab.com/larkspur/log"), log);
}

#[test]
fn a_pipeline_replaces_no_other_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".github/workflows/countersign.yml");
    let written = |text, existing| write(&file, text, existing).is_ok();
    assert!(written("a", Existing::Kept));
    assert!(written("a", Existing::Kept));
    assert!(!written("b", Existing::Kept));
    assert!(written("b", Existing::Replaced));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "b");
}

#[test]
fn the_gate_of_github_with_its_ledger_in_the_repository() {
    let plan = plan("ledger: git+origin\n", Pipeline::Github).unwrap();
    insta::assert_snapshot!(text(Pipeline::Github, &plan), @r#"
    # Written by `countersign ci github`: runs the merge gate on each pull request to main.
    # It binds nobody before the check `countersign` of GitHub Actions is required on main.
    #
    # Whoever may push a branch here can write a workflow that prints these secrets:
    #   COUNTERSIGN_LOG_KEY       the text of .countersign/log.key
    name: countersign

    on:
      pull_request:
        branches: ["main"]
        types: [opened, reopened, synchronize, edited, ready_for_review]

    permissions: {}

    concurrency:
      group: countersign-${{ github.event.pull_request.number }}
      cancel-in-progress: true

    jobs:
      countersign:
        # The name of the required check. No `if` stands here: a job that is passed over counts as passed.
        name: countersign
        runs-on: ubuntu-latest
        timeout-minutes: 15
        permissions:
          contents: write # the ledger lies in this repository, on refs/countersign: to append is to push
          pull-requests: read # the request, its reviews and comments
          checks: read # what checks of apps said
          statuses: read # what other checks said
        steps:
          - name: Refuse a request from a fork
            if: github.event.pull_request.head.repo.full_name != github.repository
            run: |
              echo '::error::a fork is given no secret, and the gate needs one: push the branch to this repository'
              exit 1
          - name: Find countersign
            run: |
              # Install it before this line: one version, by its digest.
              countersign --version
          - name: Fetch the branch and the request
            env:
              GIT_CONFIG_COUNT: "1"
              GIT_CONFIG_KEY_0: credential.${{ github.server_url }}.helper
              GIT_CONFIG_VALUE_0: '!f() { test "$1" = get && printf "username=x-access-token\npassword=%s\n" "$GITHUB_TOKEN"; }; f'
              GITHUB_TOKEN: ${{ github.token }}
              BRANCH: ${{ github.event.pull_request.base.ref }}
              NUMBER: ${{ github.event.pull_request.number }}
            run: |
              git init --quiet "$RUNNER_TEMP/shop"
              cd "$RUNNER_TEMP/shop"
              git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git"
              git fetch --quiet --no-tags origin \
                "+refs/heads/$BRANCH:refs/remotes/origin/$BRANCH" \
                "+refs/pull/$NUMBER/*:refs/remotes/pull/$NUMBER/*"
              # The program is that of the branch: a request does not choose the rules, nor the ledger.
              git checkout --quiet --detach "refs/remotes/origin/$BRANCH"
          - name: Decide
            working-directory: ${{ runner.temp }}/shop
            env:
              GIT_CONFIG_COUNT: "1"
              GIT_CONFIG_KEY_0: credential.${{ github.server_url }}.helper
              GIT_CONFIG_VALUE_0: '!f() { test "$1" = get && printf "username=x-access-token\npassword=%s\n" "$GITHUB_TOKEN"; }; f'
              GITHUB_TOKEN: ${{ github.token }}
              COUNTERSIGN_LOG_KEY: ${{ secrets.COUNTERSIGN_LOG_KEY }}
              BRANCH: ${{ github.event.pull_request.base.ref }}
              NUMBER: ${{ github.event.pull_request.number }}
            run: |
              countersign gate merge --request "$NUMBER" --branch "$BRANCH" \
                --check countersign --summary "$GITHUB_STEP_SUMMARY"
    "#);
}

#[test]
fn the_gate_of_github_with_every_rule_and_a_ledger_elsewhere() {
    let more = "ledger: git+https://git.example/log\ncontrols: {CR-1: in use, CR-8: in use, CM-1: in use}\n";
    let plan = plan(more, Pipeline::Github).unwrap();
    insta::assert_snapshot!(text(Pipeline::Github, &plan), @r#"
    # Written by `countersign ci github`: runs the merge gate on each pull request to main.
    # It binds nobody before the check `countersign` of GitHub Actions is required on main.
    #
    # Whoever may push a branch here can write a workflow that prints these secrets:
    #   COUNTERSIGN_LOG_KEY       the text of .countersign/log.key
    #   COUNTERSIGN_LEDGER_TOKEN  may push to the repository of the ledger, and nothing else
    #   COUNTERSIGN_GITHUB_TOKEN  reads who may go around the protection of the branch, which no job's own token
    #                             is shown; what it cannot read is unknown, and unknown blocks
    #
    # A gate that waits fails until the wait is over: run it again then, or let the workflow do so that
    # `countersign ci github-again` writes.
    name: countersign

    on:
      pull_request:
        branches: ["main"]
        types: [opened, reopened, synchronize, edited, ready_for_review]

    permissions: {}

    concurrency:
      group: countersign-${{ github.event.pull_request.number }}
      cancel-in-progress: true

    jobs:
      countersign:
        # The name of the required check. No `if` stands here: a job that is passed over counts as passed.
        name: countersign
        runs-on: ubuntu-latest
        timeout-minutes: 15
        permissions:
          contents: read # the commits
          pull-requests: read # the request, its reviews and comments
          checks: read # what checks of apps said
          statuses: read # what other checks said
          issues: read # its ticket
        steps:
          - name: Refuse a request from a fork
            if: github.event.pull_request.head.repo.full_name != github.repository
            run: |
              echo '::error::a fork is given no secret, and the gate needs one: push the branch to this repository'
              exit 1
          - name: Find countersign
            run: |
              # Install it before this line: one version, by its digest.
              countersign --version
          - name: Fetch the branch and the request
            env:
              GIT_CONFIG_COUNT: "1"
              GIT_CONFIG_KEY_0: credential.${{ github.server_url }}.helper
              GIT_CONFIG_VALUE_0: '!f() { test "$1" = get && printf "username=x-access-token\npassword=%s\n" "$GITHUB_TOKEN"; }; f'
              GITHUB_TOKEN: ${{ github.token }}
              BRANCH: ${{ github.event.pull_request.base.ref }}
              NUMBER: ${{ github.event.pull_request.number }}
            run: |
              git init --quiet "$RUNNER_TEMP/shop"
              cd "$RUNNER_TEMP/shop"
              git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git"
              git fetch --quiet --no-tags origin \
                "+refs/heads/$BRANCH:refs/remotes/origin/$BRANCH" \
                "+refs/pull/$NUMBER/*:refs/remotes/pull/$NUMBER/*"
              # The program is that of the branch: a request does not choose the rules, nor the ledger.
              git checkout --quiet --detach "refs/remotes/origin/$BRANCH"
          - name: Decide
            working-directory: ${{ runner.temp }}/shop
            env:
              GIT_CONFIG_COUNT: "1"
              GIT_CONFIG_KEY_0: credential.https://git.example.helper
              GIT_CONFIG_VALUE_0: '!f() { test "$1" = get && printf "username=countersign\npassword=%s\n" "$COUNTERSIGN_LEDGER_TOKEN"; }; f'
              COUNTERSIGN_LEDGER_TOKEN: ${{ secrets.COUNTERSIGN_LEDGER_TOKEN }}
              GITHUB_TOKEN: ${{ github.token }}
              COUNTERSIGN_GITHUB_TOKEN: ${{ secrets.COUNTERSIGN_GITHUB_TOKEN }}
              COUNTERSIGN_LOG_KEY: ${{ secrets.COUNTERSIGN_LOG_KEY }}
              BRANCH: ${{ github.event.pull_request.base.ref }}
              NUMBER: ${{ github.event.pull_request.number }}
            run: |
              countersign gate merge --request "$NUMBER" --branch "$BRANCH" \
                --check countersign --summary "$GITHUB_STEP_SUMMARY"
    "#);
}

#[test]
fn the_gate_of_gitlab() {
    let more = "ledger: git+origin\ncontrols: {CR-8: in use}\n";
    let plan = plan(more, Pipeline::Gitlab).unwrap();
    insta::assert_snapshot!(text(Pipeline::Gitlab, &plan), @r#"
    # Written by `countersign ci gitlab`: runs the merge gate on each merge request to main.
    # It binds nobody before the project's setting `Pipelines must succeed` is on.
    #
    # Variables of the project, masked and hidden, and not protected, for the branch of a request is not:
    #   COUNTERSIGN_LOG_KEY       the text of .countersign/log.key
    #   COUNTERSIGN_GITLAB_TOKEN  a project access token with `read_api`, for the token of a job may not read merge
    #                             requests, and with `write_repository`, for the ledger lies on refs/countersign here
    #
    # A gate that waits fails until the wait is over: retry the job then.
    countersign:
      rules:
        - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "main"
      interruptible: true
      timeout: 15 minutes
      cache: []
      dependencies: []
      variables:
        GIT_DEPTH: "0"
      script:
        - |
          if [ "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID" != "$CI_MERGE_REQUEST_PROJECT_ID" ]; then
            echo 'a fork is given no secret, and the gate needs one: push the branch to this project'
            exit 1
          fi
        # Install it before this line: one version, by its digest.
        - countersign --version
        # Git itself asks for the token where it needs one, so that it lies in no file and no list of processes.
        - export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="credential.$CI_SERVER_URL.helper"
        - |
          export GIT_CONFIG_VALUE_0='!f() { test "$1" = get && printf "username=countersign\npassword=%s\n" "$COUNTERSIGN_GITLAB_TOKEN"; }; f'
        - git remote set-url origin "$CI_PROJECT_URL.git"
        - |
          git fetch --quiet --no-tags origin \
            "+refs/heads/main:refs/remotes/origin/main" \
            "+refs/merge-requests/$CI_MERGE_REQUEST_IID/*:refs/remotes/request/*"
        # The program is that of the branch: a request does not choose the rules, nor the ledger.
        - git checkout --quiet --detach refs/remotes/origin/main
        - countersign gate merge --request "$CI_MERGE_REQUEST_IID" --branch main --check countersign
    "#);
}

#[test]
fn the_gate_of_gitlab_with_its_ledger_in_a_bucket() {
    let plan = plan("ledger: s3://audit-log/shop\n", Pipeline::Gitlab).unwrap();
    insta::assert_snapshot!(text(Pipeline::Gitlab, &plan), @r#"
    # Written by `countersign ci gitlab`: runs the merge gate on each merge request to main.
    # It binds nobody before the project's setting `Pipelines must succeed` is on.
    #
    # Variables of the project, masked and hidden, and not protected, for the branch of a request is not:
    #   COUNTERSIGN_LOG_KEY       the text of .countersign/log.key
    #   COUNTERSIGN_GITLAB_TOKEN  a project access token with `read_api` and `read_repository`, for the token of a
    #                             job may not read merge requests
    #   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION  of who appends to the ledger
    countersign:
      rules:
        - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "main"
      interruptible: true
      timeout: 15 minutes
      cache: []
      dependencies: []
      variables:
        GIT_DEPTH: "0"
      script:
        - |
          if [ "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID" != "$CI_MERGE_REQUEST_PROJECT_ID" ]; then
            echo 'a fork is given no secret, and the gate needs one: push the branch to this project'
            exit 1
          fi
        # Install it before this line: one version, by its digest.
        - countersign --version
        # Git itself asks for the token where it needs one, so that it lies in no file and no list of processes.
        - export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="credential.$CI_SERVER_URL.helper"
        - |
          export GIT_CONFIG_VALUE_0='!f() { test "$1" = get && printf "username=countersign\npassword=%s\n" "$COUNTERSIGN_GITLAB_TOKEN"; }; f'
        - git remote set-url origin "$CI_PROJECT_URL.git"
        - |
          git fetch --quiet --no-tags origin \
            "+refs/heads/main:refs/remotes/origin/main" \
            "+refs/merge-requests/$CI_MERGE_REQUEST_IID/*:refs/remotes/request/*"
        # The program is that of the branch: a request does not choose the rules, nor the ledger.
        - git checkout --quiet --detach refs/remotes/origin/main
        - countersign gate merge --request "$CI_MERGE_REQUEST_IID" --branch main --check countersign
    "#);
}

#[test]
fn a_ledger_at_the_same_server_is_not_offered_the_token_of_the_job() {
    let more = "ledger: git+https://github.com/larkspur/log\n";
    let of = |pipeline| text(pipeline, &plan(more, pipeline).unwrap());
    let (github, gitlab) = (of(Pipeline::Github), of(Pipeline::Gitlab));
    let (_, decide) = github.split_once("name: Decide").unwrap();
    assert!(decide.contains("KEY_0: credential.https://github.com.helper"));
    assert!(!decide.contains("x-access-token") && github.contains("contents: read"));
    let (before, after) = gitlab.split_once("git checkout").unwrap();
    assert!(before.contains("$COUNTERSIGN_GITLAB_TOKEN\"") && !before.contains("LEDGER_TOKEN\""));
    assert!(after.contains("$COUNTERSIGN_LEDGER_TOKEN\""));
}
