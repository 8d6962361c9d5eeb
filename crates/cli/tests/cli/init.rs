//! `countersign init`.

use crate::runner;
use testkit::Repo;

/// A repository with a bot, an AI trailer, one person under two addresses, and files that name tools.
fn busy() -> Repo {
    let repo = Repo::new();
    let first = repo.commit().file(".github/workflows/ci.yml", "on: push\n");
    let first = first
        .file("Dockerfile", "FROM scratch\n")
        .file("Cargo.lock", "");
    first.file(".gitleaks.toml", "").message("Begin\n").write();
    let second = repo
        .commit()
        .author("Ada Marsh", "ada@mail.example", 1_767_700_000);
    let second = second.message("Mend\n\nCo-authored-by: Claude <noreply@anthropic.com>\n");
    second.write();
    let bot = repo
        .commit()
        .author("renovate[bot]", "bot@renovate.example", 1_767_800_000);
    bot.message("Bump (#3)\n").write();
    repo
}

#[test]
fn the_draft_holds_what_the_repository_shows() {
    let repo = busy();
    let runner = runner().in_dir(repo.path());
    let run = runner.run(["init", "--non-interactive"]).expect_code(0);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 0
    --- stdout
    wrote ./countersign.yaml
    3 questions are left in it for you; each begins with ??
    next: countersign check ./countersign.yaml
    --- stderr
    "#);
    let draft = std::fs::read_to_string(repo.path().join("countersign.yaml")).unwrap();
    insta::assert_snapshot!(draft, @r#"
    # What Countersign knows about this organisation, drafted from the repository.
    # A text that begins with ?? is a question that only you can answer.
    # countersign check lists those still open.
    version: 1
    organisation:
      name: "?? What is the organisation called?"
      head_count: "?? How many people work there? 1 person seems to"
    repositories:
      - name: "repo"
        branch: "main"
        # Without rebase in this list a commit that names no request is a deviation:
        # merge_methods: [merge, squash]
    tools:
      ci: ["GitHub Actions"]
      containers: ["Docker"]
      packages: ["cargo"]
      scanners: ["gitleaks"]
    # Grouped by address, account and full name: split or join where that guess is wrong.
    principals:
      - id: "ada-marsh"
        name: "Ada Marsh"
        emails: ["ada@larkspur.example", "ada@mail.example"]
      - id: "renovate-bot"
        name: "renovate[bot]"
        kind: automation
        emails: ["bot@renovate.example"]
      - id: claude
        name: "Claude"
        kind: agent
    assignments:
      "ada-marsh": all
    # A control that is named here is declared to be in use and compensates conflicts, for example
    #   controls: {CR-4: in use, CR-8: in use}
    controls: "?? Which controls of the catalogue are in use, as in CR-4, CR-8? countersign audit tests all of them"
    "#);
}

#[test]
fn the_draft_names_the_forge_that_it_was_cloned_from() {
    let drafted = |url: &str| {
        let repo = busy();
        let config = repo.git_dir().join("config");
        let text = std::fs::read_to_string(&config).unwrap();
        let remote = format!("{text}[remote \"origin\"]\n\turl = {url}\n");
        std::fs::write(&config, remote).unwrap();
        let runner = runner().in_dir(repo.path());
        let _drafted = runner.run(["init", "--non-interactive"]).expect_code(0);
        let draft = std::fs::read_to_string(repo.path().join("countersign.yaml")).unwrap();
        let (_, behind) = draft.split_once("    branch: \"main\"\n").unwrap();
        let (of_forge, _) = behind.split_once("    # Without rebase").unwrap();
        of_forge.to_owned()
    };
    let github = drafted("git@github.com:larkspur/shop.git");
    assert_eq!(github, "    forge: \"github:larkspur/shop\"\n");
    let gitlab = drafted("https://gitlab.com/larkspur/web/shop.git");
    assert_eq!(gitlab, "    forge: \"gitlab:larkspur/web/shop\"\n");
    insta::assert_snapshot!(drafted("git@gitlab.larkspur.example:web/shop.git"), @r#"
    # Where collect and gate ask about requests, if this is its API:
    # forge: "gitlab:web/shop"
    # forge_api: "https://gitlab.larkspur.example/api/v4"
    "#);
    assert_eq!(drafted("/srv/shop.git"), "");
}

#[test]
fn whoever_sent_a_patch_once_holds_no_duty() {
    let repo = Repo::new();
    for number in 0..120 {
        repo.commit().file("count", number.to_string()).write();
    }
    let patch = repo.commit().on("patch");
    let patch = patch.author("Bo Finch", "bo@outside.example", 1_768_700_000);
    patch.file("typo", "mended\n").write();
    let merge = repo.merge("main", "patch");
    merge
        .message("Merge pull request #7 from bo/patch\n")
        .write();
    let runner = runner().in_dir(repo.path());
    let _drafted = runner.run(["init", "--non-interactive"]).expect_code(0);
    let draft = std::fs::read_to_string(repo.path().join("countersign.yaml")).unwrap();
    let outsider = "  - id: \"bo-finch\"\n    name: \"Bo Finch\"\n    kind: outsider\n";
    assert!(draft.contains(outsider), "{draft}");
    assert!(draft.contains("How many people work there? 1 person seems to"));
    let assignments = &draft[draft.find("\nassignments:").unwrap()..];
    assert!(assignments.contains("\"ada-marsh\": all"), "{assignments}");
    assert!(!assignments.contains("bo-finch"), "{assignments}");
}

#[test]
fn a_file_is_never_overwritten_and_the_draft_has_questions() {
    let repo = busy();
    let runner = runner().in_dir(repo.path());
    let _first = runner.run(["init", "--non-interactive"]).expect_code(0);
    let again = runner.run(["init", "--non-interactive"]).expect_code(2);
    insta::assert_snapshot!(again.snapshot(), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: ./countersign.yaml exists and is not overwritten
    hint: edit that file, or write elsewhere with --out
    "#);
    let check = runner.run(["check"]);
    assert!(matches!(check.code, Some(1 | 3)), "{}", check.snapshot());
    assert!(check.stdout.contains("What is the organisation called?"));
}

#[test]
fn a_terminal_is_asked_and_its_answers_are_in_the_file() {
    let repo = busy();
    let runner = runner().in_dir(repo.path());
    let answers = [
        (
            "What is the organisation called?",
            "Larkspur \"Metrics\": Zürich",
        ),
        ("How many people work there?", "2"),
        ("Which controls of the catalogue are in use", "all of them"),
    ];
    let run = runner.converse(["init"], &answers).expect_code(0);
    insta::assert_snapshot!(run.stdout, @r"
    wrote ./countersign.yaml
    1 question is left in it for you; it begins with ??
    next: countersign check ./countersign.yaml
    ");
    assert!(
        run.stderr.contains("that does not fit there"),
        "{}",
        run.snapshot()
    );
    let draft = std::fs::read_to_string(repo.path().join("countersign.yaml")).unwrap();
    assert!(draft.contains("  name: \"Larkspur \\\"Metrics\\\": Zürich\"\n"));
    assert!(draft.contains("  head_count: 2\n"), "{draft}");
    assert!(draft.contains("controls: \"?? Which controls of the catalogue are in use"));
    let check = runner.run(["check"]);
    assert!(
        run.stderr.contains("expected a mapping"),
        "{}",
        run.snapshot()
    );
    assert!(!check.stdout.contains("What is the organisation called?"));
    assert!(check.stdout.contains("Which controls of the catalogue"));
}

#[test]
fn controls_are_answered_by_their_ids() {
    let repo = busy();
    let answers = [
        ("What is the organisation called?", "Larkspur Metrics"),
        ("How many people work there?", "1"),
        ("Which controls of the catalogue are in use", "CR-4, CR-8"),
    ];
    let runner = runner().in_dir(repo.path());
    let run = runner.converse(["init"], &answers).expect_code(0);
    assert!(
        run.stdout.contains("no question is left"),
        "{}",
        run.snapshot()
    );
    let draft = std::fs::read_to_string(repo.path().join("countersign.yaml")).unwrap();
    assert!(
        draft.contains("\ncontrols: {CR-4: in use, CR-8: in use}\n"),
        "{draft}"
    );
}

#[test]
fn an_empty_answer_leaves_the_question() {
    let (asked, silent) = (busy(), busy());
    let answers = [
        ("What is the organisation called?", ""),
        ("How many people work there?", ""),
        ("Which controls", ""),
    ];
    let _asked = runner()
        .in_dir(asked.path())
        .converse(["init"], &answers)
        .expect_code(0);
    let _silent = runner()
        .in_dir(silent.path())
        .run(["init", "--non-interactive"])
        .expect_code(0);
    let draft =
        |repo: &Repo| std::fs::read_to_string(repo.path().join("countersign.yaml")).unwrap();
    assert_eq!(draft(&asked), draft(&silent));
}
