//! GitHub's answers about a request, as long as they are for real: most of each is addresses that nobody reads.

use jiff::Timestamp;
use model::digest::{CommitId, Digest};
use serde_json::{Map, Value, json};

/// The repository, as GitHub calls it.
pub(crate) const REPOSITORY: &str = "larkspur/shop";
/// The check that the branch requires, and the number of the app that reports it: GitHub Actions.
pub(crate) const CHECK: (&str, u64) = ("unit tests", 15368);

/// A request as GitHub tells of it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) number: u64,
    pub(crate) opened: Timestamp,
    pub(crate) updated: Timestamp,
    /// When it was merged, and as what.
    pub(crate) merged: Option<(Timestamp, CommitId)>,
}

/// Returns a commit: of the branch (`m`), of a head (`h`) or a tree (`t`).
pub(crate) fn id(kind: u8, number: u64) -> CommitId {
    let digest = Digest::of_parts([&[kind], &number.to_be_bytes()]);
    CommitId::from_bytes(&digest.as_bytes()[..20]).expect("it has the bytes of SHA-1")
}

/// What an account, a repository and an app say of themselves beside what is read.
const OF_ACCOUNT: [&str; 12] = [
    "avatar",
    "followers",
    "following",
    "gists",
    "starred",
    "subscriptions",
    "organizations",
    "repos",
    "events",
    "received_events",
    "html",
    "gravatar",
];
const OF_REPOSITORY: [&str; 46] = [
    "archive",
    "assignees",
    "blobs",
    "branches",
    "clone",
    "collaborators",
    "comments",
    "commits",
    "compare",
    "contents",
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "git_commits",
    "git_refs",
    "git_tags",
    "git",
    "hooks",
    "html",
    "issue_comment",
    "issue_events",
    "issues",
    "keys",
    "labels",
    "languages",
    "merges",
    "milestones",
    "mirror",
    "notifications",
    "pulls",
    "releases",
    "ssh",
    "stargazers",
    "statuses",
    "subscribers",
    "subscription",
    "svn",
    "tags",
    "teams",
    "trees",
    "homepage",
    "description",
    "license",
    "topics",
];

fn with_addresses(value: Value, words: &[&str]) -> Value {
    let mut fields: Map<String, Value> = Map::new();
    for word in words {
        let address = format!("https://api.github.com/repos/{REPOSITORY}/{word}{{/sha}}{{/path}}");
        fields.insert(format!("{word}_url"), address.into());
    }
    fields.extend(value.as_object().cloned().unwrap_or_default());
    Value::Object(fields)
}

pub(crate) fn account(login: &str) -> Value {
    let kind = match login.ends_with("[bot]") {
        true => "Bot",
        false => "User",
    };
    let account = json!({"id": login.len(), "login": login, "type": kind, "site_admin": false});
    with_addresses(account, &OF_ACCOUNT)
}

fn tip(branch: &str, commit: &CommitId) -> Value {
    let repository = json!({"id": 3, "full_name": REPOSITORY, "owner": account("larkspur")});
    let repository = with_addresses(repository, &OF_REPOSITORY);
    json!({"label": branch, "ref": branch, "sha": commit.to_string(), "repo": repository, "user": account("adamarsh")})
}

impl Told {
    fn head(&self) -> CommitId {
        id(b'h', self.number)
    }

    pub(crate) fn request(&self) -> Value {
        let merged = self.merged.as_ref();
        let state = if merged.is_some() { "closed" } else { "open" };
        let request = json!({
            "number": self.number, "state": state, "title": format!("Send receipt {}", self.number), "draft": false,
            "body": format!("The shop sends a receipt for each order of kind {0}.\n\nTicket: #{1}\n", self.number, self.ticket()),
            "user": account("adamarsh"), "labels": [], "commits": 1, "review_comments": 0,
            "base": tip("main", &id(b'm', self.number - 1)), "head": tip("topic", &self.head()),
            "created_at": self.opened, "updated_at": self.updated,
            "closed_at": merged.map(|it| it.0), "merged": merged.is_some(), "merged_at": merged.map(|it| it.0),
            "merged_by": merged.map(|_| account("adamarsh")), "merge_commit_sha": merged.map(|it| it.1.to_string()),
        });
        with_addresses(request, &OF_ACCOUNT)
    }

