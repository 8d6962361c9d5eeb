//! The workflows of GitHub Actions.

use super::{Plan, Shared};

/// Returns the workflow that runs the gate on each pull request.
pub(super) fn gate(plan: &Plan) -> String {
    let mut text = head(plan);
    text += EVENT;
    text += &permissions(plan);
    text += "    steps:\n";
    text += REFUSE_FORKS;
    text += FIND;
    text += &fetch();
    text += &decide(plan);
    text.replace("{branch}", &plan.branch)
        .replace("{repository}", &plan.repository)
}

fn head(plan: &Plan) -> String {
    let mut text = "\
# Written by `countersign ci github`: runs the merge gate on each pull request to {branch}.
# It binds nobody before the check `countersign` of GitHub Actions is required on {branch}.
#
# Whoever may push a branch here can write a workflow that prints these secrets:
#   COUNTERSIGN_LOG_KEY       the text of .countersign/log.key
"
    .to_owned();
    text += match &plan.ledger {
        Shared::Here | Shared::Git => "",
        Shared::Http(_) => LEDGER_TOKEN,
        Shared::Bucket => BUCKET_KEYS,
    };
    if plan.reads_protection {
        text += API_TOKEN;
    }
    if plan.waits {
        text += AGAIN;
    }
    text
}

const LEDGER_TOKEN: &str =
    "#   COUNTERSIGN_LEDGER_TOKEN  may push to the repository of the ledger, and nothing else\n";
const BUCKET_KEYS: &str = "\
#   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY  of who appends to the ledger; its region is the variable AWS_REGION
";
const API_TOKEN: &str = "\
#   COUNTERSIGN_GITHUB_TOKEN  reads who may go around the protection of the branch, which no job's own token
#                             is shown; what it cannot read is unknown, and unknown blocks
";
const AGAIN: &str = "\
#
# A gate that waits fails until the wait is over: run it again then, or let the workflow do so that
# `countersign ci github-again` writes.
";

const EVENT: &str = "\
name: countersign

