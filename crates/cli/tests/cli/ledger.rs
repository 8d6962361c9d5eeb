//! What the log says of itself where something is missing or was put back.

use std::fs;

use testkit::Repo;

use crate::runner;

const CHECKPOINT: &str = ".countersign/ledger/checkpoint";

fn begun() -> Repo {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    says(&repo, "", &["collect"], 0);
    repo
}

/// Returns what a command says in a folder of the repository; lines that were folded are one again.
fn says(repo: &Repo, folder: &str, arguments: &[&str], code: i32) -> String {
    let runner = runner().in_dir(repo.path().join(folder));
    let run = runner.run(arguments).expect_code(code);
    format!("{}{}", run.stdout, run.stderr).replace("\n  ", " ")
}

#[test]
fn an_older_checkpoint_that_was_put_back_is_told_and_signed_over() {
    let repo = begun();
    let old = fs::read(repo.path().join(CHECKPOINT)).unwrap();
    says(&repo, "", &["collect"], 0);
    fs::write(repo.path().join(CHECKPOINT), old).unwrap();
    for command in ["verify", "status"] {
        let code = if command == "verify" { 3 } else { 0 };
        let told = says(&repo, "", &["ledger", command], code);
        assert!(
            told.contains("2 more leaves are recorded, and nobody signed for that"),
            "{told}"
        );
    }
    says(&repo, "", &["collect"], 0);
    let told = says(&repo, "", &["ledger", "verify"], 0);
    assert!(!told.contains("more leaves"), "{told}");
}

#[test]
fn a_checkpoint_that_is_gone_has_a_mend() {
    let repo = begun();
    fs::remove_file(repo.path().join(CHECKPOINT)).unwrap();
    let told = says(&repo, "", &["ledger", "rebuild"], 4);
    assert!(
        told.contains("put it back from the newest report"),
        "{told}"
    );
}

#[test]
fn a_proof_that_the_tiles_do_not_give_is_not_printed() {
    let repo = begun();
    let tile = repo.path().join(".countersign/ledger/tile/0/000.p/2");
    let mut hashes = fs::read(&tile).unwrap();
    hashes[40] ^= 1;
    fs::write(&tile, hashes).unwrap();
    let told = says(&repo, "", &["ledger", "prove", "0"], 1);
    assert!(told.contains("the tiles do not prove leaf 0"), "{told}");
}

#[test]
fn what_rebuild_makes_again_verify_agrees_with() {
    let repo = begun();
    says(&repo, "", &["collect"], 0);
    let tile = repo.path().join(".countersign/ledger/tile/0/000.p/2");
    let mut hashes = fs::read(&tile).unwrap();
    hashes[40] ^= 1;
    fs::write(&tile, hashes).unwrap();
    let told = says(&repo, "", &["ledger", "verify"], 1);
    assert!(told.contains("000.p/2 does not fit"), "{told}");
    assert!(told.contains("countersign ledger rebuild"), "{told}");
    says(&repo, "", &["ledger", "rebuild"], 0);
    says(&repo, "", &["ledger", "verify"], 0);
}

#[test]
fn a_record_that_is_damaged_is_told_as_that() {
    let repo = begun();
    says(&repo, "", &["collect"], 0);
    let records = repo
        .path()
        .join(".countersign/records/00000000000000000000");
    let mut bytes = fs::read(&records).unwrap();
    bytes[200] ^= 1;
    fs::write(&records, bytes).unwrap();
    for command in [["ledger", "verify"], ["ledger", "rebuild"]] {
        let told = says(&repo, "", &command, 1);
        assert!(told.contains("is damaged from byte"), "{told}");
        assert!(told.contains("from a backup alone"), "{told}");
        assert!(!told.contains("interrupted"), "{told}");
    }
    let told = says(&repo, "", &["collect"], 1);
    assert!(told.contains("is damaged from byte"), "{told}");
    assert!(!told.contains("interrupted"), "{told}");
}

/// Piped, each stays one line.
#[test]
fn errors_and_hints_are_folded_at_a_terminal_alone() {
    let repo = begun();
    let folder = "a-folder-that-is-called-at-some-length-and-holds-nothing-of-a-log";
    let arguments = ["ledger", "status", "--ledger", folder];
    let runner = runner().in_dir(repo.path());
    let piped = runner.run(arguments).expect_code(4).stderr;
    assert_eq!(piped.lines().count(), 2, "{piped}");
    assert!(piped.lines().any(|line| line.len() > 80), "{piped}");
    let shown = runner.converse(arguments, &[]).expect_code(4).stderr;
    assert!(shown.lines().all(|line| line.len() <= 80), "{shown}");
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&shown), words(&piped));
}

