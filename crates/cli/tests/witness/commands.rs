//! What the commands print and refuse.

use crate::company::{self, Served, log};
use crate::{http, runner};
use std::fs;
use tlog::key::SignerKey;
use tlog::witness;
use tlog::witness::answer::Answer;

#[test]
fn a_witness_is_made_once() {
    let runner = runner();
    let init = ["witness", "init", "--name", "witness.example/bo"];
    let made = runner.run(init).expect_code(0);
    assert_eq!(made.stdout.lines().count(), 2);
    insta::assert_snapshot!(made.stderr, @r"
    keep the folder witness: nobody can make the witness again, and no copy of it may ever run
    hand the public keys above to whoever is to believe the witness
    ");
    insta::assert_snapshot!(runner.run(init).snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: witness holds a witness already
    hint: its keys are what others trust: name another folder with --folder DIR for another witness
    ");
    let unnamed = ["witness", "init", "--name", "a name", "--folder", "other"];
    insta::assert_snapshot!(runner.run(unnamed).snapshot(), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: no witness can have this name
    caused by: a key name has 1 to 512 bytes and no space, control character or '+': "a name"
    hint: a name looks like an address without its scheme, such as witness.example/bo
    "#);
}

#[test]
fn without_a_witness_nothing_is_served_or_watched() {
    let runner = runner();
    insta::assert_snapshot!(runner.run(["witness", "serve"]).snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: witness holds no witness
    hint: make one with countersign witness init --name NAME --folder witness
    ");
    let other = runner.run(["witness", "log", "list", "--folder", "elsewhere"]);
    insta::assert_snapshot!(other.snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: elsewhere holds no witness
    hint: make one with countersign witness init --name NAME --folder elsewhere
    ");
}

#[test]
fn a_key_of_anything_but_a_log_is_refused_and_no_other_added() {
    let (runner, cosigners) = company::witness();
    let (log, cosigner) = (other_log(), cosigners[0].to_string());
    let added = runner.run(["witness", "log", "add", &log, &cosigner]);
    insta::assert_snapshot!(added.snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: the key of witness.example/bo has signature type 0x04, and only 0x01 (Ed25519) is known here
    hint: countersign ledger key show prints the key of a log behind the word key
    ");
    let list = runner.run(["witness", "log", "list"]).expect_code(0);
    assert_eq!(
        list.stdout,
        "log.example/ada\n  keys      2b28da55\n  cosigned  nothing yet\n"
    );
}

fn other_log() -> String {
    let name = tlog::key::KeyName::new("log.example/eve").unwrap();
    SignerKey::from_seed(name, &[2; 32]).verifier().to_string()
}

#[test]
fn the_list_shows_what_was_cosigned_and_who_lied() {
    let (runner, _) = company::witness();
    let server = Served::start(runner.home());
    http::add_checkpoint(server.address, &company::request(0, 3)).unwrap();
    let fork = company::forked(3);
    http::add_checkpoint(server.address, format!("old 3\n\n{fork}").as_bytes()).unwrap();
    let list = runner.run(["witness", "log", "list"]).expect_code(0).stdout;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines[..2], ["log.example/ada", "  keys      2b28da55"]);
    assert!(lines[2].starts_with("  cosigned  size 3, 2"), "{list}");
    let path = lines[3].strip_prefix("  lied      ").unwrap();
    let kept = fs::read_to_string(runner.home().join(path)).unwrap();
    let conflict: tlog::conflict::Conflict = kept.parse().unwrap();
    assert_eq!(conflict.verify(&[log().verifier()]), Ok(()));
    assert!(path.contains(&witness::origin_hash(company::ORIGIN)));
}

#[test]
fn a_log_that_was_removed_and_added_again_goes_on_from_where_it_was() {
    let (runner, _) = company::witness();
    let server = Served::start(runner.home());
    let add = |old_size, size| {
        http::add_checkpoint(server.address, &company::request(old_size, size)).unwrap()
    };
    assert!(matches!(add(0, 5), Answer::Cosigned(_)));
    let remove = ["witness", "log", "remove", company::ORIGIN];
    let unknown = runner.run(["witness", "log", "remove", company::ORIGIN, "other"]);
    insta::assert_snapshot!(unknown.snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: no log `other` is watched
    hint: countersign witness log list shows the names of those that are
    ");
    insta::assert_snapshot!(runner.run(remove).snapshot(), @r"
    exit: 0
    --- stdout
    watches log.example/ada no longer; what was cosigned last of it is kept
    --- stderr
    ");
    let _again = runner.run(remove).expect_code(2);
    let list = runner.run(["witness", "log", "list"]).expect_code(0);
    assert_eq!(list.stdout, "");
    assert!(matches!(add(5, 6), Answer::Refused { status: 404, .. }));
    let vkey = log().verifier().to_string();
    let _added = runner.run(["witness", "log", "add", &vkey]).expect_code(0);
    // Neither from the start nor from an older copy.
    assert_eq!(add(0, 3), Answer::Holds { size: 5 });
    assert!(matches!(add(5, 6), Answer::Cosigned(_)));
}
