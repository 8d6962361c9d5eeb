//! The key of a log that machines share: replaced from one of them, revoked, lost, and what the others are told.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use testkit::Runner;

use crate::forge::Forge;
use crate::{log_key, machine, name_and_id, private_key, says};

const ROTATE: [&str; 5] = ["ledger", "key", "rotate", "--reason", "each year"];

/// Returns what a command says, lines that were folded in one.
fn told(machine: &Runner, arguments: &[&str], code: i32) -> String {
    says(machine, arguments, code).replace("\n  ", " ")
}

/// A laptop that began a log on a forge, and a second one with the same key.
fn two(forge: &Forge) -> (Runner, (Runner, PathBuf)) {
    let laptop = machine().in_dir(forge.repo.path());
    says(&laptop, &["collect"], 0);
    let (other, clone) = forge.runner();
    gets_key(&clone, &private_key(&forge.repo.path()));
    says(&other, &["collect"], 0);
    (laptop, (other, clone))
}

/// Puts the text of a private key where a machine reads it.
fn gets_key(folder: &Path, key: &str) {
    let own = folder.join(".countersign");
    fs::create_dir_all(&own).unwrap();
    let path = own.join("log.key");
    fs::write(&path, key).unwrap();
    let owner_alone = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&path, owner_alone).unwrap();
}

fn id_of(key: &str) -> &str {
    name_and_id(key).rsplit_once('+').unwrap().1
}

/// Returns what an auditor is told who trusts these keys.
fn verified(machine: &Runner, keys: &[&str], code: i32) -> String {
    fs::write(machine.home().join("trusted"), keys.join("\n")).unwrap();
    let trusted = machine.home().join("trusted");
    let verify = ["ledger", "verify", "--trust", trusted.to_str().unwrap()];
    told(machine, &verify, code)
}

#[test]
fn a_rotation_on_one_machine_stops_the_others_until_they_have_the_new_key() {
    let forge = Forge::new();
    let (laptop, (other, clone)) = two(&forge);
    let old = log_key(&laptop, &[]);
    let old_private = private_key(&forge.repo.path());
    let rotated = told(&laptop, &ROTATE, 0);
    let new = log_key(&laptop, &[]);
    assert_ne!(old, new);
    assert!(rotated.contains("to each other machine"), "{rotated}");
    assert!(rotated.contains("COUNTERSIGN_LOG_KEY"), "{rotated}");
    assert_ne!(old_private, private_key(&forge.repo.path()));
    says(&laptop, &["collect"], 0);
    let erase = [
        "ledger",
        "erase",
        "1",
        "--by",
        "Ada Marsh",
        "--reason",
        "asked for",
    ];
    for command in [
        &["collect"][..],
        &["audit", "--out", "../r"],
        &erase,
        &ROTATE,
    ] {
        let refused = told(&other, command, 4);
        let mend = format!("is signed by key {} now", id_of(&new));
        assert!(refused.contains(&mend), "{refused}");
        assert!(refused.contains("COUNTERSIGN_LOG_KEY"), "{refused}");
    }
    assert_eq!(log_key(&other, &[]), new);
    let shown = told(&other, &["ledger", "key", "show"], 0);
    assert!(shown.contains("log.key holds another key"), "{shown}");
    let given = other.env("COUNTERSIGN_LOG_KEY", &old_private);
    let refused = told(&given, &["collect"], 4);
    assert!(refused.contains("and this machine holds key"), "{refused}");
    let other = given.env("COUNTERSIGN_LOG_KEY", "");
    for (keys, why) in [
        (&[old.as_str()], "one that you supplied handed the log over"),
        (&[new.as_str()], "a key that you supplied"),
    ] {
        let verified = verified(&other, keys, 0);
        assert!(verified.contains(why), "{verified}");
        assert!(verified.contains("KEY ROTATED at leaf 4"), "{verified}");
        assert!(verified.contains("each year"), "{verified}");
    }
    gets_key(&clone, &private_key(&forge.repo.path()));
    says(&other, &["collect"], 0);
    says(&laptop, &["collect"], 0);
    says(&laptop, &["audit", "--out", "../report"], 0);
    says(&laptop, &["ledger", "rebuild"], 0);
    verified(&other, &[&old], 0);
    forge.leaked_nothing();
}

#[test]
fn of_two_machines_that_rotate_at_once_one_does() {
    let forge = Forge::new();
    let (laptop, (other, clone)) = two(&forge);
    let old = log_key(&laptop, &[]);
    let runs = std::thread::scope(|scope| {
        let machines = [&laptop, &other];
        let threads = machines.map(|machine| scope.spawn(|| machine.run(ROTATE)));
        threads.map(|thread| thread.join().unwrap())
    });
    let won = runs.iter().position(|run| run.code == Some(0)).unwrap();
    let (folder, lost) = match won {
        0 => (forge.repo.path(), &runs[1]),
        _ => (clone.clone(), &runs[0]),
    };
    assert_eq!(lost.code, Some(4), "{}", lost.stderr);
    let new = log_key(&laptop, &[]);
    assert!(lost.stderr.contains(id_of(&new)), "{}", lost.stderr);
    let key = private_key(&folder);
    for (machine, folder) in [(&laptop, forge.repo.path()), (&other, clone)] {
        gets_key(&folder, &key);
        says(machine, &["collect"], 0);
        assert!(!folder.join(".countersign/log.key.next").exists());
    }
    let verified = verified(&laptop, &[&old], 0);
    assert_eq!(verified.matches("KEY ROTATED").count(), 1, "{verified}");
}

