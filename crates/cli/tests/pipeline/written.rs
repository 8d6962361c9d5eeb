//! What `countersign ci` refuses, and what it does to a file that is there.

use testkit::{Repo, Runner};

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
repositories: [{name: shop, path: ., branch: main, forge: \"github:larkspur/shop\"}]
principals: [{id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}]
assignments: {ada: all}
";

fn company(more: &str) -> (Repo, Runner) {
    let repo = Repo::new();
    let program = format!("{PROGRAM}{more}");
    repo.write_file("countersign.yaml", &program);
    let commit = repo.commit().file("countersign.yaml", &program);
    commit.message("Begin\n").write();
    let runner = Runner::new(env!("CARGO_BIN_EXE_countersign")).in_dir(repo.path());
    (repo, runner)
}

#[test]
fn a_ledger_in_a_folder_is_refused() {
    let (_repo, runner) = company("");
    insta::assert_snapshot!(runner.run(["ci", "github"]).snapshot(), @r"
    exit: 4
    --- stdout
    --- stderr
    error: the ledger of the program is a folder, which ends with each job of CI: nobody would see what the gate records
    hint: write `ledger: git+URL` or `s3://BUCKET/PREFIX` into the program: docs/shared-ledger.md
    ");
}

#[test]
fn a_file_that_differs_is_kept_unless_forced() {
    let (repo, runner) = company("ledger: git+origin\n");
    repo.write_file("gate.yml", "mine\n");
    let arguments = ["ci", "github", "--out", "gate.yml"];
    insta::assert_snapshot!(runner.run(arguments).snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: gate.yml is there with another text
    hint: replace it with --force, or write elsewhere with --out
    ");
    for arguments in [[&arguments[..], &["--force"]].concat(), arguments.to_vec()] {
        let written = runner.run(arguments).expect_code(0);
        assert_eq!(written.stdout, "wrote gate.yml\n");
    }
    let printed = runner.run(["ci", "github"]).expect_code(0).stdout;
    let written = std::fs::read_to_string(repo.path().join("gate.yml"));
    assert_eq!(written.unwrap(), printed);
}

#[test]
fn what_the_program_does_not_say_is_asked_for() {
    let (_repo, runner) = company("ledger: git+elsewhere\n");
    insta::assert_snapshot!(runner.run(["ci", "github"]).snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: the clone of a job has no remote `elsewhere`, on which the ledger is
    hint: write `ledger: git+origin`, or the address of the other remote as git+URL
    ");
    insta::assert_snapshot!(runner.run(["ci", "gitlab"]).snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: the requests of `shop` are at github
    hint: write the pipeline of that one: countersign ci --help
    ");
    let (repo, runner) = company("ledger: git+origin\n");
    let without = PROGRAM.replace(", forge: \"github:larkspur/shop\"", "");
    repo.write_file("without.yaml", format!("{without}ledger: git+origin\n"));
    let arguments = ["ci", "gitlab", "--program", "without.yaml"];
    insta::assert_snapshot!(runner.run(arguments).snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: the program does not say where the requests of `shop` are
    hint: write `forge: github:OWNER/NAME` or `forge: gitlab:GROUP/PROJECT` into its entry under `repositories`
    ");
    insta::assert_snapshot!(runner.run(["ci", "github-again"]).snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: no rule of the program waits, so that no gate has to be run again
    hint: a gate that failed is run again by hand: gh run rerun
    ");
}