    /// A list repeats both repositories in each item too; here it leaves them out.
    pub(crate) fn listed(&self) -> Value {
        let tip = |branch: &str, commit: CommitId| json!({"ref": branch, "sha": commit.to_string(), "repo": null});
        let merged = self.merged.as_ref();
        let state = if merged.is_some() { "closed" } else { "open" };
        json!({
            "number": self.number, "state": state, "user": account("adamarsh"), "updated_at": self.updated,
            "base": tip("main", id(b'm', self.number - 1)), "head": tip("topic", self.head()),
            "merged_at": merged.map(|it| it.0), "merge_commit_sha": merged.map(|it| it.1.to_string()),
        })
    }

    pub(crate) fn commits(&self) -> Value {
        let person = json!({"name": "ada", "email": "ada@larkspur.example", "date": self.opened});
        let tree = id(b't', self.number).to_string();
        let parent = id(b'm', self.number - 1).to_string();
        json!([{
            "sha": self.head().to_string(), "parents": [{"sha": parent}],
            "commit": {"author": person, "committer": person, "tree": {"sha": tree}, "message": "Send receipts"},
            "author": account("adamarsh"), "committer": account("adamarsh"),
        }])
    }

    pub(crate) fn reviews(&self) -> Value {
        let review = |number: u64, login: &str| {
            json!({
                "id": 10 * self.number + number, "user": account(login), "state": "APPROVED", "body": "",
                "commit_id": self.head().to_string(), "submitted_at": self.opened,
            })
        };
        json!([review(1, "scout[bot]"), review(2, "boreyes")])
    }

    pub(crate) fn runs(&self) -> Value {
        let run = |number: u64, name: &str| {
            let app = json!({"id": CHECK.1, "slug": "github-actions", "owner": account("github")});
            json!({
                "id": 10 * self.number + number, "name": name, "head_sha": self.head().to_string(),
                "status": "completed", "conclusion": "success", "started_at": self.opened,
                "completed_at": self.opened, "app": with_addresses(app, &OF_ACCOUNT),
            })
        };
        let runs = [run(1, CHECK.0), run(2, "lint"), run(3, "build")];
        json!({"total_count": runs.len(), "check_runs": runs})
    }

    fn ticket(&self) -> u64 {
        1_000_000 + self.number
    }

    pub(crate) fn issue(number: u64) -> Value {
        let text = "## Description\nThe shop sends receipts.\n\n## Business justification\nThe law asks for them.\n\n\
             ## Risk class\nLow\n\n## Rollback plan\nRevert it.\n\n## Testing evidence\nCI run 12\n";
        let issue = json!({"number": number, "title": "Receipts", "body": text, "state": "open", "user": account("boreyes")});
        with_addresses(issue, &OF_ACCOUNT)
    }

    /// The number of its ticket, of which the records of a request ask.
    pub(crate) fn issue_number(&self) -> u64 {
        self.ticket()
    }
}

/// Returns the rules of the branch, all of ruleset 1.
pub(crate) fn rules() -> Value {
    let rule = |kind: &str, parameters: Value| json!({"type": kind, "ruleset_id": 1, "ruleset_source_type": "Repository", "ruleset_source": REPOSITORY, "parameters": parameters});
    let request = json!({
        "required_approving_review_count": 0, "dismiss_stale_reviews_on_push": false, "require_code_owner_review": false,
        "require_last_push_approval": false, "required_review_thread_resolution": false,
    });
    let check = json!({"context": CHECK.0, "integration_id": CHECK.1});
    let checks =
        json!({"required_status_checks": [check], "strict_required_status_checks_policy": false});
    json!([
        rule("deletion", Value::Null),
        rule("non_fast_forward", Value::Null),
        rule("pull_request", request),
        rule("required_status_checks", checks),
    ])
}

pub(crate) fn ruleset(changed: Timestamp) -> Value {
    json!({
        "id": 1, "name": "main", "target": "branch", "source_type": "Repository", "source": REPOSITORY,
        "enforcement": "active", "bypass_actors": [], "rules": [], "updated_at": changed,
        "conditions": {"ref_name": {"include": ["refs/heads/main"], "exclude": []}},
    })
}

/// Returns how the rules judged the pushes of a month: one for each of these merges.
pub(crate) fn suites<'a>(merges: impl Iterator<Item = &'a Told>) -> Value {
    let suite = |told: &Told| {
        let (at, commit) = told.merged.as_ref()?;
        Some(json!({
            "id": told.number, "actor_id": 8, "actor_name": "adamarsh", "before_sha": id(b'm', told.number - 1).to_string(),
            "after_sha": commit.to_string(), "ref": "refs/heads/main", "repository_id": 3, "repository_name": "shop",
            "pushed_at": at, "result": "pass", "evaluation_result": null,
        }))
    };
    Value::Array(merges.filter_map(suite).collect())
}
