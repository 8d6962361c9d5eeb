//! Which commits are changes, and which commit was brought in by which.

use crate::{census, names, only, try_census};
use model::change::{Change, Landed};
use model::digest::Digest;
use model::period::Period;
use testkit::{CommitBuilder, Repo};

/// How a change landed, its request, its authors, its merger and how many commits it brought in.
type Told<'a> = (Landed, Option<u64>, &'a [&'a str], Option<&'a str>, u32);

/// Asserts what each change of a repository tells.
fn check(repo: &Repo, expect: &[Told<'_>]) {
    let census = census(repo);
    let told = |change: &Change| {
        let merger = change.merger.as_ref().map(|merger| merger.name.to_string());
        let authors = names(&change.authors).join(", ");
        (
            change.landed,
            change.request,
            authors,
            merger,
            change.brought.commits,
        )
    };
    let found: Vec<_> = census.changes.iter().map(told).collect();
    let expect: Vec<_> = expect
        .iter()
        .map(|&(landed, request, authors, merger, brought)| {
            (
                landed,
                request,
                authors.join(", "),
                merger.map(str::to_owned),
                brought,
            )
        })
        .collect();
    assert_eq!(found, expect);
    let positions: Vec<u32> = census
        .changes
        .iter()
        .map(|change| change.position)
        .collect();
    assert_eq!(
        positions,
        (0..census.changes.len() as u32).collect::<Vec<_>>()
    );
}

const ADA: &str = "Ada Marsh";

#[test]
fn a_straight_history() {
    let repo = Repo::new();
    repo.commit().file("b", "1").file("a/x", "1").write();
    repo.commit()
        .file("a/x", "2")
        .remove("b")
        .message("Fix (#7)\n")
        .write();
    check(
        &repo,
        &[
            (Landed::Root, None, &[ADA], None, 0),
            (Landed::Squash, Some(7), &[ADA], Some(ADA), 0),
        ],
    );
    let census = census(&repo);
    let paths: Vec<_> = census
        .changes
        .iter()
        .map(|change| change.paths.join(" "))
        .collect();
    assert_eq!(paths, ["a/x b", "a/x b"]);
    assert!(census.changes.iter().all(|change| change.paths_read));
}

#[test]
fn a_merge_tells_what_its_head_has_otherwise() {
    let merged = |edit: &dyn for<'r> Fn(CommitBuilder<'r>) -> CommitBuilder<'r>, moves_on: bool| {
        let repo = Repo::new();
        let base = repo.commit().file("a/x", "1").file("b", "1").write();
        repo.branch("topic", &base);
        let topic = repo
            .commit()
            .on("topic")
            .file("a/x", "2")
            .file("a/y/z", "1");
        topic.write();
        if moves_on {
            repo.commit().file("b", "2").file("c/d", "1").write();
        }
        edit(repo.merge("main", "topic")).write();
        census(&repo).changes.last().unwrap().merged_paths
    };
    for moves_on in [false, true] {
        assert_eq!(merged(&|merge| merge, moves_on), Some(0));
        assert_eq!(merged(&|merge| merge.file("a/x", "3"), moves_on), Some(1));
        let two = merged(&|merge| merge.file("e/f/g", "1").file("b", "9"), moves_on);
        assert_eq!(two, Some(2));
        assert_eq!(
            merged(&|merge| merge.file("a/y", "no folder"), moves_on),
            Some(1)
        );
        // What was taken out of the change is less of it, and what was taken from the branch is more.
        assert_eq!(merged(&|merge| merge.file("a/x", "1"), moves_on), Some(0));
        assert_eq!(merged(&|merge| merge.remove("b"), moves_on), Some(1));
    }
    let repo = Repo::new();
    repo.commit().file("a", "1").write();
    repo.commit().file("a", "2").write();
    let none = census(&repo).changes;
    assert!(none.iter().all(|change| change.merged_paths.is_none()));
}

#[test]
fn a_merge_has_the_authors_of_what_it_brought() {
    let repo = Repo::new();
    let base = repo.commit().write();
    repo.branch("topic", &base);
    repo.commit()
        .on("topic")
        .author("Cleo Finch", "cleo@x", 1_767_700_000)
        .file("c", "")
        .write();
    repo.commit()
        .on("topic")
        .author("Bea Holt", "bea@x", 1_767_700_100)
        .file("b", "")
        .write();
    repo.merge("main", "topic")
        .author("Dan Reed", "dan@x", 1_767_710_000)
        .committer("GitHub", "noreply@github.com", 1_767_710_000)
        .message("Merge pull request #3 from larkspur/topic\n")
        .write();
    check(
        &repo,
        &[
            (Landed::Root, None, &[ADA], None, 0),
            (
                Landed::RequestMerge,
                Some(3),
                &["Bea Holt", "Cleo Finch"],
                Some("Dan Reed"),
                2,
            ),
        ],
    );
    let census = census(&repo);
    let merge = &census.changes[1];
    assert!(merge.forge_committed);
    assert_eq!(merge.paths, ["b", "c"]);
    assert_eq!(
        merge.brought.last_committed_at.unwrap().as_second(),
        1_767_700_100
    );
    assert_eq!(merge.brought.signatures.len(), 2);
    assert_eq!(merge.open_hours(), Some(2.75));
}