#[test]
fn a_run_that_finds_nothing_to_record_begins_no_log() {
    let repo = Repo::new();
    let told = says(&repo, "", &["collect"], 4);
    assert!(told.contains("the repository is empty"), "{told}");
    assert!(!repo.path().join(".countersign").exists());
}

#[test]
fn the_log_is_found_from_a_folder_of_the_repository() {
    let repo = begun();
    fs::create_dir_all(repo.path().join("src/deep")).unwrap();
    let told = says(&repo, "src/deep", &["ledger", "status"], 0);
    assert!(told.contains("leaves  2"), "{told}");
}

#[test]
fn a_log_that_is_begun_is_told_with_its_place_and_one_that_goes_on_is_not() {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    let told = says(&repo, "", &["collect"], 0);
    assert!(told.contains("began a log in .countersign\n"), "{told}");
    let told = says(&repo, "", &["collect"], 0);
    assert!(!told.contains("began"), "{told}");
    let told = says(&repo, "", &["collect", "--ledger", ".countersing"], 0);
    assert!(told.contains("began a log in .countersing\n"), "{told}");
    let told = says(&repo, "", &["ledger", "status", "--ledger", "mistyped"], 4);
    assert!(told.contains("no ledger lies in mistyped"), "{told}");
    assert!(!repo.path().join("mistyped").exists());
}

#[test]
fn linked_work_trees_have_the_log_of_the_main_one() {
    let repo = begun();
    let linked = repo.linked_worktree("second", "main");
    fs::create_dir_all(linked.join("src")).unwrap();
    // What an earlier version left there.
    fs::create_dir(linked.join(".countersign")).unwrap();
    let told = says(&repo, linked.to_str().unwrap(), &["collect"], 0);
    assert!(!told.contains("began"), "{told}");
    let name = repo.path().file_name().unwrap().display().to_string();
    assert!(told.contains(&format!("of {name} at ")), "{told}");
    for folder in [linked.clone(), linked.join("src")] {
        let status = ["ledger", "status"];
        let told = says(&repo, folder.to_str().unwrap(), &status, 0);
        assert!(told.contains("leaves  4"), "{told}");
    }
    assert_eq!(
        fs::read_dir(linked.join(".countersign")).unwrap().count(),
        0
    );
}

#[test]
fn a_log_that_was_begun_in_a_linked_work_tree_goes_on_there() {
    let repo = begun();
    let linked = repo.linked_worktree("second", "main");
    let place = linked.join(".countersign");
    let named = ["collect", "--ledger", place.to_str().unwrap()];
    says(&repo, linked.to_str().unwrap(), &named, 0);
    let told = says(&repo, linked.to_str().unwrap(), &["ledger", "status"], 0);
    assert!(told.contains("leaves  2"), "{told}");
}

#[test]
fn what_is_no_report_is_not_said_to_be_a_spoilt_one() {
    let repo = begun();
    let told = says(&repo, "", &["verify", ".countersign"], 4);
    assert!(told.contains("no report lies in .countersign"), "{told}");
    assert!(
        told.contains("countersign ledger verify --ledger"),
        "{told}"
    );
}

#[test]
fn a_leaf_that_the_log_lacks_is_wrong_usage() {
    let repo = begun();
    let interval = ["ledger", "interval", "--from", "0", "--to", "9"];
    says(&repo, "", &interval, 2);
    says(&repo, "", &["ledger", "prove", "9"], 2);
}

#[test]
fn an_address_that_is_none_is_wrong_usage_and_one_that_is_off_is_unreachable() {
    let repo = begun();
    let key = fs::read_to_string(repo.path().join(".countersign/log.vkey")).unwrap();
    repo.write_file("keys", key);
    let at = |url: &str, code| {
        let verify = ["ledger", "verify", "--trust", "keys", "--at", url];
        says(&repo, "", &verify, code)
    };
    let told = at("ftp://127.0.0.1/log", 2);
    assert!(told.contains("is no address"), "{told}");
    let told = at("http://127.0.0.1:1", 4);
    assert!(told.contains("http://127.0.0.1:1/checkpoint"), "{told}");
    assert!(!told.contains("follow from each other"), "{told}");
}
