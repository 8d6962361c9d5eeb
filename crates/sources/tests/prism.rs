//! Every question to GitHub, and every change, held against the description that GitHub publishes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use jiff::Timestamp;
use model::request::rules::{PullRequestRule, RequiredCheck, Rule};
use model::request::wanted::WantedRuleset;
use model::request::words::MergeMethod;
use sources::forge::base::Base;
use sources::forge::error::ForgeError;
use sources::forge::send::{Order, Verb};
use sources::forge::token::Token;
use sources::forge::{Client, Edge, Limits};
use sources::github::app::App;
use sources::github::endpoint::Endpoint;
use sources::github::order::{Change, CheckRun, State, Status};
use sources::github::{HEADERS, Repository, read};
use sources::http::Http;
use testkit::Counterparts;
use testkit::emulate;
use testkit::prism::Prism;

const COMMIT: &str = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
const ROOT: &str = "/repos/{owner}/{repo}";

/// Each question, with its path in the description below `ROOT`.
const QUESTIONS: [(&str, Endpoint<'_>); 21] = [
    ("/pulls", Endpoint::Requests),
    ("/pulls/{pull_number}", Endpoint::Request(7)),
    ("/pulls/{pull_number}/commits", Endpoint::RequestCommits(7)),
    ("/pulls/{pull_number}/reviews", Endpoint::Reviews(7)),
    ("/issues/{issue_number}/comments", Endpoint::Comments(7)),
    ("/pulls/{pull_number}/comments", Endpoint::LineComments(7)),
    ("/issues/{issue_number}", Endpoint::Issue(7)),
    ("/commits/{ref}/check-runs", Endpoint::CheckRuns(COMMIT)),
    ("/commits/{ref}/statuses", Endpoint::Statuses(COMMIT)),
    ("", Endpoint::Settings),
    ("/rulesets", Endpoint::Rulesets),
    ("/rulesets/{ruleset_id}", Endpoint::Ruleset(3)),
    (
        "/rulesets/{ruleset_id}/history",
        Endpoint::RulesetVersions(3),
    ),
    (
        "/rulesets/{ruleset_id}/history/{version_id}",
        Endpoint::RulesetVersion {
            ruleset: 3,
            version: 9,
        },
    ),
    ("/branches/{branch}", Endpoint::Branch("main")),
    ("/rules/branches/{branch}", Endpoint::BranchRules("main")),
    (
        "/branches/{branch}/protection",
        Endpoint::Protection("main"),
    ),
    ("/rulesets/rule-suites", Endpoint::RuleSuites),
    ("/keys", Endpoint::DeployKeys),
    ("/collaborators", Endpoint::Collaborators),
    ("/environments", Endpoint::Environments),
];

/// The paths of changes that no question has.
const CHANGED: [&str; 7] = [
    "/issues/comments/{comment_id}",
    "/check-runs",
    "/statuses/{sha}",
    "/git/refs",
    "/git/refs/{ref}",
    "/contents/{path}",
    "/pulls/{pull_number}/merge",
];

fn prism(test: &str) -> Option<Prism> {
    let counterparts = Counterparts::find(test)?;
    let asked = QUESTIONS.iter().map(|(path, _)| *path);
    let paths: Vec<String> = asked
        .chain(CHANGED)
        .map(|path| format!("{ROOT}{path}"))
        .collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    Some(Prism::start(&counterparts, &paths))
}

fn client(prism: &Prism) -> Client {
    let base = Base::parse(&prism.base()).unwrap();
    let token = Some(Token::new("ghp_1").unwrap());
    Client::new(
        Http::new().unwrap(),
        base,
        token,
        &HEADERS,
        Limits::default(),
    )
}

const EDGE: Edge<'_> = Edge {
    now: &|| Timestamp::UNIX_EPOCH,
    sleep: &|_| {},
    random: &|| 0,
};

#[test]
fn every_question_fits_the_description() {
    let Some(prism) = prism("questions held against the description of GitHub") else {
        return;
    };
    let client = client(&prism);
    let repository = Repository::parse("larkspur/shop").unwrap();
    for (path, endpoint) in QUESTIONS {
        let query = endpoint.of(&repository);
        match client.get(&EDGE, &query, None) {
            // The example of a next page is at GitHub, where this client does not go.
            Ok(_) | Err(ForgeError::Elsewhere { .. }) => {}
            Err(error) => panic!("{endpoint:?}: {error}"),
        }
        let address = client.address(&query);
        let unknown = prism.unknown(&format!("{ROOT}{path}"), &address);
        assert!(unknown.is_empty(), "{endpoint:?}: {unknown:?}");
    }
}