#[test]
fn a_squash_by_the_forge_does_not_show_its_merger() {
    let repo = Repo::new();
    let write = |name, address| {
        repo.commit()
            .parents([] as [&str; 0])
            .parents(["1".repeat(40)])
            .committer(name, address, 1_767_710_000)
            .message("A title (#3)")
            .write();
        only(&census(&repo))
            .merger
            .clone()
            .map(|merger| merger.name.to_string())
    };
    assert_eq!(write("GitHub", "noreply@github.com"), None);
    assert_eq!(
        write("Ada's script", "noreply@github.com").as_deref(),
        Some("Ada's script")
    );
    assert_eq!(write("Bea Holt", "bea@x").as_deref(), Some("Bea Holt"));
}

#[test]
fn other_forges_are_declared() {
    let repo = Repo::new();
    repo.commit()
        .committer("Forge", "noreply@forge.example", 1_767_710_000)
        .write();
    let addresses = ["NoReply@forge.example".to_owned()].into();
    let period = Period::all();
    let options = crate::options(&period, &addresses);
    let census = sources::git::fetch(&sources::git::open(&repo.path()).unwrap(), &options).unwrap();
    assert!(only(&census).forge_committed);
}

#[test]
fn a_merge_that_brings_nothing_has_its_own_author() {
    let repo = Repo::new();
    let first = repo.commit().write();
    let second = repo.commit().write();
    repo.commit()
        .parents([second, first])
        .message("Merge branch 'main'\n")
        .write();
    check(
        &repo,
        &[
            (Landed::Root, None, &[ADA], None, 0),
            (Landed::NotEvidenced, None, &[ADA], None, 0),
            (Landed::BranchMerge, None, &[ADA], Some(ADA), 0),
        ],
    );
}

#[test]
fn an_octopus_brings_the_commits_of_all_arms() {
    let repo = Repo::new();
    let base = repo.commit().write();
    let arms: Vec<String> = ["Bea Holt", "Cleo Finch"]
        .iter()
        .map(|name| {
            repo.commit()
                .on_no_branch()
                .parents([&base])
                .author(name, "x@x", 1_767_700_000)
                .write()
        })
        .collect();
    let parents = [base, arms[0].clone(), arms[1].clone()];
    repo.commit()
        .parents(parents)
        .message("Octopus (#9)")
        .write();
    check(
        &repo,
        &[
            (Landed::Root, None, &[ADA], None, 0),
            (
                Landed::RequestMerge,
                Some(9),
                &["Bea Holt", "Cleo Finch"],
                Some(ADA),
                2,
            ),
        ],
    );
}

#[test]
fn unrelated_histories_bring_their_root() {
    let repo = Repo::new();
    let ours = repo.commit().file("ours", "").write();
    let root = repo
        .commit()
        .on_no_branch()
        .author("Bea Holt", "b@x", 1_767_700_000)
        .file("theirs", "")
        .write();
    repo.commit()
        .parents([ours, root])
        .file("theirs", "")
        .message("Merge branch 'theirs'")
        .write();
    check(
        &repo,
        &[
            (Landed::Root, None, &[ADA], None, 0),
            (Landed::BranchMerge, None, &["Bea Holt"], Some(ADA), 1),
        ],
    );
}

#[test]
fn commits_belong_to_the_oldest_change_that_reaches_them() {
    let repo = Repo::new();
    let base = repo.commit().write();
    let side = |parent: &str, name: &str| {
        repo.commit()
            .on_no_branch()
            .parents([parent])
            .author(name, "x@x", 1_767_700_000)
            .write()
    };
    let one = side(&base, "Bea Holt");
    let two = side(&one, "Cleo Finch");
    let first = repo
        .commit()
        .parents([base, one])
        .message("Merge branch 'one'")
        .write();
    // A criss-cross: the topic takes the main branch in before it lands.
    let crossed = repo
        .commit()
        .on_no_branch()
        .parents([two, first.clone()])
        .author("Dan Reed", "d@x", 1_767_700_000)
        .write();
    repo.commit()
        .parents([first, crossed])
        .message("Merge branch 'two'")
        .write();
    check(
        &repo,
        &[
            (Landed::Root, None, &[ADA], None, 0),
            (Landed::BranchMerge, None, &["Bea Holt"], Some(ADA), 1),
            (
                Landed::BranchMerge,
                None,
                &["Cleo Finch", "Dan Reed"],
                Some(ADA),
                2,
            ),
        ],
    );
}

