//! Every change that is made at GitHub, as it is sent.

use jiff::Timestamp;
use model::request::rules::{PullRequestRule, RequiredCheck, Rule};
use model::request::wanted::WantedRuleset;
use model::request::words::MergeMethod;
use sources::forge::base::Base;
use sources::forge::token::Token;
use sources::forge::{Client, Edge, Limits};
use sources::github::order::{Change, CheckRun, State, Status};
use sources::github::{HEADERS, Repository};
use sources::http::Http;
use testkit::forge::{FakeForge, Step};

const COMMIT: &str = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

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

const RULESET: &str = concat!(
    r#"{"bypass_actors":[],"conditions":{"ref_name":{"exclude":[],"include":["refs/heads/main"]}},"#,
    r#""enforcement":"active","name":"countersign","rules":["#,
    r#"{"parameters":{"allowed_merge_methods":["merge","squash"],"dismiss_stale_reviews_on_push":false,"#,
    r#""require_code_owner_review":false,"require_last_push_approval":false,"#,
    r#""required_approving_review_count":0,"required_review_thread_resolution":false},"type":"pull_request"},"#,
    r#"{"type":"non_fast_forward"},{"type":"deletion"},"#,
    r#"{"parameters":{"required_status_checks":[{"context":"countersign","integration_id":15368}],"#,
    r#""strict_required_status_checks_policy":true},"type":"required_status_checks"}],"target":"branch"}"#,
);

#[test]
fn each_is_sent_as_the_documentation_says() {
    let repository = Repository::parse("larkspur/shop").unwrap();
    let commit = COMMIT.parse().unwrap();
    let (ruleset, long) = (ruleset(), "ä".repeat(200));
    let run = CheckRun {
        name: "countersign",
        head: &commit,
        is_passed: false,
        title: "fail: CR-8",
        summary: "It waits.",
    };
    let status = Status {
        name: "countersign",
        head: &commit,
        state: State::Error,
        title: &long,
    };
    let description = format!("{}…", "ä".repeat(139));
    let changes: [(Change<'_>, &'static str, &str, String); 12] = [
        (
            Change::CheckRun(&run),
            "POST",
            "/check-runs",
            format!(
                r#"{{"conclusion":"failure","head_sha":"{COMMIT}","name":"countersign","output":{{"summary":"It waits.","title":"fail: CR-8"}},"status":"completed"}}"#
            ),
        ),
        (
            Change::Status(&status),
            "POST",
            "/statuses/6dcb09b5b57875f334f61aebed695e2e4193db5e",
            format!(r#"{{"context":"countersign","description":"{description}","state":"error"}}"#),
        ),
        (
            Change::Comment {
                number: 7,
                text: "Read again.",
            },
            "POST",
            "/issues/7/comments",
            r#"{"body":"Read again."}"#.to_owned(),
        ),
        (
            Change::EditedComment {
                comment: 12,
                text: "Read again.",
            },
            "PATCH",
            "/issues/comments/12",
            r#"{"body":"Read again."}"#.to_owned(),
        ),
        (
            Change::NewRuleset(&ruleset),
            "POST",
            "/rulesets",
            RULESET.to_owned(),
        ),
        (
            Change::Ruleset(3, &ruleset),
            "PUT",
            "/rulesets/3",
            RULESET.to_owned(),
        ),
        (
            Change::NewBranch {
                name: "fix/a",
                commit: &commit,
            },
            "POST",
            "/git/refs",
            format!(r#"{{"ref":"refs/heads/fix/a","sha":"{COMMIT}"}}"#),
        ),
        (
            Change::NoBranch("fix/a"),
            "DELETE",
            "/git/refs/heads%2Ffix%2Fa",
            String::new(),
        ),
        (
            Change::NewFile {
                branch: "fix/a",
                path: "docs/a b.txt",
                text: "Hello",
            },
            "PUT",
            "/contents/docs/a%20b.txt",
            r#"{"branch":"fix/a","content":"SGVsbG8=","message":"Hello"}"#.to_owned(),
        ),
        (
            Change::NewRequest {
                title: "Canary",
                text: "No.",
                head: "fix/a",
                base: "main",
            },
            "POST",
            "/pulls",
            r#"{"base":"main","body":"No.","head":"fix/a","title":"Canary"}"#.to_owned(),
        ),
        (
            Change::Merge {
                number: 7,
                head: &commit,
            },
            "PUT",
            "/pulls/7/merge",
            format!(r#"{{"merge_method":"merge","sha":"{COMMIT}"}}"#),
        ),
        (
            Change::Close(7),
            "PATCH",
            "/pulls/7",
            r#"{"state":"closed"}"#.to_owned(),
        ),
    ];
    let prefix = "/api/v3/repos/larkspur/shop";
    let script = changes
        .iter()
        .map(|(_, method, path, body)| Step::of(method, &format!("{prefix}{path}"), body));
    let mut headers = HEADERS.to_vec();
    headers.push(("authorization", "Bearer ghp_1"));
    let forge = FakeForge::start(&headers, script.collect());
    let base = Base::parse(&format!("{}/api/v3", forge.base())).unwrap();
    let token = Token::new("ghp_1").unwrap();
    let client = Client::new(
        Http::new().unwrap(),
        base,
        Some(token),
        &HEADERS,
        Limits::default(),
    );
    let edge = Edge {
        now: &|| Timestamp::UNIX_EPOCH,
        sleep: &|_| {},
        random: &|| 0,
    };
    for (change, ..) in &changes {
        client.send(&edge, &change.of(&repository)).unwrap();
    }
}
