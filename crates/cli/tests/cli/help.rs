//! Every help text in one snapshot.

use crate::runner;

#[test]
fn every_help_text() {
    let commands = [
        "",
        "init",
        "check",
        "collect",
        "collect webhook",
        "audit",
        "verify",
        "plan",
        "gate",
        "gate merge",
        "gate push",
        "protect",
        "review",
        "review calibrate",
        "self-review",
        "record check",
        "record disposition",
        "record session",
        "ci",
        "ledger",
        "ledger status",
        "ledger verify",
        "ledger prove",
        "ledger interval",
        "ledger witness",
        "ledger witness add",
        "ledger cosign",
        "ledger timestamp",
        "ledger conflict",
        "ledger erase",
        "ledger export",
        "ledger rebuild",
        "ledger key",
        "ledger key show",
        "ledger key rotate",
        "ledger key revoke",
        "ledger key lost",
        "witness",
        "witness init",
        "witness log",
        "witness log add",
        "witness log list",
        "witness log remove",
        "witness serve",
        "schema",
    ];
    let help = |command: &&str| {
        let arguments = command.split_whitespace().chain(["--help"]);
        let run = runner().run(arguments).expect_code(0);
        format!("# countersign {command}\n{}\n", run.stdout)
    };
    let all: String = commands.iter().map(help).collect();
    insta::assert_snapshot!(all, @r#"
    # countersign 
    The second signature for a company of one: enforce, watch, record and prove the
    checkpoints that stand in for a second person

    Usage: countersign <COMMAND>

    Commands:
      init         Draft countersign.yaml from what the repository shows
      check        Validate the program and prove that its merge gate can be passed
      collect      Record the state of a repository in the ledger
      record       Record the report of a check, an answer to a finding, or an AI
                   coding session
      gate         Decide whether a request, or a push to a server of git, may land
      review       Let an AI reviewer of the program read a request or a range of
                   commits, and record it
      self-review  Read the final difference of a request again, and sign what you
                   found
      ci           Write the pipeline file that runs the merge gate in CI
      protect      Set the protection that the program asks for, and try it
      audit        Test every control on every change of a period and write the
                   report
      verify       Check a report offline, byte by byte and decision by decision
      ledger       Look at the log, verify it, prove a leaf, have it signed outside
      plan         Show what the next hires would change
      witness      Cosign the logs of others, so that they cannot be rewritten
                   unseen
      schema       Print a JSON Schema
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Exit codes:
      0   pass; for audit and collect: it ran to its end
      1   fail
      2   usage, or a fault in a file that you wrote
      3   unknown: evidence is absent, or a question is open
      4   a source or the ledger cannot be reached
      70  a bug of Countersign

    # countersign init
    Draft countersign.yaml from what the repository shows.

    Groups authors and their addresses into likely principals, finds bots, AI
    assistants, CI files, infrastructure code, container files, lock files and
    scanners. What only you can answer is a question that begins with ??; `check`
    lists those still open. On a terminal it asks them. It never overwrites a file.

    Usage: countersign init [OPTIONS] [REPO]

    Arguments:
      [REPO]
              The git repository, or a folder inside it
              
              [default: .]

    Options:
          --non-interactive
              Ask nothing and leave the questions in the file

          --out <FILE>
              Where to write; default: countersign.yaml in the repository

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign init --non-interactive
      countersign check

    # countersign check
    Validate the program and prove that its merge gate can be passed

    Every fault of the file is shown at once with its place and its mend. For each
    class of risk and each author it says who does what to get a change through the
    merge gate, or names the smallest set of rules that contradict each other.

    Exits with 1 where one principal holds both duties of a conflict and no control
    compensates it, or where the rules lock an author out; with 3 where a duty has
    no holder, a question is open, or nothing is proven of the gate; with 2 where
    the file has faults.

    Usage: countersign check [OPTIONS] [FILE]

    Arguments:
      [FILE]
              The program
              
              [default: countersign.yaml]

    Options:
          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people, in a terminal
              - json: For machines
              - html: For people, in a browser
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign check
      countersign check --format html > matrix.html

    # countersign collect
    Record the state of a repository in the ledger.

    Appends the program and an observation: the population of changes, and every
    branch with its tip. A waiting period is shown by such records: one that holds
    the final head of a request, and a later one in which the branch does not hold
    it yet. Where the program names the forge of the repository, it is asked too:
    what protects the branch, and each request that changed. What it does not answer
    is told, and exits with 4.

    Usage: countersign collect [OPTIONS] [REPO]
           countersign collect <COMMAND>

    Commands:
      webhook  Record deliveries of the forge's webhook in the ledger
      help     Print this message or the help of the given subcommand(s)

    Arguments:
      [REPO]
              The git repository, or a folder inside it; default: each repository of
              the program, else the one you stand in

    Options:
          --program <FILE>
              The program; default: countersign.yaml in the repository, else a draft
              of one

          --branch <NAME>
              The protected branch; default: the program's, else the repository's
              own

          --period <PERIOD>
              The observation period: all, 2026, 2026-Q2, 2026-H1, 2026-05 or
              FROM..TO; default: the program's, else the last 365 days

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

          --no-cosign
              Ask no outsider of the program to sign the ledger

          --no-forge
              Ask no forge for the requests of the repository

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example, each hour:
      countersign collect

    # countersign collect webhook
    Record deliveries of the forge's webhook in the ledger.

    A file holds a delivery as an HTTP request, its headers and an empty line before
    the body, or a body alone whose headers the options say. The secret comes from
    COUNTERSIGN_WEBHOOK_SECRET or from a file. A body whose signature is wrong, or
    that is about another repository, is not recorded, and with it none of the
    files. The same body is recorded once.

    Usage: countersign collect webhook [OPTIONS] <FILE>...

    Arguments:
      <FILE>...
              The files; - is standard input

    Options:
          --event <NAME>
              What X-GitHub-Event said, of a body alone

          --signature <SIGNATURE>
              What X-Hub-Signature-256 said, of a body alone

          --delivery <ID>
              What X-GitHub-Delivery said, of a body alone

          --secret-file <FILE>
              The file with the secret of the webhook, which nobody but you may read

          --repository <REPO>
              The git repository, or a folder inside it
              
              [default: .]

          --program <FILE>
              The program; default: countersign.yaml in the repository

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign collect webhook deliveries/*.http
      countersign collect webhook body.json --event push --signature sha256=…

    # countersign audit
    Test every control on every change of a period and write the report.

    Reads the history of the protected branch, decides each change, concludes each
    control, appends program, observation and decisions to the ledger, and writes
    index.html, report.pdf, audit.json and changes.csv. Without --enforce it exits
    with 0 when the report was written and verified, whatever the report concludes.

    Usage: countersign audit [OPTIONS] [REPO]

    Arguments:
      [REPO]
              The git repository, or a folder inside it; default: each repository of
              the program, else the one you stand in

    Options:
          --program <FILE>
              The program; default: countersign.yaml in the repository, else a draft
              of one

          --branch <NAME>
              The protected branch; default: the program's, else the repository's
              own

          --period <PERIOD>
              The observation period: all, 2026, 2026-Q2, 2026-H1, 2026-05 or
              FROM..TO; default: the program's, else the last 365 days

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

          --no-cosign
              Ask no outsider of the program to sign the ledger

          --out <DIR>
              The folder of the report
              
              [default: report]

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

          --enforce
              Exit with the verdict: 1 where a control is ineffective, 3 where one
              is not evidenced

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign audit --period 2026-H1 --out report
      countersign verify report

    # countersign verify
    Check a report offline, byte by byte and decision by decision.

    Re-hashes every leaf of the log, makes every decision again from the recorded
    facts, renders the report again and names the first byte that does not fit.
    Needs neither the repository nor the network.

    Usage: countersign verify [OPTIONS] [DIR]

    Arguments:
      [DIR]
              The folder of the report, or of the reports on several repositories
              
              [default: report]

    Options:
          --trust <FILE>
              Verifier keys that you got from somebody else than the audited
              company, one a line

          --seen <PATH>
              A checkpoint of the log that you kept from before, or the folder of an
              earlier report: a log that does not extend it fails

          --conflict <FILE>
              Where to write the proof, if the log was rewritten since

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign verify report --trust keys.txt

    # countersign plan
    Show what the next hires would change.

    Each hire comes on top of those before: conflicts that end, conflicts in which a
    second person can now take the second duty, conflicts that remain, controls that
    may retire.

    Usage: countersign plan [OPTIONS] [FILE]

    Arguments:
      [FILE]
              The program
              
              [default: countersign.yaml]

    Options:
          --hire <ROLE>
              A role of the hiring plan, or one that ships with Countersign;
              default: the whole hiring plan

          --takes <FUNCTION>
              A duty that passes to the hire, instead of those of the hiring plan;
              with one --hire

          --shares <FUNCTION>
              A duty that the hire holds beside today's holders; with one --hire

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign plan --hire "senior engineer"
      countersign plan --hire "site reliability engineer" --takes "production
      deployment"

    # countersign gate
    Decide whether a request, or a push to a server of git, may land

    Usage: countersign gate <COMMAND>

    Commands:
      merge  Decide whether a request may land now
      push   Decide whether a server of git may take a push
      help   Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    # countersign gate merge
    Decide whether a request may land now.

    Asks the forge about the request and about what protects its branch, records
    both in the ledger, decides every rule that the program turns on, and records
    the decision before it is told. The program is the one on the protected branch:
    a request does not choose the rules that judge it. A rule that waits fails until
    the wait is over.

    Usage: countersign gate merge [OPTIONS] --request <NUMBER> [REPO]

    Arguments:
      [REPO]
              The git repository, or a folder inside it; it must hold the commits of
              the request
              
              [default: .]

    Options:
          --request <NUMBER>
              The number of the request

          --program <FILE>
              The program; default: countersign.yaml on the protected branch

          --branch <NAME>
              The protected branch; default: the program's, else the repository's
              own

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

          --check <NAME>
              The name of the required check as which this gate runs: its own result
              is not awaited
              
              [default: countersign]

          --publish <HOW>
              Publish the answer on the head of the request, under the name of
              --check. A job of CI is such a check itself, and needs none

              Possible values:
              - check-run: The run of a check at GitHub, with the token of an app: a
                rule can pin it to that app
              - status:    A status, which everybody can set who may push; at GitLab
                with the scope api

          --summary <FILE>
              A file to which the answer is appended as Markdown, such as
              $GITHUB_STEP_SUMMARY

          --no-cosign
              Ask no outsider of the program to sign the ledger

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example, in a job of CI on a pull request:
      countersign gate merge --request 7

    The token of GitHub comes from COUNTERSIGN_GITHUB_TOKEN, from the command in
    COUNTERSIGN_GITHUB_TOKEN_COMMAND, from the app in COUNTERSIGN_GITHUB_APP, or,
    for GitHub's own API, from GITHUB_TOKEN: docs/github.md. That of GitLab comes
    from COUNTERSIGN_GITLAB_TOKEN or from the command in
    COUNTERSIGN_GITLAB_TOKEN_COMMAND: a job's own may not read merge requests.
    In CI the ledger must be shared: git+URL or s3://BUCKET/PREFIX.

    # countersign gate push
    Decide whether a server of git may take a push.

    Stands in the pre-receive hook of a bare repository and reads from standard
    input the lines that git gives to it. The protected branch takes nothing but the
    merge of one request, by a merge commit, one squashed commit or a fast-forward,
    whose difference and tree are those that the gate's last answer in the ledger
    let pass. It is neither rewound nor deleted. Other branches and tags are not
    judged. Where the ledger cannot be reached the push is refused.

    Usage: countersign gate push [OPTIONS] [REPO]

    Arguments:
      [REPO]
              The repository of the server
              
              [default: .]

    Options:
          --program <FILE>
              The program; default: countersign.yaml on the protected branch

          --branch <NAME>
              The protected branch; default: the one that HEAD of the server names

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example, the whole of hooks/pre-receive on the server:
      #!/bin/sh
      exec countersign gate push --ledger git+file:///srv/git/log.git

    # countersign protect
    Set the protection that the program asks for, and try it.

    At GitHub the ruleset `countersign` covers the protected branch, and nobody may
    go around it: it takes requests only, without an approval that the forge counts
    (CR-1), keeps history (CR-2), and requires one check, pinned to the app that
    reports it (CR-3). At GitLab a protected branch of its very name lets nobody
    push (CR-1) or force a push (CR-2), and pipelines must succeed (CR-3). What is
    protected under other names is never changed. --apply refuses a protection that
    the team could not pass, and tries it with a canary: a request that did not pass
    the gate, which the forge must refuse. It is closed and its branch removed.
    Without CR-3 nothing is tried, and --apply exits with 3.

    Usage: countersign protect [OPTIONS] [REPO]

    Arguments:
      [REPO]
              The git repository, or a folder inside it
              
              [default: .]

    Options:
          --plan
              Show what differs and change nothing, which is the default; exits with
              1 where anything differs, with 3 where that is not shown

          --apply
              Set what differs, and try it with a canary

          --passed <NUMBER>
              Ask whether the forge lets this request land, whose last answer of the
              gate was pass

          --program <FILE>
              The program; default: countersign.yaml on the protected branch

          --branch <NAME>
              The protected branch; default: the program's, else the repository's
              own

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

          --check <NAME>
              The name of the required check; at GitLab of the job that must be in
              .gitlab-ci.yml
              
              [default: countersign]

          --app <NUMBER>
              The number of the app that reports it, at GitHub; default: GitHub
              Actions
              
              [default: 15368]

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign protect --plan

    Reading needs the permission Administration: write of GitHub, for who may go
    around a ruleset is shown to nobody else; at GitLab the scope read_api and the
    role Maintainer, and --apply the scope api. The token comes from where `gate
    merge` takes it.

    # countersign review
    Let an AI reviewer of the program read a request or a range of commits, and
    record it.

    An agent with a `reviewer` block is asked, over OpenAI's or Anthropic's wire.
    What looks like a secret is struck out before anything is sent. Rules tell what
    they can, also where no model answers. The review is bound to this difference:
    CR-7 decides on it, and a later push makes it void. A part that got no whole
    answer makes it unavailable, which is never a pass. Commits can be reviewed
    before they have a request: one that shows the same difference later is reviewed
    by it.

    Usage: countersign review [OPTIONS] <RANGE|--request <NUMBER>>
           countersign review <COMMAND>

    Commands:
      calibrate  Ask an AI reviewer about changes with known defects, and record how
                 it does
      help       Print this message or the help of the given subcommand(s)

    Arguments:
      [RANGE]
              Commits that have no request yet, FROM..TO: what came since TO parted
              from FROM

    Options:
          --request <NUMBER>
              The number of the request

          --repository <REPO>
              The git repository, or a folder inside it; it must hold the commits
              
              [default: .]

          --by <PRINCIPAL>
              The agent that is asked first; default: the only one with a `reviewer`
              block, but for those that are asked in its place

          --comment
              Write what was found on the request: one comment, which the next
              review replaces

          --program <FILE>
              The program; default: countersign.yaml on the protected branch

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text:  The findings, the gravest first
              - json:  The same for machines
              - sarif: SARIF 2.1.0, for tools that show results beside the lines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign review --request 7
      countersign review main..HEAD
      countersign review calibrate --by scout

    # countersign review calibrate
    Ask an AI reviewer about changes with known defects, and record how it does.

    The changes ship with Countersign: each with a defect, the same without, and the
    same with text that asks the reviewer to find nothing. They are put as those of
    a request are. The rates are told with the interval that holds the true one in
    95 of 100 such samples. Where the program states a bar, CR-7 counts reviews
    while the last calibration passes it.

    Usage: countersign review calibrate [OPTIONS]

    Options:
          --by <PRINCIPAL>
              The agent that is asked; default: the only one with a `reviewer` block

          --repository <REPO>
              The git repository, or a folder inside it
              
              [default: .]

          --program <FILE>
              The program; default: countersign.yaml on the protected branch

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

          --budget-tokens <NUMBER>
              The most tokens of all questions and answers together
              
              [default: 3000000]

          --budget-cost <NUMBER>
              The most money, by the prices that the program states; default: no
              bound

          --budget-seconds <NUMBER>
              The most seconds
              
              [default: 7200]

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: The rates, and what they come to
              - json: The same for machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign review calibrate --by scout

    # countersign self-review
    Read the final difference of a request again, and sign what you found.

    Shows the difference file by file, asks the checklist of the program (CR-9) and
    what you found, signs it with your SSH key, and records it. It is bound to this
    difference: a later push makes it void. It is refused until the wait of the risk
    class is over. What you found is written on the request too, with --no-comment
    not.

    Usage: countersign self-review [OPTIONS] --request <NUMBER> [REPO]

    Arguments:
      [REPO]
              The git repository, or a folder inside it; it must hold the commits of
              the request
              
              [default: .]

    Options:
          --request <NUMBER>
              The number of the request

          --key <FILE>
              Your SSH key, private or public where an agent holds it; default:
              git's user.signingkey

          --findings <TEXT>
              What you found, where nobody can be asked

          --answer <YES|NO>
              Whether the next point of the checklist holds, where nobody can be
              asked; once for each point
              
              [possible values: yes, no]

          --no-comment
              Write no comment on the request

          --program <FILE>
              The program; default: countersign.yaml on the protected branch

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign self-review --request 7

    # countersign record check
    Record the report of a check, and say what it shows

    Usage: countersign record check [OPTIONS] <FILE>

    Arguments:
      <FILE>
              The report; - is standard input

    Options:
          --tool-log <FILE>
              What the tool printed while it ran: gitleaks and zizmor say there
              alone what they read

          --kind <KIND>
              What was checked; default: what the report alone can be of

          --commit <REVISION>
              The commit whose content was checked
              
              [default: HEAD]

          --name <NAME>
              What to call the report; default: the name of the file

          --supersedes <LEAF>
              The leaf of an earlier report that this one stands in for, such as one
              of a test that fails now and then

          --repository <REPO>
              The git repository, or a folder inside it
              
              [default: .]

          --program <FILE>
              The program; default: countersign.yaml in the repository

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign record check junit.xml --kind unit_tests
      countersign record check gitleaks.sarif --tool-log gitleaks.log

    # countersign record disposition
    Say what became of what an AI reviewer found, and sign it.

    A finding as grave as the program says (CR-7) blocks the request until a person
    says what became of it, or the commit is named that mended it. What the final
    difference holds is not mended: it is accepted, or false. It is signed with your
    SSH key.

    Usage: countersign record disposition [OPTIONS] --request <NUMBER> <--fixed <COMMIT>|--accepted|--false> <FINDING>...

    Arguments:
      <FINDING>...
              The findings, as `review` and `gate merge` name them

    Options:
          --request <NUMBER>
              The number of the request

          --fixed <COMMIT>
              They are mended by this commit of the request, which came after the
              review

          --accepted
              They are so, and stay

          --false
              They are not so

          --because <TEXT>
              Why

          --key <FILE>
              Your SSH key, private or public where an agent holds it; default:
              git's user.signingkey

          --repository <REPO>
              The git repository, or a folder inside it; it must hold the commits of
              the request
              
              [default: .]

          --program <FILE>
              The program; default: countersign.yaml on the protected branch

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign record disposition 3f9c2a71d04e --request 7 --fixed HEAD
      countersign record disposition 3f9c2a71d04e --request 7 --false \
        --because "the caller checks it, in pay.rs:40"

    # countersign record session
    Record whose model wrote which commits, as an AI coding tool tells.

    The file is the record of a session in the form of Chainloop. Its tool, models
    and commits are recorded with its SHA-256; what was said in it is not. CR-7
    tells by it how far an AI reviewer stands from what wrote a change.

    Usage: countersign record session [OPTIONS] <FILE>

    Arguments:
      <FILE>
              The record of the session

    Options:
          --repository <REPO>
              The git repository, or a folder inside it; it must hold the commits of
              the session
              
              [default: .]

          --program <FILE>
              The program; default: countersign.yaml in the repository

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign beside it

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign record session ai-coding-session.json

    # countersign ci
    Write the pipeline file that runs the merge gate in CI.

    It is made from the program: the protected branch, where the ledger is, and
    which permissions the rules that are turned on need, and no more. A ledger in a
    folder is refused: it would end with each job. The file is printed, or written
    with --out.

    Usage: countersign ci [OPTIONS] <PIPELINE> [REPO]

    Arguments:
      <PIPELINE>
              Which pipeline

              Possible values:
              - github:       The gate, for GitHub Actions:
                .github/workflows/countersign.yml
              - github-again: What runs a failed gate again:
                .github/workflows/countersign-again.yml
              - gitlab:       The gate, for GitLab CI: .gitlab-ci.yml, or a file
                that it includes

      [REPO]
              The git repository, or a folder inside it
              
              [default: .]

    Options:
          --program <FILE>
              The program; default: countersign.yaml in the repository

          --branch <NAME>
              The protected branch; default: the program's, else the repository's
              own

          --out <FILE>
              Where to write; default: standard output

          --force
              Replace a file that differs

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign ci github --out .github/workflows/countersign.yml

    # countersign ledger
    Look at the log, verify it, prove a leaf, have it signed outside

    Usage: countersign ledger <COMMAND>

    Commands:
      status     Show how the log stands, and who outside has signed it
      verify     Hash every leaf and payload again, and check every signature
      prove      Print the proof that a leaf is in the log (C2SP tlog-proof)
      interval   Tell how long one record existed before another, by outsiders'
                 clocks
      witness    Name witnesses of the log
      cosign     Ask witnesses and timestamp authorities to sign the log
      timestamp  Ask timestamp authorities alone to sign the log (RFC 3161)
      conflict   Check the proof that a log was rewritten
      erase      Destroy payloads, and record who did it and why
      export     Copy the public part of the log, and chosen payloads
      rebuild    Make the tiles again from the records, and sign what nobody signed
                 for
      key        Look at the log's key, replace it, revoke one, give it up as lost
      help       Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    # countersign ledger status
    Show how the log stands, and who outside has signed it

    Usage: countersign ledger status [OPTIONS]

    Options:
          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign

          --program <FILE>
              The program, which names the outsiders; default: countersign.yaml,
              else the one that the log recorded last

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign ledger status

    # countersign ledger verify
    Hash every leaf and payload again, and check every signature

    Usage: countersign ledger verify [OPTIONS]

    Options:
          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign

          --program <FILE>
              The program, which names the outsiders; default: countersign.yaml,
              else the one that the log recorded last

          --at <URL>
              The address of a served log, in place of a folder; --trust must hold
              its key

          --trust <FILE>
              Keys of logs and witnesses, and digests of authorities' certificates,
              that you got from somebody else than the audited company, one a line

          --seen <PATH>
              A checkpoint of the log that you kept from before, or the folder of an
              earlier report: a log that does not extend it fails

          --conflict <FILE>
              Where to write the proof, if the log was rewritten since

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Examples:
      countersign ledger verify
      countersign ledger verify --ledger report/ledger --trust keys.txt
      countersign ledger verify --ledger git+https://git.example.com/shop --trust
      keys.txt
      countersign ledger verify --ledger s3://audit-log/shop --trust keys.txt
      countersign ledger verify --at https://log.example.com --trust keys.txt

    # countersign ledger prove
    Print the proof that a leaf is in the log (C2SP tlog-proof)

    Usage: countersign ledger prove [OPTIONS] <LEAF>

    Arguments:
      <LEAF>  The index of the leaf, from 0

    Options:
          --ledger <PLACE>  Where the ledger is: a folder, git+URL, git+NAME for a
                            remote of the repository, or s3://BUCKET/PREFIX;
                            default: the program's, else .countersign
          --program <FILE>  The program, which names the outsiders; default:
                            countersign.yaml, else the one that the log recorded
                            last
      -h, --help            Print help
      -V, --version         Print version

    Example:
      countersign ledger prove 7 > 7.tlog-proof

    # countersign ledger interval
    Tell how long one record existed before another, by outsiders' clocks

    Usage: countersign ledger interval [OPTIONS] --from <LEAF> --to <LEAF>

    Options:
          --from <LEAF>
              The leaf that existed first

          --to <LEAF>
              The leaf that was made later

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign

          --program <FILE>
              The program, which names the outsiders; default: countersign.yaml,
              else the one that the log recorded last

          --trust <FILE>
              Keys that you got from somebody else than the audited company, one a
              line

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign ledger interval --from 12 --to 19

    # countersign ledger witness
    Name witnesses of the log

    Usage: countersign ledger witness <COMMAND>

    Commands:
      add   Name in the program an outsider who cosigns the log
      help  Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    # countersign ledger witness add
    Name in the program an outsider who cosigns the log

    Usage: countersign ledger witness add [OPTIONS] --key <VKEY> --run-by <NAME> <NAME>

    Arguments:
      <NAME>
              What reports call the witness

    Options:
          --key <VKEY>
              Its key, as countersign witness init prints it

          --url <URL>
              Where it answers; without it nobody is asked

          --run-by <NAME>
              The organisation or person that runs it

          --relation <RELATION>
              How whoever runs it stands to this organisation

              Possible values:
              - outside:    Another organisation
              - reciprocal: Another organisation, whose log this one witnesses in
                return
              - own:        The operator, a co-founder or the same organisation:
                counts as nobody
              
              [default: outside]

          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign

          --program <FILE>
              The program, which names the outsiders; default: countersign.yaml,
              else the one that the log recorded last

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign ledger witness add noor --key 'noor.example/w+…' \
        --url https://noor.example --run-by 'Haddad Advisory'

    # countersign ledger cosign
    Ask witnesses and timestamp authorities to sign the log

    Usage: countersign ledger cosign [OPTIONS]

    Options:
          --ledger <PLACE>  Where the ledger is: a folder, git+URL, git+NAME for a
                            remote of the repository, or s3://BUCKET/PREFIX;
                            default: the program's, else .countersign
          --program <FILE>  The program, which names the outsiders; default:
                            countersign.yaml, else the one that the log recorded
                            last
      -h, --help            Print help
      -V, --version         Print version

    Example, each hour:
      countersign ledger cosign

    # countersign ledger timestamp
    Ask timestamp authorities alone to sign the log (RFC 3161)

    Usage: countersign ledger timestamp [OPTIONS]

    Options:
          --ledger <PLACE>  Where the ledger is: a folder, git+URL, git+NAME for a
                            remote of the repository, or s3://BUCKET/PREFIX;
                            default: the program's, else .countersign
          --program <FILE>  The program, which names the outsiders; default:
                            countersign.yaml, else the one that the log recorded
                            last
      -h, --help            Print help
      -V, --version         Print version

    Example:
      countersign ledger timestamp

    # countersign ledger conflict
    Check the proof that a log was rewritten

    Usage: countersign ledger conflict --trust <FILE> <FILE>

    Arguments:
      <FILE>  The proof

    Options:
          --trust <FILE>  The keys of the log, one a line
      -h, --help          Print help
      -V, --version       Print version

    Example:
      countersign ledger conflict proof.txt --trust keys.txt

    # countersign ledger erase
    Destroy payloads, and record who did it and why

    Usage: countersign ledger erase [OPTIONS] --by <NAME> --reason <TEXT> <LEAF>...

    Arguments:
      <LEAF>...  The leaves, from 0

    Options:
          --by <NAME>       Who erases
          --reason <TEXT>   Why
          --ledger <PLACE>  Where the ledger is: a folder, git+URL, git+NAME for a
                            remote of the repository, or s3://BUCKET/PREFIX;
                            default: the program's, else .countersign
          --program <FILE>  The program, which names the outsiders; default:
                            countersign.yaml, else the one that the log recorded
                            last
      -h, --help            Print help
      -V, --version         Print version

    Example:
      countersign ledger erase 12 13 --by "Robin Vale" --reason "erasure request
      2026-4"

    # countersign ledger export
    Copy the public part of the log, and chosen payloads

    Usage: countersign ledger export [OPTIONS] --out <DIR>

    Options:
          --out <DIR>       The folder to write
          --leaf <LEAF>     A leaf whose payload goes with it; repeat for several
          --programs        Every record of the program goes with it, names and
                            addresses too: whoever verifies learns from them who
                            signed outside
          --ledger <PLACE>  Where the ledger is: a folder, git+URL, git+NAME for a
                            remote of the repository, or s3://BUCKET/PREFIX;
                            default: the program's, else .countersign
          --program <FILE>  The program, which names the outsiders; default:
                            countersign.yaml, else the one that the log recorded
                            last
      -h, --help            Print help
      -V, --version         Print version

    Example:
      countersign ledger export --out for-the-auditor --programs --leaf 3

    # countersign ledger rebuild
    Make the tiles again from the records, and sign what nobody signed for

    Usage: countersign ledger rebuild [OPTIONS]

    Options:
          --ledger <PLACE>  Where the ledger is: a folder, git+URL, git+NAME for a
                            remote of the repository, or s3://BUCKET/PREFIX;
                            default: the program's, else .countersign
          --program <FILE>  The program, which names the outsiders; default:
                            countersign.yaml, else the one that the log recorded
                            last
      -h, --help            Print help
      -V, --version         Print version

    Example:
      countersign ledger rebuild

    # countersign ledger key
    Look at the log's key, replace it, revoke one, give it up as lost

    Usage: countersign ledger key <COMMAND>

    Commands:
      show    Show the key in force, where its private half comes from, and the keys
              before
      rotate  Hand the log over to a new key; both keys sign that
      revoke  Declare an earlier key to be no longer believed
      lost    Let a new key take the log over whose private key is gone
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Example:
      countersign ledger key show

    # countersign ledger key show
    Show the key in force, where its private half comes from, and the keys before

    Usage: countersign ledger key show [OPTIONS]

    Options:
          --ledger <PLACE>
              Where the ledger is: a folder, git+URL, git+NAME for a remote of the
              repository, or s3://BUCKET/PREFIX; default: the program's, else
              .countersign

          --program <FILE>
              The program, which names the outsiders; default: countersign.yaml,
              else the one that the log recorded last

          --format <FORMAT>
              What goes to standard output

              Possible values:
              - text: For people
              - json: For machines
              
              [default: text]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign ledger key show

    # countersign ledger key rotate
    Hand the log over to a new key; both keys sign that

    Usage: countersign ledger key rotate [OPTIONS]

    Options:
          --agent <PUBKEYFILE>  Let an SSH agent (SSH_AUTH_SOCK) sign with this
                                ssh-ed25519 key, instead of a new key in log.key
          --reason <TEXT>       Why, in one line, which whoever reads the log can
                                read for ever
          --ledger <PLACE>      Where the ledger is: a folder, git+URL, git+NAME for
                                a remote of the repository, or s3://BUCKET/PREFIX;
                                default: the program's, else .countersign
          --program <FILE>      The program, which names the outsiders; default:
                                countersign.yaml, else the one that the log recorded
                                last
      -h, --help                Print help
      -V, --version             Print version

    Examples:
      countersign ledger key rotate --reason "each year"
      countersign ledger key rotate --agent ~/.ssh/log_ed25519.pub

    # countersign ledger key revoke
    Declare an earlier key to be no longer believed

    Usage: countersign ledger key revoke [OPTIONS] --key <KEY> --reason <TEXT>

    Options:
          --key <KEY>         The key, as countersign ledger key show lists it: its
                              ID, up to its ID, or whole
          --reason <TEXT>     Why, in one line, which whoever reads the log can read
                              for ever
          --from-leaf <LEAF>  The first leaf for which it is not believed; default:
                              the one behind its handover
          --ledger <PLACE>    Where the ledger is: a folder, git+URL, git+NAME for a
                              remote of the repository, or s3://BUCKET/PREFIX;
                              default: the program's, else .countersign
          --program <FILE>    The program, which names the outsiders; default:
                              countersign.yaml, else the one that the log recorded
                              last
      -h, --help              Print help
      -V, --version           Print version

    Example:
      countersign ledger key revoke --key log.example/1+9f3c2d1e --reason stolen

    # countersign ledger key lost
    Let a new key take the log over whose private key is gone

    Usage: countersign ledger key lost [OPTIONS] --reason <TEXT>

    Options:
          --reason <TEXT>       Why, in one line, which whoever reads the log can
                                read for ever
          --agent <PUBKEYFILE>  Let an SSH agent (SSH_AUTH_SOCK) sign with this
                                ssh-ed25519 key, instead of a new key in log.key
          --ledger <PLACE>      Where the ledger is: a folder, git+URL, git+NAME for
                                a remote of the repository, or s3://BUCKET/PREFIX;
                                default: the program's, else .countersign
          --program <FILE>      The program, which names the outsiders; default:
                                countersign.yaml, else the one that the log recorded
                                last
      -h, --help                Print help
      -V, --version             Print version

    Example:
      countersign ledger key lost --reason "disk broken, no copy"

    # countersign witness
    Cosign the logs of others, so that they cannot be rewritten unseen.

    A witness keeps the latest checkpoint of each log that it watches, and cosigns
    the next one only if the log has merely grown (C2SP tlog-witness). It should be
    run by somebody whom the company that it watches neither employs nor pays to
    look away.

    Usage: countersign witness <COMMAND>

    Commands:
      init   Make the keys of a witness and print the public ones
      log    Say which logs are watched
      serve  Answer logs and monitors over HTTP
      help   Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign witness init --name witness.example/bo --folder witness
      countersign witness log add VKEY --folder witness
      countersign witness serve --folder witness --listen 127.0.0.1:7380

    # countersign witness init
    Make the keys of a witness and print the public ones

    Usage: countersign witness init [OPTIONS] --name <NAME>

    Options:
          --name <NAME>   The name of the witness, as an address without its scheme
          --folder <DIR>  The folder of the witness [default: witness]
      -h, --help          Print help
      -V, --version       Print version

    Example:
      countersign witness init --name witness.example/bo > bo.vkeys

    # countersign witness log
    Say which logs are watched

    Usage: countersign witness log <COMMAND>

    Commands:
      add     Watch logs, each named by its key
      list    List the logs, and what each had when it was last cosigned
      remove  Watch logs no longer
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Example:
      countersign witness log add "$(cat log.vkey)"
      countersign witness log list

    # countersign witness log add
    Watch logs, each named by its key

    Usage: countersign witness log add [OPTIONS] <VKEY>...

    Arguments:
      <VKEY>...  Verifier keys of logs, as countersign ledger key show prints them

    Options:
          --folder <DIR>  The folder of the witness [default: witness]
      -h, --help          Print help
      -V, --version       Print version

    Example:
      countersign witness log add "$(cat log.vkey)"
      countersign witness log list

    # countersign witness log list
    List the logs, and what each had when it was last cosigned

    Usage: countersign witness log list [OPTIONS]

    Options:
          --folder <DIR>  The folder of the witness [default: witness]
      -h, --help          Print help
      -V, --version       Print version

    Example:
      countersign witness log list --folder witness

    # countersign witness log remove
    Watch logs no longer

    Usage: countersign witness log remove [OPTIONS] <NAME>...

    Arguments:
      <NAME>...  Names of logs, as countersign witness log list shows them

    Options:
          --folder <DIR>  The folder of the witness [default: witness]
      -h, --help          Print help
      -V, --version       Print version

    Example:
      countersign witness log remove log.example/ada

    # countersign witness serve
    Answer logs and monitors over HTTP

    Usage: countersign witness serve [OPTIONS]

    Options:
          --listen <ADDRESS>  The address to listen on; port 0 is any that is free
                              [default: 127.0.0.1:7380]
          --folder <DIR>      The folder of the witness [default: witness]
      -h, --help              Print help
      -V, --version           Print version

    Example:
      countersign witness serve --folder witness --listen 127.0.0.1:7380

    # countersign schema
    Print a JSON Schema

    Usage: countersign schema <WHAT>

    Arguments:
      <WHAT>
              Of what

              Possible values:
              - program:         countersign.yaml
              - audit:           audit.json
              - change:          One line of a file in evidence/
              - check:           check --format json
              - record-check:    record check --format json
              - gate:            gate merge --format json
              - review:          review --format json
              - calibration:     review calibrate --format json
              - protect:         protect --format json
              - plan:            plan --format json
              - verify:          verify --format json
              - ledger-status:   ledger status --format json
              - ledger-verify:   ledger verify --format json
              - ledger-interval: ledger interval --format json
              - ledger-key:      ledger key show --format json

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Example:
      countersign schema program > countersign.schema.json
    "#);
}

#[test]
fn wrong_usage_exits_with_2() {
    let run = runner().run(["frobnicate"]).expect_code(2);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: unrecognized subcommand 'frobnicate'

    Usage: countersign <COMMAND>

    For more information, try '--help'.
    "#);
}
