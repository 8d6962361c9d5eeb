//! A log that a static server hands out, verified by its address.

use std::fs;

use testkit::Repo;
use testkit::http::HttpServer;

use crate::{PROGRAM, log_key, machine, says};

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
