//! A log that a static server hands out, verified by its address.

use std::fs;
use std::path::PathBuf;

use testkit::http::HttpServer;
use testkit::{Repo, Runner};

use crate::{PROGRAM, log_key, machine, name_and_id, says};

#[test]
fn a_served_log_is_verified_by_its_address_under_the_one_trusted_key() {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    repo.write_file("countersign.yaml", PROGRAM);
    let operator = machine().in_dir(repo.path());
    for _ in 0..2 {
        says(&operator, &["collect"], 0);
    }
    says(&operator, &["ledger", "export", "--out", "copy"], 0);
    let public = log_key(&operator, &[]);
    let tree = repo.path().join("copy/ledger");
    let server = HttpServer::of_files(tree.clone());
    let url = format!("http://{}/", server.address());
    let auditor = machine();
    let keys = auditor.home().join("keys");
    fs::write(&keys, format!("{public}\n")).unwrap();
    let verify = ["ledger", "verify", "--at", &url, "--trust", "keys"];
    let verified = says(&auditor, &verify, 0);
    assert!(verified.contains("4 leaves"), "{verified}");
    assert!(verified.contains("a key that you supplied"), "{verified}");

    let entries = tree.join("tile/entries/000.p/4");
    let whole = fs::read(&entries).unwrap();
    let mut edited = whole.clone();
    edited[40] ^= 1;
    fs::write(&entries, edited).unwrap();
    says(&auditor, &verify, 1);
    fs::remove_file(&entries).unwrap();
    says(&auditor, &verify, 1);
    fs::write(&entries, whole).unwrap();
    says(&auditor, &verify, 0);

    let other = machine();
    says(&operator, &["collect", "--ledger", "second"], 0);
    let key = log_key(&operator, &["--ledger", "second"]);
    fs::write(other.home().join("keys"), format!("{key}\n")).unwrap();
    says(&other, &verify, 1);
    drop(server);
    let gone = says(&auditor, &verify, 4);
    assert!(
        gone.contains("cannot be reached") || gone.contains("cannot fetch"),
        "{gone}"
    );
}

/// A log of a folder, what serves its tree as it grows, and an auditor who has nothing but the address.
struct Served {
    repo: Repo,
    operator: Runner,
    auditor: Runner,
    url: String,
    _server: HttpServer,
}

impl Served {
    fn new() -> Served {
        let repo = Repo::new();
        repo.commit().message("Begin\n").write();
        repo.write_file("countersign.yaml", PROGRAM);
        let operator = machine().in_dir(repo.path());
        says(&operator, &["collect"], 0);
        let server = HttpServer::of_files(repo.path().join(".countersign/ledger"));
        Served {
            repo,
            operator,
            auditor: machine(),
            url: format!("http://{}", server.address()),
            _server: server,
        }
    }

    fn does(&self, command: &[&str]) -> String {
        says(&self.operator, command, 0)
    }

    /// Returns what an auditor is told at an address who trusts these keys.
    fn verified_at(&self, url: &str, keys: &[&str], code: i32) -> String {
        let trusted = self.auditor.home().join("keys");
        fs::write(trusted, keys.join("\n")).unwrap();
        let verify = ["ledger", "verify", "--at", url, "--trust", "keys"];
        says(&self.auditor, &verify, code).replace("\n  ", " ")
    }

    fn verified(&self, keys: &[&str], code: i32) -> String {
        self.verified_at(&self.url, keys, code)
    }

    /// Returns the records of keys that are served.
    fn records(&self) -> Vec<PathBuf> {
        let folder = self.repo.path().join(".countersign/ledger/payloads");
        let folders = fs::read_dir(folder).unwrap();
        let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
        files.map(|file| file.unwrap().path()).collect()
    }
}

const ROTATE: [&str; 3] = ["ledger", "key", "rotate"];

#[test]
fn a_served_log_is_followed_from_its_first_key_to_the_present_one() {
    let log = Served::new();
    let first = log_key(&log.operator, &[]);
    log.does(&ROTATE);
    log.does(&["collect"]);
    let second = log_key(&log.operator, &[]);
    log.does(&ROTATE);
    let third = log_key(&log.operator, &[]);
    for (key, why) in [
        (&first, "one that you supplied handed the log over"),
        (&second, "one that you supplied handed the log over"),
        (&third, "a key that you supplied"),
    ] {
        let verified = log.verified(&[key], 0);
        assert!(verified.contains(why), "{verified}");
        assert_eq!(verified.matches("KEY ROTATED").count(), 2, "{verified}");
    }
    let id = name_and_id(&first);
    log.does(&["ledger", "key", "revoke", "--key", id, "--reason", "stolen"]);
    assert!(log.verified(&[&first], 0).contains("KEY REVOKED"));
    let earlier = ["ledger", "key", "revoke", "--key", id, "--from-leaf", "1"];
    log.does(&[&earlier[..], &["--reason", "long ago"]].concat());
    let refused = log.verified(&[&first], 1);
    assert!(
        refused.contains("it was revoked from leaf 1 on"),
        "{refused}"
    );
    log.verified(&[&first, &second], 0);

    // What an export carries is served as the tree itself is.
    log.does(&["ledger", "export", "--out", "copy"]);
    let copied = HttpServer::of_files(log.repo.path().join("copy/ledger"));
    let url = format!("http://{}", copied.address());
    log.verified_at(&url, &[&second], 0);
    log.does(&["ledger", "verify", "--ledger", "copy"]);
}

#[test]
fn a_served_log_that_was_lost_fails_whoever_trusts_the_key_before() {
    let log = Served::new();
    let first = log_key(&log.operator, &[]);
    fs::remove_file(log.repo.path().join(".countersign/log.key")).unwrap();
    log.does(&["ledger", "key", "lost", "--reason", "no copy"]);
    let present = log_key(&log.operator, &[]);
    let refused = log.verified(&[&first], 1);
    assert!(
        refused.contains("a key that the one before did not vouch for"),
        "{refused}"
    );
    assert!(log.verified(&[&present], 0).contains("KEY LOST at leaf 2"));
    assert!(log.verified(&[&first, &present], 0).contains("KEY LOST"));
}

#[test]
fn a_served_log_whose_records_of_keys_are_not_whole_never_passes() {
    let log = Served::new();
    let first = log_key(&log.operator, &[]);
    log.does(&ROTATE);
    let present = log_key(&log.operator, &[]);
    let records = log.records();
    let [record] = &records[..] else {
        panic!("{records:?}");
    };
    let whole = fs::read(record).unwrap();
    fs::remove_file(record).unwrap();
    for key in [&first, &present] {
        let unknown = log.verified(&[key], 3);
        assert!(unknown.contains("leaf 2 is not here"), "{unknown}");
    }
    for at in [0, 40, whole.len() - 1] {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 1;
        fs::write(record, &spoilt).unwrap();
        for key in [&first, &present] {
            log.verified(&[key], 1);
        }
        says(&log.operator, &["ledger", "verify"], 1);
    }
    fs::write(record, [&whole[..], b"x"].concat()).unwrap();
    log.verified(&[&first], 1);
    // It follows from the commits, as the tiles do.
    log.does(&["ledger", "rebuild"]);
    assert_eq!(fs::read(record).unwrap(), whole);
    log.verified(&[&first], 0);
    let other = Served::new();
    let stranger = log_key(&other.operator, &[]);
    log.verified(&[&stranger], 1);
}