#[test]
fn the_committers_clock_puts_a_change_into_the_period() {
    let repo = Repo::new();
    let dates = [
        "2026-03-31T23:59:59Z",
        "2026-04-01T00:00:00Z",
        "2026-06-30T23:59:59Z",
        "2026-07-01T00:00:00Z",
    ];
    let commits: Vec<String> = dates
        .iter()
        .map(|date| date.parse::<jiff::Timestamp>().unwrap().as_second())
        .map(|second| {
            repo.commit()
                .author("Ada", "a@x", 1)
                .committer("Ada", "a@x", second)
                .write()
        })
        .collect();
    let period = Period::parse("2026-Q2").unwrap();
    let addresses = Default::default();
    let options = crate::options(&period, &addresses);
    let census = sources::git::fetch(&sources::git::open(&repo.path()).unwrap(), &options).unwrap();
    let found: Vec<String> = census
        .changes
        .iter()
        .map(|change| change.commit.to_string())
        .collect();
    assert_eq!(found, commits[1..3]);
    assert_eq!(census.changes[0].position, 1);
    let observation = &census.observation;
    assert_eq!(
        (observation.changes, observation.first_parent_commits),
        (2, 4)
    );
    assert_eq!(observation.all_commits.commits, 4);
    let lines = format!("{}\n{}\n", commits[1], commits[2]);
    assert_eq!(observation.population_sha256, Digest::of(lines.as_bytes()));
    insta::assert_snapshot!(observation.query.command, @"git --no-replace-objects log --first-parent --reverse --format='%H %ct' refs/heads/main -- | awk '$2>=1775001600 && $2<1782864000 {print $1}'");
}

#[test]
fn paths_are_told_as_git_tells_them() {
    let repo = Repo::new();
    repo.commit()
        .file("dir/a", "1")
        .file("dir/b", "1")
        .file("dir.x", "1")
        .file("was-file", "1")
        .file("mode", "1")
        .submodule("sub", &"1".repeat(40))
        .write();
    repo.commit()
        .file("dir/a", "2")
        .remove("was-file")
        .file("was-file/now-folder", "1")
        .executable("mode", "1")
        .submodule("sub", &"2".repeat(40))
        .file("new/deep/er", "1")
        .write();
    let census = census(&repo);
    insta::assert_snapshot!(census.changes[1].paths.join("\n"), @r"
    dir/a
    mode
    new/deep/er
    sub
    was-file
    was-file/now-folder
    ");
}

#[test]
fn messages_in_other_encodings_are_read() {
    let repo = Repo::new();
    repo.commit()
        .author_line(b"J\xfcrgen <j@x> 1767700000 +0100")
        .encoding("ISO-8859-1")
        .message(b"Gr\xfc\xdfe (#4)\n\nCo-authored-by: J\xf6rg <j@y>\n")
        .write();
    repo.commit()
        .author_line(b"J\xfcrgen <j@x> 1767700000 +0100")
        .message(b"Gr\xfc\xdfe")
        .write();
    let census = census(&repo);
    let subjects: Vec<_> = census
        .changes
        .iter()
        .map(|change| (&*change.subject, &*change.author.name))
        .collect();
    assert_eq!(
        subjects,
        [
            ("Grüße (#4)", "Jürgen"),
            ("Gr\u{fffd}\u{fffd}e", "J\u{fffd}rgen")
        ]
    );
    assert_eq!(names(&census.changes[0].co_authors), ["Jörg"]);
}

#[test]
fn clocks_that_no_calendar_has_are_no_panic() {
    let repo = Repo::new();
    for date in [
        "9223372036854775807 +0000",
        "-9223372036854775808 +0000",
        "soon",
        "",
    ] {
        repo.commit()
            .author_line(format!("Ada <a@x> {date}"))
            .write();
    }
    assert_eq!(census(&repo).changes.len(), 4);
}

#[test]
fn assistants_are_counted_by_commit() {
    let repo = Repo::new();
    let base = repo
        .commit()
        .message("s\n\nCo-authored-by: Claude <noreply@anthropic.com>")
        .write();
    repo.branch("topic", &base);
    repo.commit()
        .on("topic")
        .message("s\n\nAssisted-by: Codex\n\nCo-authored-by: Claude Opus 4.5")
        .write();
    repo.commit()
        .on("topic")
        .message("s\n\nMade-with: Cursor")
        .write();
    repo.merge("main", "topic")
        .message("Merge branch 'topic'")
        .write();
    let census = census(&repo);
    assert_eq!(census.changes[0].assistants, ["Claude"]);
    assert_eq!(census.changes[1].assistants, [] as [&str; 0]);
    assert_eq!(
        census.changes[1].brought_assistants,
        ["Claude", "Codex", "Cursor"]
    );
    let counts: Vec<_> = census
        .observation
        .all_commits
        .assistants
        .into_iter()
        .collect();
    assert_eq!(
        counts,
        [
            ("Claude".into(), 2),
            ("Codex".into(), 1),
            ("Cursor".into(), 1)
        ]
    );
}

#[test]
fn one_thread_finds_what_many_find() {
    let repo = Repo::new();
    for number in 0..700 {
        repo.commit().file("a", format!("{number}")).write();
    }
    let with = |threads| try_census(&repo.path(), &|options| options.threads = threads).unwrap();
    let one = with(1);
    assert_eq!(one.changes.len(), 700);
    assert!(one == with(0) && one == with(5));
}
