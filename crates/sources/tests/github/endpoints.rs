//! Every question that is asked of GitHub, as its address.

use jiff::Timestamp;
use sources::forge::base::Base;
use sources::forge::{Client, Edge, Limits};
use sources::github::endpoint::Endpoint;
use sources::github::{HEADERS, Repository};
use sources::http::Http;
use testkit::forge::{FakeForge, Step};

const COMMIT: &str = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

const ALL: [Endpoint<'_>; 21] = [
    Endpoint::Requests,
    Endpoint::Request(7),
    Endpoint::RequestCommits(7),
    Endpoint::Reviews(7),
    Endpoint::Comments(7),
    Endpoint::LineComments(7),
    Endpoint::CheckRuns(COMMIT),
    Endpoint::Statuses(COMMIT),
    Endpoint::Issue(7),
    Endpoint::Branch("main"),
    Endpoint::Settings,
    Endpoint::Rulesets,
    Endpoint::Ruleset(3),
    Endpoint::RulesetVersions(3),
    Endpoint::RulesetVersion {
        ruleset: 3,
        version: 9,
    },
    Endpoint::BranchRules("fix/a b"),
    Endpoint::Protection("main"),
    Endpoint::RuleSuites,
    Endpoint::DeployKeys,
    Endpoint::Collaborators,
    Endpoint::Environments,
];

#[test]
fn the_audit_log_is_asked_of_the_organisation() {
    let target = "/orgs/larkspur/audit-log?per_page=100&include=web&order=asc\
        &phrase=repo%3Alarkspur%2Fshop+action%3Aprotected_branch+created%3A%3E%3D2026-01-31";
    let forge = FakeForge::start(&HEADERS, vec![Step::get(target)]);
    let client = client(&forge.base());
    let repository = Repository::parse("larkspur/shop").unwrap();
    let since = jiff::civil::date(2026, 1, 31);
    let query = Endpoint::AuditLog { since }.of(&repository);
    let got = client.get(&EDGE, &query, None).unwrap();
    assert!(got.needs.contains("GitHub Enterprise"));
}

const EDGE: Edge<'_> = Edge {
    now: &|| Timestamp::UNIX_EPOCH,
    sleep: &|_| {},
    random: &|| 0,
};

fn client(base: &str) -> Client {
    let base = Base::parse(base).unwrap();
    Client::new(
        Http::new().unwrap(),
        base,
        None,
        &HEADERS,
        Limits::default(),
    )
}

#[test]
fn each_is_asked_as_the_documentation_says() {
    let repository = Repository::parse("larkspur/shop").unwrap();
    // The path of an enterprise's own server stands before each.
    let prefix = "/api/v3/repos/larkspur/shop";
    let expected = asked();
    let script = expected
        .iter()
        .map(|(target, _)| Step::get(&format!("{prefix}{target}")));
    let forge = FakeForge::start(&HEADERS, script.collect());
    let client = client(&format!("{}/api/v3", forge.base()));
    for (endpoint, (_, needs)) in ALL.into_iter().zip(expected) {
        let got = client.get(&EDGE, &endpoint.of(&repository), None).unwrap();
        assert_eq!(got.needs, needs, "{endpoint:?}");
    }
}

/// Returns the target behind the repository's and the permission, in the order of `ALL`.
fn asked() -> [(String, &'static str); 21] {
    let commit = |rest| format!("/commits/{COMMIT}{rest}");
    let of = str::to_owned;
    [
        (
            of("/pulls?per_page=100&state=all&sort=created&direction=asc"),
            "Pull requests: read",
        ),
        (of("/pulls/7"), "Pull requests: read"),
        (of("/pulls/7/commits?per_page=100"), "Pull requests: read"),
        (of("/pulls/7/reviews?per_page=100"), "Pull requests: read"),
        (of("/issues/7/comments?per_page=100"), "Pull requests: read"),
        (of("/pulls/7/comments?per_page=100"), "Pull requests: read"),
        (
            commit("/check-runs?per_page=100&filter=all"),
            "Checks: read",
        ),
        (commit("/statuses?per_page=100"), "Commit statuses: read"),
        (of("/issues/7"), "Issues: read"),
        (of("/branches/main"), "Contents: read"),
        (of(""), "Metadata: read"),
        (of("/rulesets?per_page=100"), "Metadata: read"),
        (of("/rulesets/3"), "Metadata: read"),
        (
            of("/rulesets/3/history?per_page=100"),
            "Administration: write",
        ),
        (of("/rulesets/3/history/9"), "Administration: write"),
        (
            of("/rules/branches/fix%2Fa%20b?per_page=100"),
            "Metadata: read",
        ),
        (of("/branches/main/protection"), "Administration: read"),
        (
            of("/rulesets/rule-suites?per_page=100&time_period=month"),
            "Administration: write",
        ),
        (of("/keys?per_page=100"), "Administration: read"),
        (of("/collaborators?per_page=100"), "Metadata: read"),
        (of("/environments?per_page=100"), "Actions: read"),
    ]
}
