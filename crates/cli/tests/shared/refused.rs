//! What is refused, and what the refusal tells of secrets: nothing.

use std::fs;

use tlog::key::{KeyName, SignerKey};

use crate::forge::{Forge, PASSWORD};
use crate::{machine, private_key, says};

#[test]
fn who_is_not_let_in_learns_the_mend_and_nobody_the_password() {
    let forge = Forge::new();
    let place = format!("git+{}", forge.url("ci:wrong-password@"));
    let stranger = machine();
    let told = says(&stranger, &["ledger", "status", "--ledger", &place], 4);
    assert!(told.contains("check the network"), "{told}");
    for address in [
        place.replace("http://", "nohttp://"),
        place.replace("word@", "%zz@"),
    ] {
        let told = says(&stranger, &["ledger", "status", "--ledger", &address], 2);
        assert!(!told.contains("wrong-pass"), "{told}");
    }
    assert!(!told.contains("wrong-password"), "{told}");
    assert!(!told.contains(PASSWORD), "{told}");
}

#[test]
fn a_runner_without_the_key_appends_nothing_and_says_where_keys_come_from() {
    let forge = Forge::new();
    let laptop = machine().in_dir(forge.repo.path());
    let none = says(&laptop, &["ledger", "verify"], 4);
    assert!(none.contains("holds no ledger"), "{none}");
    says(&laptop, &["collect"], 0);
    let (runner, _) = forge.runner();
    let told = says(&runner, &["collect"], 4);
    assert!(told.contains("COUNTERSIGN_LOG_KEY"), "{told}");
    says(&runner, &["ledger", "verify"], 0);
}

#[test]
fn a_key_that_is_none_or_another_s_is_not_repeated() {
    let forge = Forge::new();
    let laptop = machine().in_dir(forge.repo.path());
    says(&laptop, &["collect"], 0);
    for (name, value, code) in [
        ("COUNTERSIGN_LOG_KEY", "hush".to_owned(), 2),
        ("COUNTERSIGN_LOG_KEY_COMMAND", "echo hush".to_owned(), 2),
        (
            "COUNTERSIGN_LOG_KEY_COMMAND",
            "echo hush; exit 3".to_owned(),
            4,
        ),
        ("COUNTERSIGN_LOG_KEY_COMMAND", "yes hush".to_owned(), 4),
    ] {
        let (runner, _) = forge.runner();
        let told = says(&runner.env(name, &value), &["collect"], code);
        assert!(told.contains(name) && !told.contains("hush"), "{told}");
    }
    let other = Forge::new();
    let others = machine().in_dir(other.repo.path());
    says(&others, &["collect"], 0);
    let key = private_key(&other.repo.path());
    let command = format!("echo '{}'", key.trim_end());
    for (name, value) in [
        ("COUNTERSIGN_LOG_KEY", &key),
        ("COUNTERSIGN_LOG_KEY_COMMAND", &command),
    ] {
        let (runner, _) = forge.runner();
        let told = says(&runner.env(name, value), &["collect"], 4);
        let source = format!("holds another key than {name}:");
        assert!(told.contains(&source), "{told}");
        assert!(!told.contains(key.trim_end()), "{told}");
    }
}

#[test]
fn a_copy_is_written_into_no_ledger_and_over_nothing() {
    let forge = Forge::new();
    let laptop = machine().in_dir(forge.repo.path());
    says(&laptop, &["collect", "--ledger", "own"], 0);
    for out in ["own", "own/copy"] {
        let export = ["ledger", "export", "--ledger", "own", "--out", out];
        let told = says(&laptop, &export, 2);
        assert!(told.contains("cannot lie in each other"), "{told}");
    }
    let export = ["ledger", "export", "--ledger", "own", "--out", "copy"];
    let absent = [&export[..], &["--leaf", "99"]].concat();
    says(&laptop, &absent, 2);
    assert!(!forge.repo.path().join("copy").exists());
    says(&laptop, &export, 0);
    let again = says(&laptop, &export, 2);
    assert!(again.contains("nothing is written over"), "{again}");
    let names = fs::read_dir(forge.repo.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name());
    assert!(
        !names
            .into_iter()
            .any(|name| name.to_string_lossy().starts_with(".copy-"))
    );
}

#[test]
fn no_output_repeats_a_secret_that_stands_in_an_address() {
    let machine = machine()
        .env("AWS_ACCESS_KEY_ID", "AKIA")
        .env("AWS_SECRET_ACCESS_KEY", "hush")
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_ENDPOINT_URL", "http://AKIA:hush@127.0.0.1:1");
    let log = SignerKey::from_seed(KeyName::new("log.example").unwrap(), &[1; 32]);
    let keys = machine.home().join("keys");
    fs::write(keys, format!("{}\n", log.verifier())).unwrap();
    for (place, code) in [
        ("git+https://robin:hush@127.0.0.1:1/shop", 4),
        ("git+https://robin:hu/hush@127.0.0.1:1/shop", 2),
        ("git+https://hush@127.0.0.1:1/shop", 4),
        ("git+ssh://robin:hush@127.0.0.1:1/shop", 2),
        ("git+robin:hush@127.0.0.1:shop", 2),
        ("git+ghp_hush@127.0.0.1/o/shop", 2),
        ("https://robin:hush@127.0.0.1/shop", 2),
        ("s3://AKIA:hush@logs/shop", 2),
        ("s3://AKIA:hu/hush@logs", 2),
        ("s3://logs/shop", 2),
    ] {
        for command in ["status", "verify", "cosign"] {
            let told = says(&machine, &["ledger", command, "--ledger", place], code);
            assert!(!told.contains("hush"), "{place}: {told}");
        }
    }
    for served in [
        "http://robin:hush@127.0.0.1:1/log",
        "http://127.0.0.1:1/log?token=hush",
        "http://127.0.0.1:1/log?token=h@hush",
    ] {
        let verify = ["ledger", "verify", "--at", served, "--trust", "keys"];
        let told = says(&machine, &verify, 4);
        assert!(!told.contains("hush"), "{told}");
        assert!(told.contains("127.0.0.1:1/log"), "{told}");
    }
}
