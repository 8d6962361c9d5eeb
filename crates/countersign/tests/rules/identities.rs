//! Who is who: one person counted once, nobody guessed, and what git does not show is null.

use crate::run::{HOUR, T0, decision, open_request, program, report, row};
use model::report::{AuditReport, PrincipalReport};
use testkit::Repo;

const WEB_FLOW_SQUASH: &[u8] = include_bytes!("fixtures/web_flow_squash.commit");
const MERGED: &str = "Merge pull request #7 from larkspur/topic\n";

fn principal<'r>(report: &'r AuditReport, id: &str) -> &'r PrincipalReport {
    let mut principals = report.principals.iter();
    principals.find(|found| found.id.as_str() == id).unwrap()
}

/// A request written by some and merged by one, each a name and an address.
fn request(authors: &[(&str, &str)], merger: (&str, &str)) -> (Repo, String) {
    let repo = Repo::new();
    repo.commit().write();
    open_request(&repo, "topic");
    for ((name, address), place) in authors.iter().zip(1..) {
        let commit = repo.commit().on("topic").file("docs/a", name);
        commit.author(name, address, T0 + place * HOUR).write();
    }
    let merge = repo.merge("main", "topic").message(MERGED);
    let merge = merge.author(merger.0, merger.1, T0 + 9 * HOUR).write();
    (repo, merge)
}

#[test]
fn one_person_with_addresses_and_accounts_is_one() {
    let authors = [
        ("Ada Marsh", "ada@larkspur.example"),
        ("ada", "Ada.Marsh@mail.example"),
        ("A. M.", "1234+adamarsh@users.noreply.github.com"),
    ];
    let (repo, merge) = request(&authors, ("Ada", "adamarsh@users.noreply.github.com"));
    let report = report(&repo, &program("", ""));
    let found = row(&report, &merge);
    assert_eq!(found.authors, ["ada"]);
    assert_eq!(found.merger.as_deref(), Some("ada"));
    assert_eq!(found.self_merged, Some(true));
    let ada = principal(&report, "ada");
    assert_eq!((ada.authored, ada.merged, ada.self_merged), (2, 1, 1));
    assert!(report.unknown_identities.is_empty());
}

#[test]
fn the_same_account_at_another_forge_is_somebody_else() {
    let address = "adamarsh@users.noreply.gitlab.example";
    let (repo, merge) = request(&[("Ada Marsh", address)], ("Bo", "bo@larkspur.example"));
    let report = report(&repo, &program("", ""));
    let unknown = format!("Ada Marsh <{address}>");
    assert_eq!(
        row(&report, &merge).authors,
        [format!("unknown: {unknown}")]
    );
    assert_eq!(report.unknown_identities[&unknown], 1);
}

#[test]
fn a_name_alone_identifies_nobody() {
    let stranger = ("Ada Marsh", "ada@elsewhere.example");
    let (repo, merge) = request(&[stranger], ("Ada Marsh", "ada@larkspur.example"));
    let report = report(&repo, &program("", ""));
    let found = row(&report, &merge);
    assert_eq!(
        found.authors,
        ["unknown: Ada Marsh <ada@elsewhere.example>"]
    );
    assert_eq!(found.self_merged, None, "the stranger may be Ada");
    let listed: Vec<_> = report.unknown_identities.into_iter().collect();
    assert_eq!(
        listed,
        [("Ada Marsh <ada@elsewhere.example>".to_owned(), 1)]
    );
}

#[test]
fn a_second_author_makes_it_no_self_merge() {
    let both = [
        ("Ada Marsh", "ada@larkspur.example"),
        ("Bo Reyes", "bo@larkspur.example"),
    ];
    let (repo, merge) = request(&both, ("Ada Marsh", "ada@larkspur.example"));
    let report = report(&repo, &program("", ""));
    assert_eq!(row(&report, &merge).authors, ["ada", "bo"]);
    assert_eq!(row(&report, &merge).self_merged, Some(false));
}

#[test]
fn a_squash_by_the_forge_does_not_show_its_merger() {
    let repo = Repo::new();
    repo.commit().write();
    let squash = repo
        .commit()
        .message("Mend the totals (#8)\n")
        .committer("GitHub", "noreply@github.com", T0 + HOUR)
        .write();
    let push = repo.commit().write();
    let report = report(&repo, &program("", ""));
    for commit in [&squash, &push] {
        let found = row(&report, commit);
        assert_eq!((&found.merger, found.self_merged), (&None, None));
    }
    assert!(report.unknown_identities.is_empty(), "the forge is nobody");
}

#[test]
fn a_request_whose_commits_are_missing_shows_no_self_merge() {
    let repo = Repo::new();
    let root = repo.commit().write();
    let merge = repo
        .commit()
        .parents([root, "1".repeat(40)])
        .message(MERGED)
        .write();
    let report = report(&repo, &program("", ""));
    assert_eq!(row(&report, &merge).self_merged, None);
}

#[test]
fn a_bot_suffix_is_a_hint_and_no_exemption() {
    let repo = Repo::new();
    repo.commit().write();
    let commit = |name: &str, address: &str| {
        let commit = repo.commit().message("Bump things\n");
        commit.author(name, address, T0 + HOUR).write()
    };
    let stranger = commit("renovate[bot]", "bot@renovate.example");
    let ferry = commit("Ferry", "77+ferry[bot]@users.noreply.github.com");
    let report = report(&repo, &program("", ""));
    let hinted = row(&report, &stranger);
    assert!(hinted.bot_suffix && hinted.automation.is_none());
    assert_eq!(
        hinted.authors,
        ["unknown: renovate[bot] <bot@renovate.example>"]
    );
    let declared = row(&report, &ferry);
    assert_eq!(declared.automation.as_ref().unwrap().as_str(), "ferry");
    for control in ["CM-2", "CR-10", "CR-4", "CR-8"] {
        let [a, b] = [&stranger, &ferry].map(|commit| decision(&report, commit, control).outcome);
        assert_eq!(a, b, "{control}");
    }
}

#[test]
fn the_author_of_a_forges_squash_is_unknown_until_declared() {
    let repo = Repo::new();
    let squash = repo.raw_commit(WEB_FLOW_SQUASH);
    repo.branch("main", &squash);
    let text = program("", "").replace("2026-H1", "2025");
    let before = report(&repo, &text);
    assert!(row(&before, &squash).bot_suffix);
    assert!(row(&before, &squash).automation.is_none());
    let after = report(
        &repo,
        &text.replace("github:ferry[bot]", "github:dependabot[bot]"),
    );
    assert_eq!(row(&after, &squash).authors, ["ferry"]);
}