#[test]
fn a_stolen_key_is_revoked_and_a_lost_one_given_up() {
    let forge = Forge::new();
    let (laptop, (other, clone)) = two(&forge);
    let stolen = log_key(&laptop, &[]);
    says(&laptop, &ROTATE, 0);
    let stolen_id = name_and_id(&stolen);
    let revoke = [
        "ledger", "key", "revoke", "--key", stolen_id, "--reason", "stolen",
    ];
    says(&other, &revoke, 4);
    says(&laptop, &revoke, 0);
    let marked = verified(&other, &[&stolen], 0);
    assert!(marked.contains("KEY REVOKED at leaf 5"), "{marked}");

    let second = log_key(&laptop, &[]);
    let lost = ["ledger", "key", "lost", "--reason", "no copy"];
    let refused = told(&laptop, &lost, 2);
    assert!(refused.contains("log.key is there"), "{refused}");
    // The one that this machine has is of no use any more.
    let refused = told(&other, &lost, 2);
    assert!(refused.contains("log.key is there"), "{refused}");
    fs::remove_file(forge.repo.path().join(".countersign/log.key")).unwrap();
    let refused = told(&laptop, &["collect"], 4);
    assert!(refused.contains("log.key is missing"), "{refused}");
    fs::remove_file(clone.join(".countersign/log.key")).unwrap();
    says(&other, &lost, 0);
    says(&other, &["collect"], 0);
    let refused = verified(&laptop, &[&second], 1);
    assert!(refused.contains("did not vouch for"), "{refused}");
    let third = log_key(&laptop, &[]);
    let marked = verified(&laptop, &[&third], 0);
    for mark in ["KEY ROTATED", "KEY REVOKED", "KEY LOST at leaf 6"] {
        assert!(marked.contains(mark), "{marked}");
    }
    forge.leaked_nothing();
}

#[test]
fn a_key_that_was_given_is_changed_where_it_lies() {
    let forge = Forge::new();
    let (laptop, _) = two(&forge);
    let key = private_key(&forge.repo.path());
    let lost = ["ledger", "key", "lost", "--reason", "no copy"];
    let revoke = ["ledger", "key", "revoke", "--key", "x", "--reason", "y"];
    let (runner, _) = forge.runner();
    let runner = runner.env("COUNTERSIGN_LOG_KEY", &key);
    for command in [&ROTATE[..], &lost, &revoke] {
        let refused = told(&runner, command, 2);
        assert!(refused.contains("changed by hand"), "{refused}");
        assert!(!refused.contains(key.trim_end()), "{refused}");
    }
    // By hand: the text goes into the file, and that of the new file to where the old one was.
    says(&laptop, &ROTATE, 0);
    let refused = told(&runner, &["collect"], 4);
    assert!(refused.contains("this machine holds key"), "{refused}");
    let runner = runner.env("COUNTERSIGN_LOG_KEY", private_key(&forge.repo.path()));
    says(&runner, &["collect"], 0);
}

#[test]
fn a_log_whose_handover_nobody_signed_for_is_unknown_until_its_key_does() {
    let forge = Forge::new();
    let (laptop, (other, _)) = two(&forge);
    let first = log_key(&laptop, &[]);
    says(&laptop, &ROTATE, 0);
    // The record is there, and the checkpoint is the one that the key before signed.
    forge.takes_back(1);
    let unknown = verified(&other, &[&first], 3);
    assert!(unknown.contains("in leaf 4"), "{unknown}");
    assert!(unknown.contains("was not signed since"), "{unknown}");
    told(&other, &["ledger", "verify"], 3);
    let (runner, clone) = forge.runner();
    gets_key(&clone, &private_key(&forge.repo.path()));
    says(&runner, &["collect"], 0);
    verified(&other, &[&first], 0);
}

/// Files that change in the course of a rotation, and how often before it is killed.
fn traces(forge: &Forge) -> [(PathBuf, usize); 4] {
    let own = forge.repo.path().join(".countersign");
    let refs = forge.repo.beside("forge").join("shop.git/refs/countersign");
    [
        (own.join("log.key.next"), 1),
        (own.join("log.key.tried"), 1),
        // The record is pushed, and then the tree.
        (refs.join("ledger"), 1),
        (refs.join("ledger"), 2),
    ]
}

/// Kills a rotation when such a file changed, so often; whatever git was doing then goes on without it.
fn rotates_and_is_killed(laptop: &Path, trace: &Path, changes: usize) {
    let mut rotation = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(ROTATE)
        .current_dir(laptop)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..changes {
        let before = fs::read(trace).ok();
        while fs::read(trace).ok() == before && rotation.try_wait().unwrap().is_none() {}
    }
    // It may have ended by itself.
    let _killed_or_gone = rotation.kill();
    rotation.wait().unwrap();
}

#[test]
fn a_rotation_that_is_killed_leaves_a_log_with_its_key() {
    let forge = Forge::new();
    let laptop = machine().in_dir(forge.repo.path());
    says(&laptop, &["collect"], 0);
    let first = log_key(&laptop, &[]);
    for (trace, changes) in traces(&forge) {
        rotates_and_is_killed(&forge.repo.path(), &trace, changes);
        for _ in 0..2 {
            says(&laptop, &["collect"], 0);
        }
        let own = forge.repo.path().join(".countersign");
        for left_over in ["log.key.next", "log.key.tried"] {
            assert!(!own.join(left_over).exists(), "{left_over}: {trace:?}");
        }
    }
    let verified = verified(&laptop, &[&first], 0);
    assert!(verified.contains("KEY ROTATED"), "{verified}");
}