#[test]
fn the_account_of_a_token_fits_the_description() {
    let Some(counterparts) =
        Counterparts::find("the account of a token held against its description")
    else {
        return;
    };
    let prism = Prism::start(&counterparts, &["/user"]);
    let client = client(&prism);
    let repository = Repository::parse("larkspur/shop").unwrap();
    let got = client.get(&EDGE, &Endpoint::Account.of(&repository), None);
    let account = read::account(&got.unwrap().bodies()).unwrap();
    assert_eq!(account.login, "octocat");
}

#[test]
fn the_audit_log_fits_the_description_of_enterprises() {
    let Some(counterparts) = Counterparts::find("the audit log held against its description")
    else {
        return;
    };
    let path = "/orgs/{org}/audit-log";
    let prism = Prism::start_enterprise(&counterparts, &[path]);
    let client = client(&prism);
    let repository = Repository::parse("larkspur/shop").unwrap();
    let since = jiff::civil::date(2026, 1, 31);
    let query = Endpoint::AuditLog { since }.of(&repository);
    let got = client.get(&EDGE, &query, None).unwrap();
    let pages: Vec<&[u8]> = got.pages.iter().map(|page| page.body.as_slice()).collect();
    let events = read::audit_log(&pages).unwrap();
    assert_eq!(events[2].action, "repo.destroy");
    assert_eq!(events[2].at.to_string(), "2020-11-18T17:05:48.837Z");
    let unknown = prism.unknown(path, &client.address(&query));
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_change_fits_the_description() {
    let Some(prism) = prism("changes held against the description of GitHub") else {
        return;
    };
    let client = client(&prism);
    let repository = Repository::parse("larkspur/shop").unwrap();
    let commit = COMMIT.parse().unwrap();
    let ruleset = ruleset();
    let run = CheckRun {
        name: "countersign",
        head: &commit,
        is_passed: true,
        title: "pass, leaf 7",
        summary: "Every rule passed.",
    };
    let status = Status {
        name: "countersign",
        head: &commit,
        state: State::Failure,
        title: "fail: CR-8",
    };
    let changes = [
        Change::CheckRun(&run),
        Change::Status(&status),
        Change::Comment {
            number: 7,
            text: "Read again.",
        },
        Change::EditedComment {
            comment: 12,
            text: "Read again.",
        },
        Change::NewRuleset(&ruleset),
        Change::Ruleset(3, &ruleset),
        Change::NewBranch {
            name: "canary",
            commit: &commit,
        },
        Change::NoBranch("canary"),
        Change::NewFile {
            branch: "canary",
            path: "canary.txt",
            text: "Canary",
        },
        Change::NewRequest {
            title: "Canary",
            text: "No.",
            head: "canary",
            base: "main",
        },
        Change::Merge {
            number: 7,
            head: &commit,
        },
        Change::Close(7),
    ];
    for change in changes {
        let sent = client.send(&EDGE, &change.of(&repository));
        sent.unwrap_or_else(|error| panic!("{change:?}: {error}"));
    }
    // What does not fit is refused, so that the test can fail.
    let mut order = Change::NewRuleset(&ruleset).of(&repository);
    order.body = br#"{"name": "countersign", "enforcement": "perhaps"}"#.to_vec();
    assert!(is_refused(&client, &order));
    let order = Order {
        verb: Verb::Post,
        body: b"{}".to_vec(),
        ..Change::CheckRun(&run).of(&repository)
    };
    assert!(is_refused(&client, &order));
}

#[test]
fn an_app_asks_for_its_token_as_described() {
    let Some(counterparts) = Counterparts::find("an app held against the description of GitHub")
    else {
        return;
    };
    let paths = [
        "/repos/{owner}/{repo}/installation",
        "/app/installations/{installation_id}/access_tokens",
    ];
    let prism = Prism::start(&counterparts, &paths);
    let repository = Repository::parse("larkspur/shop").unwrap();
    let app = App::new("7", &emulate::app_key()).unwrap();
    let token = app.token(&prism.base(), &repository, &EDGE);
    assert!(token.is_ok(), "{token:?}");
}

fn is_refused(client: &Client, order: &Order) -> bool {
    matches!(
        client.send(&EDGE, order),
        Err(ForgeError::Refused { status: 422, .. })
    )
}

fn ruleset() -> WantedRuleset {
    WantedRuleset {
        name: "countersign".to_owned(),
        branch: "main".to_owned(),
        rules: vec![
            Rule::PullRequest(PullRequestRule {
                approvals: 0,
                dismisses_stale: false,
                needs_code_owner: false,
                needs_other_than_last_pusher: false,
                merge_methods: Some([MergeMethod::Merge, MergeMethod::Squash].into()),
            }),
            Rule::NonFastForward,
            Rule::Deletion,
            Rule::RequiredStatusChecks {
                checks: vec![RequiredCheck {
                    context: "countersign".to_owned(),
                    app: Some(15368),
                }],
                is_strict: true,
            },
        ],
    }
}
