//! The job of GitLab CI.

use super::{Plan, Shared};

/// Returns the job that runs the gate on each merge request.
pub(super) fn gate(plan: &Plan) -> String {
    let mut text = HEAD.to_owned();
    text += match &plan.ledger {
        Shared::Here => TOKEN_PUSHES,
        Shared::Git | Shared::Http(_) | Shared::Bucket => TOKEN_READS,
    };
    if plan.reads_protection {
        text += MAINTAINER;
    }
    text += match &plan.ledger {
        Shared::Here | Shared::Git => "",
        Shared::Http(_) => LEDGER_TOKEN,
        Shared::Bucket => BUCKET_KEYS,
    };
    if plan.waits {
        text += AGAIN;
    }
    text += JOB;
    text += FETCH;
    if let Shared::Http(server) = &plan.ledger {
        text += &LEDGER_LOGIN.replace("{server}", server);
    }
    text += DECIDE;
    text.replace("{branch}", &plan.branch)
}

const HEAD: &str = "\
# Written by `countersign ci gitlab`: runs the merge gate on each merge request to {branch}.
# It binds nobody before the project's setting `Pipelines must succeed` is on.
#
# Variables of the project, masked and hidden, and not protected, for the branch of a request is not:
#   COUNTERSIGN_LOG_KEY       the text of .countersign/log.key
";
const TOKEN_PUSHES: &str = "\
#   COUNTERSIGN_GITLAB_TOKEN  a project access token with `read_api`, for the token of a job may not read merge
#                             requests, and with `write_repository`, for the ledger lies on refs/countersign here
";
const TOKEN_READS: &str = "\
#   COUNTERSIGN_GITLAB_TOKEN  a project access token with `read_api` and `read_repository`, for the token of a
#                             job may not read merge requests
";
const MAINTAINER: &str = "\
#                             and of the role Maintainer, to which alone GitLab shows what protects the branch
";
const LEDGER_TOKEN: &str = "\
#   COUNTERSIGN_LEDGER_TOKEN  may push to the repository of the ledger, and nothing else
";
const BUCKET_KEYS: &str = "\
#   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION  of who appends to the ledger
";
const AGAIN: &str = "\
#
# A gate that waits fails until the wait is over: retry the job then.
";

const JOB: &str = r#"countersign:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "{branch}"
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
"#;

const FETCH: &str = r#"    - git remote set-url origin "$CI_PROJECT_URL.git"
    - |
      git fetch --quiet --no-tags origin \
        "+refs/heads/{branch}:refs/remotes/origin/{branch}" \
        "+refs/merge-requests/$CI_MERGE_REQUEST_IID/*:refs/remotes/request/*"
    # The program is that of the branch: a request does not choose the rules, nor the ledger.
    - git checkout --quiet --detach refs/remotes/origin/{branch}
"#;

/// A ledger elsewhere may be at the same server: from here on git is not offered the token of the project.
const LEDGER_LOGIN: &str = r#"    - export GIT_CONFIG_KEY_0="credential.{server}.helper"
    - |
      export GIT_CONFIG_VALUE_0='!f() { test "$1" = get && printf "username=countersign\npassword=%s\n" "$COUNTERSIGN_LEDGER_TOKEN"; }; f'
"#;

const DECIDE: &str = r#"    - countersign gate merge --request "$CI_MERGE_REQUEST_IID" --branch {branch} --check countersign
"#;