on:
  pull_request:
    branches: [\"{branch}\"]
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
";

fn permissions(plan: &Plan) -> String {
    let mut text = "    permissions:\n".to_owned();
    text += match plan.ledger {
        Shared::Here => CONTENTS_WRITE,
        Shared::Http(_) | Shared::Git | Shared::Bucket => CONTENTS_READ,
    };
    text += READ;
    if plan.reads_tickets {
        text += "      issues: read # its ticket\n";
    }
    text
}

const CONTENTS_READ: &str = "      contents: read # the commits\n";
const CONTENTS_WRITE: &str = "      contents: write # the ledger lies in this repository, on refs/countersign: to append is to push\n";
const READ: &str = "\
\x20     pull-requests: read # the request, its reviews and comments
      checks: read # what checks of apps said
      statuses: read # what other checks said
";

const REFUSE_FORKS: &str = "\
\x20     - name: Refuse a request from a fork
        if: github.event.pull_request.head.repo.full_name != github.repository
        run: |
          echo '::error::a fork is given no secret, and the gate needs one: push the branch to this repository'
          exit 1
";

const FIND: &str = "\
\x20     - name: Find countersign
        run: |
          # Install it before this line: one version, by its digest.
          countersign --version
";

/// Git itself asks for the token where it needs one, so that it lies in no file and no list of processes.
const LOGIN: &str = r#"          GIT_CONFIG_COUNT: "1"
          GIT_CONFIG_KEY_0: credential.${{ github.server_url }}.helper
          GIT_CONFIG_VALUE_0: '!f() { test "$1" = get && printf "username=x-access-token\npassword=%s\n" "$GITHUB_TOKEN"; }; f'
          GITHUB_TOKEN: ${{ github.token }}
"#;

fn fetch() -> String {
    let step = "\
\x20     - name: Fetch the branch and the request
        env:
{login}          BRANCH: ${{ github.event.pull_request.base.ref }}
          NUMBER: ${{ github.event.pull_request.number }}
        run: |
          git init --quiet \"$RUNNER_TEMP/{repository}\"
          cd \"$RUNNER_TEMP/{repository}\"
          git remote add origin \"$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git\"
          git fetch --quiet --no-tags origin \\
            \"+refs/heads/$BRANCH:refs/remotes/origin/$BRANCH\" \\
            \"+refs/pull/$NUMBER/*:refs/remotes/pull/$NUMBER/*\"
          # The program is that of the branch: a request does not choose the rules, nor the ledger.
          git checkout --quiet --detach \"refs/remotes/origin/$BRANCH\"
";
    step.replace("{login}", LOGIN)
}

fn decide(plan: &Plan) -> String {
    let mut text = "\
\x20     - name: Decide
        working-directory: ${{ runner.temp }}/{repository}
        env:
"
    .to_owned();
    text += &ledger_login(plan);
    if plan.reads_protection {
        text += "          COUNTERSIGN_GITHUB_TOKEN: ${{ secrets.COUNTERSIGN_GITHUB_TOKEN }}\n";
    }
    text += "          COUNTERSIGN_LOG_KEY: ${{ secrets.COUNTERSIGN_LOG_KEY }}
          BRANCH: ${{ github.event.pull_request.base.ref }}
          NUMBER: ${{ github.event.pull_request.number }}
        run: |
          countersign gate merge --request \"$NUMBER\" --branch \"$BRANCH\" \\
            --check countersign --summary \"$GITHUB_STEP_SUMMARY\"
";
    text
}

/// A ledger elsewhere may be at the same server: there git is not offered the token of the job, which may not push.
fn ledger_login(plan: &Plan) -> String {
    let elsewhere =
        |login: &str| format!("{login}          GITHUB_TOKEN: ${{{{ github.token }}}}\n");
    match &plan.ledger {
        Shared::Here => LOGIN.to_owned(),
        Shared::Git => elsewhere(""),
        Shared::Http(server) => elsewhere(&LEDGER_LOGIN.replace("{server}", server)),
        Shared::Bucket => elsewhere(BUCKET_LOGIN),
    }
}

const LEDGER_LOGIN: &str = r#"          GIT_CONFIG_COUNT: "1"
          GIT_CONFIG_KEY_0: credential.{server}.helper
          GIT_CONFIG_VALUE_0: '!f() { test "$1" = get && printf "username=countersign\npassword=%s\n" "$COUNTERSIGN_LEDGER_TOKEN"; }; f'
          COUNTERSIGN_LEDGER_TOKEN: ${{ secrets.COUNTERSIGN_LEDGER_TOKEN }}
"#;
const BUCKET_LOGIN: &str = "          AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}
          AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
          AWS_REGION: ${{ vars.AWS_REGION }}
";

/// Returns the workflow that runs blocked gates again.
///
/// It is a file of its own: in that of the gate, a run by the clock would pass the gate over, and what is passed over
/// counts as passed.
pub(super) fn again() -> String {
    AGAIN_FILE.to_owned()
}

const AGAIN_FILE: &str = r#"# Written by `countersign ci github-again`: runs gates again that failed, so that they pass once their wait is over.
# GitHub runs a run again 50 times at most, and none that is older than 30 days.
name: countersign again

on:
  schedule:
    - cron: "17 */2 * * *"
  workflow_dispatch:

permissions: {}

concurrency:
  group: countersign-again
  cancel-in-progress: false

jobs:
  again:
    name: run failed gates again
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      actions: write # to run a run again is to write to it
      pull-requests: read # which are open
    steps:
      - name: Run the last gate of each open request again
        env:
          GH_TOKEN: ${{ github.token }}
          GH_REPO: ${{ github.repository }}
        run: |
          gh pr list --state open --limit 200 --json headRefOid --jq '.[].headRefOid' > "$RUNNER_TEMP/heads"
          while read -r head; do
            run=$(gh run list --workflow countersign --event pull_request --commit "$head" \
              --limit 1 --json databaseId,conclusion --jq '.[] | select(.conclusion == "failure") | .databaseId')
            if [ -n "$run" ]; then gh run rerun "$run"; fi
          done < "$RUNNER_TEMP/heads"
"#;
