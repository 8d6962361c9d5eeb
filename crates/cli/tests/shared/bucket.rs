//! The same log in a bucket, on a real object store: a laptop, a runner that is destroyed, and an auditor who may read.

use std::fs;

use testkit::seaweed::{Identity, READER, Seaweed, WRITER};
use testkit::{Counterparts, Repo, Runner};

use crate::{PROGRAM, log_key, machine, private_key, says};

/// Returns a machine that the store knows.
fn known(store: &Seaweed, who: Identity) -> Runner {
    machine()
        .env("AWS_ACCESS_KEY_ID", who.access_key)
        .env("AWS_SECRET_ACCESS_KEY", who.secret_key)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", store.endpoint())
}

#[test]
fn a_log_in_a_bucket_is_taken_through() {
    let Some(counterparts) = Counterparts::find("a log in a bucket, by its commands") else {
        return;
    };
    let store = Seaweed::start(&counterparts);
    store.create_locked_bucket("logs");
    let program = format!("{PROGRAM}ledger: s3://logs/shop\nledger_retention_days: 2\n");
    let repos = [Repo::new(), Repo::new()];
    for repo in &repos {
        repo.commit().message("Begin\n").write();
        repo.write_file("countersign.yaml", &program);
    }
    let [own, cloned] = repos.each_ref().map(Repo::path);
    let laptop = known(&store, WRITER).in_dir(&own);
    says(&laptop, &["collect"], 0);
    let (key, public) = (private_key(&own), log_key(&laptop, &[]));
    let runner = known(&store, WRITER).in_dir(&cloned);
    let without = says(&runner, &["collect"], 4);
    assert!(without.contains("COUNTERSIGN_LOG_KEY"), "{without}");
    let runner = runner.env("COUNTERSIGN_LOG_KEY", &key);
    says(&runner, &["collect"], 0);
    assert!(!cloned.join(".countersign/log.key").exists());
    says(&laptop, &["audit", "--out", "../report"], 0);
    says(&laptop, &["verify", "../report"], 0);

    let auditor = known(&store, READER);
    fs::write(auditor.home().join("keys"), format!("{public}\n")).unwrap();
    let place = ["--ledger", "s3://logs/shop"];
    let verify = [&["ledger", "verify", "--trust", "keys"], &place[..]].concat();
    let verified = says(&auditor, &verify, 0);
    assert!(verified.contains("a key that you supplied"), "{verified}");
    another_log_is_none_of_this_one(&store, &auditor);
    says(&auditor, &verify, 0);
    says(
        &auditor,
        &[&["ledger", "export", "--out", "copy"], &place[..]].concat(),
        0,
    );
    let erase = [
        "ledger",
        "erase",
        "1",
        "--by",
        "Ada Marsh",
        "--reason",
        "asked for",
    ];
    let refused = says(&auditor, &[&erase[..], &place[..]].concat(), 4);
    assert!(refused.contains("log.key is missing"), "{refused}");
    says(&laptop, &["ledger", "rebuild"], 0);
    says(&laptop, &["ledger", "status"], 0);
    a_key_begins_no_second_log(&store, &key);
    let stranger = machine();
    let unset = says(
        &stranger,
        &["ledger", "status", "--ledger", "s3://logs/shop"],
        2,
    );
    assert!(unset.contains("AWS_REGION is not set"), "{unset}");
}

/// The auditor looks from the same folder at the log of another company in the same bucket.
fn another_log_is_none_of_this_one(store: &Seaweed, auditor: &Runner) {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    repo.write_file("countersign.yaml", PROGRAM);
    let place = ["--ledger", "s3://logs/second"];
    let other = known(store, WRITER).in_dir(repo.path());
    says(&other, &[&["collect"], &place[..]].concat(), 0);
    says(auditor, &[&["ledger", "verify"], &place[..]].concat(), 0);
}

/// Neither a key that was given nor a machine that saw a log puts another one where none is.
fn a_key_begins_no_second_log(store: &Seaweed, key: &str) {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    repo.write_file("countersign.yaml", PROGRAM);
    let given = known(store, WRITER).in_dir(repo.path());
    let given = given.env("COUNTERSIGN_LOG_KEY", key);
    let told = says(&given, &["collect", "--ledger", "s3://logs/other"], 4);
    assert!(told.contains("holds no ledger"), "{told}");
}

#[test]
fn a_key_is_replaced_and_lost_in_a_bucket() {
    let Some(counterparts) = Counterparts::find("keys of a log in a bucket, by its commands")
    else {
        return;
    };
    let store = Seaweed::start(&counterparts);
    store.create_locked_bucket("logs");
    let program = format!("{PROGRAM}ledger: s3://logs/shop\nledger_retention_days: 2\n");
    let repos = [Repo::new(), Repo::new()];
    for repo in &repos {
        repo.commit().message("Begin\n").write();
        repo.write_file("countersign.yaml", &program);
    }
    let [own, cloned] = repos.each_ref().map(Repo::path);
    let laptop = known(&store, WRITER).in_dir(&own);
    says(&laptop, &["collect"], 0);
    let (key, first) = (private_key(&own), log_key(&laptop, &[]));
    let runner = known(&store, WRITER).in_dir(&cloned);
    let runner = runner.env("COUNTERSIGN_LOG_KEY", &key);
    says(&runner, &["collect"], 0);
    says(&laptop, &["ledger", "key", "rotate"], 0);
    let refused = says(&runner, &["collect"], 4);
    assert!(
        refused.contains("s3://logs/shop") || refused.contains("logs/shop"),
        "{refused}"
    );
    assert!(refused.contains("and this machine holds"), "{refused}");
    let runner = runner.env("COUNTERSIGN_LOG_KEY", private_key(&own));
    says(&runner, &["collect"], 0);
    says(&laptop, &["collect"], 0);

    let auditor = known(&store, READER);
    let place = ["--ledger", "s3://logs/shop"];
    let verify = [&["ledger", "verify", "--trust", "keys"], &place[..]].concat();
    fs::write(auditor.home().join("keys"), format!("{first}\n")).unwrap();
    let verified = says(&auditor, &verify, 0);
    assert!(verified.contains("KEY ROTATED at leaf 4"), "{verified}");
    fs::remove_file(own.join(".countersign/log.key")).unwrap();
    let lost = ["ledger", "key", "lost", "--reason", "no copy"];
    says(&laptop, &lost, 0);
    says(&laptop, &["collect"], 0);
    let refused = says(&auditor, &verify, 1);
    assert!(refused.contains("did not vouch for"), "{refused}");
    says(&laptop, &["ledger", "rebuild"], 0);
}
