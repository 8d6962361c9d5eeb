//! An operator whose log an outsider cosigns: each with a home and keys of their own.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use testkit::{Repo, Runner};
use tlog::checkpoint::Checkpoint;
use tlog::key::SignerKey;
use tlog::merkle;
use tlog::note::Note;

use crate::company::Served;
use crate::runner;

pub(crate) const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
assignments: {ada: all}
";

/// A company with a log, and the witness of a friend.
pub(crate) struct Company {
    pub(crate) repo: Repo,
    ada: Runner,
    noor: Runner,
    pub(crate) witness_key: String,
}

impl Company {
    pub(crate) fn new() -> Company {
        let repo = Repo::new();
        repo.commit().message("Begin\n").write();
        repo.write_file("countersign.yaml", PROGRAM);
        let ada = runner().in_dir(repo.path());
        let noor = runner();
        let init = ["witness", "init", "--name", "noor.example/w"];
        let keys = noor.run(init).expect_code(0).stdout;
        Company {
            repo,
            ada,
            noor,
            witness_key: keys.lines().next().unwrap().to_owned(),
        }
    }

    pub(crate) fn log_key(&self) -> String {
        let file = self.repo.path().join(".countersign/log.vkey");
        fs::read_to_string(file).unwrap().trim_end().to_owned()
    }

    /// The holder of the key has begun again, with the awkward observation left out that Noor has cosigned.
    pub(crate) fn rewritten() -> (Company, Served) {
        let company = Company::new();
        company.says(&["collect"], 0);
        let served = company.watched();
        company.says(&["ledger", "cosign"], 0);
        company.rewrite(7);
        (company, served)
    }

    /// The holder of the key puts another log of so many leaves in the place of the log.
    pub(crate) fn rewrite(&self, leaves: u8) {
        let ledger = self.repo.path().join(".countersign");
        let other = self.repo.path().join("other");
        rewrite(&other, &ledger, leaves);
        fs::remove_dir_all(&ledger).unwrap();
        fs::rename(&other, &ledger).unwrap();
    }

    /// Noor watches the log, and Ada's program says where she answers.
    pub(crate) fn watched(&self) -> Served {
        let _added = self
            .noor
            .run(["witness", "log", "add", &self.log_key()])
            .expect_code(0);
        let served = Served::start(self.noor.home());
        self.names_noor(&format!("http://{}", served.address));
        served
    }

    /// Bo, whose log Ada witnesses, watches hers too: what serves her, his home, and his key.
    pub(crate) fn watched_by_bo(&self) -> ((Served, Runner), String) {
        let bo = runner();
        let init = ["witness", "init", "--name", "bo.example/w"];
        let keys = bo.run(init).expect_code(0).stdout;
        let key = keys.lines().next().unwrap();
        let added = ["witness", "log", "add", &self.log_key()];
        let _added = bo.run(added).expect_code(0);
        let served = Served::start(bo.home());
        let program = fs::read_to_string(self.repo.path().join("countersign.yaml")).unwrap();
        let entry = format!(
            "  - name: bo\n    key: {key}\n    url: http://{}\n    run_by: Quayside Books\n    relation: reciprocal\n",
            served.address
        );
        self.repo.write_file("countersign.yaml", program + &entry);
        let key = key.to_owned();
        ((served, bo), key)
    }

    /// Ada's program says that Noor answers there.
    pub(crate) fn names_noor(&self, url: &str) {
        let add = ["ledger", "witness", "add", "noor", "--run-by"];
        let add = self.ada.run(add.into_iter().chain([
            "Haddad Advisory",
            "--key",
            &self.witness_key,
            "--url",
            url,
        ]));
        let told = add.expect_code(0).stdout;
        assert!(told.contains(&self.log_key()), "{told}");
    }

    pub(crate) fn says(&self, arguments: &[&str], code: i32) -> String {
        let run = self.ada.run(arguments).expect_code(code);
        format!("{}{}", run.stdout, run.stderr)
    }
}

#[test]
fn a_log_is_cosigned_and_says_so_until_the_verifier_has_the_key() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _served = company.watched();
    let alone = company.says(&["ledger", "status"], 0);
    assert!(alone.contains("Nobody outside has signed it."), "{alone}");
    let signed = company.says(&["ledger", "cosign"], 0);
    assert_eq!(signed, "noor: signed 2 leaves, kept in leaf 2\n");
    let again = company.says(&["ledger", "cosign"], 0);
    assert_eq!(again, "noor: nothing new since it signed 2 leaves\n");
    let claimed = company.says(&["ledger", "verify"], 0);
    assert!(
        claimed.contains("Log grade: witnessed, claimed: no key was supplied"),
        "{claimed}"
    );
    let keys = format!("{}\n{}\n", company.log_key(), company.witness_key);
    company.repo.write_file("keys", keys);
    let verified = company.says(&["ledger", "verify", "--trust", "keys"], 0);
    assert!(verified.contains("Log grade: witnessed\n"), "{verified}");
    assert!(verified.contains("a key that you supplied"), "{verified}");
}

#[test]
fn what_was_recorded_after_a_cosignature_did_not_exist_before_it() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _served = company.watched();
    company.says(&["ledger", "cosign"], 0);
    company.says(&["collect"], 0);
    let known = company.says(&["ledger", "interval", "--from", "0", "--to", "3"], 0);
    assert!(known.contains("leaf 0 existed by"), "{known}");
    assert!(known.contains("grade witnessed"), "{known}");
    let unanchored = company.says(&["ledger", "interval", "--from", "0", "--to", "1"], 3);
    assert!(
        unanchored.contains("commits to no outside signature"),
        "{unanchored}"
    );
    company
        .repo
        .write_file("keys", format!("{}\n", company.log_key()));
    let untrusted = [
        "ledger", "interval", "--from", "0", "--to", "3", "--trust", "keys",
    ];
    let unverified = company.says(&untrusted, 3);
    assert!(unverified.contains("unknown"), "{unverified}");
}

#[test]
fn an_older_copy_of_the_log_is_told_by_the_witness() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _served = company.watched();
    let ledger = company.repo.path().join(".countersign");
    let kept = ledger.join("records/00000000000000000000");
    let (records, checkpoint) = (
        fs::read(&kept).unwrap(),
        fs::read(ledger.join("ledger/checkpoint")).unwrap(),
    );
    company.says(&["collect"], 0);
    company.says(&["ledger", "cosign"], 0);
    fs::write(&kept, records).unwrap();
    fs::write(ledger.join("ledger/checkpoint"), checkpoint).unwrap();
    fs::remove_dir_all(ledger.join("ledger/tile")).unwrap();
    company.says(&["ledger", "rebuild"], 0);
    let told = company.says(&["ledger", "cosign"], 1).replace("\n  ", " ");
    assert!(told.contains("an older copy was put back"), "{told}");
}

#[test]
fn a_history_that_its_operator_wrote_anew_is_refused_by_the_witness() {
    let (company, _served) = Company::rewritten();
    company.says(&["ledger", "verify"], 0);
    let told = company.says(&["ledger", "cosign"], 1);
    assert!(
        told.contains("it has cosigned another history of this log"),
        "{told}"
    );
}

#[test]
fn a_witness_goes_on_with_the_key_that_took_the_log_over() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _served = company.watched();
    company.says(&["ledger", "cosign"], 0);
    let old = company.log_key();
    let rotated = company.says(&["ledger", "key", "rotate"], 0);
    let refused = company.says(&["ledger", "cosign"], 4);
    assert!(
        refused.contains("noor: it does not know this log, or its key: it refused with status 403"),
        "{refused}"
    );
    // What the operator was told to send.
    let told = rotated
        .lines()
        .find_map(|it| it.trim().strip_prefix("countersign "));
    let _added = company.noor.run(told.unwrap().split(' ')).expect_code(0);
    let signed = company.says(&["ledger", "cosign"], 0);
    assert_eq!(signed, "noor: signed 4 leaves, kept in leaf 4\n");
    for log_key in [company.log_key(), old.clone()] {
        let keys = format!("{log_key}\n{}\n", company.witness_key);
        company.repo.write_file("keys", keys);
        let verified = company.says(&["ledger", "verify", "--trust", "keys"], 0);
        assert!(verified.contains("Log grade: witnessed\n"), "{verified}");
        assert!(verified.contains("KEY ROTATED at leaf 3"), "{verified}");
    }
    // What was cosigned under a key that others had counts for nothing.
    let named = &old[..old.find('+').unwrap() + 9];
    let revoke = [
        "ledger", "key", "revoke", "--key", named, "--reason", "stolen",
    ];
    company.says(&[&revoke[..], &["--from-leaf", "1"]].concat(), 0);
    let verified = company.says(&["ledger", "verify"], 0);
    // Lines that were folded are one again.
    let verified = verified.replace("\n  ", " ");
    assert!(
        verified.contains("leaf 2: what outsiders signed there does not count"),
        "{verified}"
    );
    assert!(
        verified.contains("Log grade: witnessed, claimed"),
        "{verified}"
    );
}

#[test]
fn two_unrelated_witnesses_cross_witness_one_checkpoint() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _first = company.watched();
    let (_second, key) = company.watched_by_bo();
    let signed = company.says(&["ledger", "cosign"], 0);
    assert_eq!(
        signed,
        "noor: signed 2 leaves, kept in leaf 2\nbo: signed 2 leaves, kept in leaf 3\n"
    );
    let keys = format!("{}\n{}\n{key}\n", company.log_key(), company.witness_key);
    company.repo.write_file("keys", keys);
    let verified = company.says(&["ledger", "verify", "--trust", "keys"], 0);
    assert!(
        verified.contains("Log grade: cross-witnessed\n"),
        "{verified}"
    );
    assert!(
        verified.contains("bo witnesses this log, and this organisation its own"),
        "{verified}"
    );
    // A copy carries what outsiders signed, and tells which payloads it lacks.
    company.says(&["ledger", "export", "--out", "copy", "--leaf", "0"], 0);
    let copy = ["ledger", "verify", "--ledger", "copy", "--trust", "keys"];
    let copied = company.says(&copy, 0);
    assert!(copied.contains("Log grade: cross-witnessed\n"), "{copied}");
    assert!(copied.contains("1 payload is not in this copy"), "{copied}");
    fs::remove_dir_all(company.repo.path().join("copy/payloads")).unwrap();
    let stripped = company.says(&copy, 3);
    assert!(stripped.contains("is unknown."), "{stripped}");
}

#[test]
fn a_trusted_key_that_is_none_is_refused() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let key = company.log_key();
    company.repo.write_file("keys", &key[..key.len() - 1]);
    for command in ["verify", "interval --from 0 --to 1"] {
        let words = ["ledger"].into_iter().chain(command.split(' '));
        let arguments: Vec<&str> = words.chain(["--trust", "keys"]).collect();
        let told = company.says(&arguments, 2);
        assert!(told.contains("is no key of a log or a witness"), "{told}");
    }
}

#[test]
fn a_witness_without_an_address_is_not_asked_and_does_not_count_as_asked() {
    let company = Company::new();
    company.says(&["collect"], 0);
    drop(company.watched());
    let file = company.repo.path().join("countersign.yaml");
    let program = fs::read_to_string(&file).unwrap();
    let silent = program.lines().filter(|line| !line.contains("url:"));
    fs::write(&file, silent.collect::<Vec<_>>().join("\n")).unwrap();
    let told = company.says(&["ledger", "cosign"], 3);
    assert!(told.contains("does not say where it answers"), "{told}");
}

#[test]
fn a_witness_that_is_off_is_asked_again_later() {
    let company = Company::new();
    company.says(&["collect"], 0);
    drop(company.watched());
    let off = company.says(&["ledger", "cosign"], 4);
    assert!(
        off.contains("noor: ") && off.contains("cannot be reached"),
        "{off}"
    );
    let nobody = company.says(&["ledger", "status"], 0);
    assert!(nobody.contains("Nobody outside has signed it."), "{nobody}");
}

/// Writes a log of other leaves under the private key of another.
fn rewrite(other: &Path, ledger: &Path, leaves: u8) {
    fs::create_dir_all(other.join("ledger")).unwrap();
    for name in ["log.key", "log.vkey"] {
        fs::copy(ledger.join(name), other.join(name)).unwrap();
    }
    let key = fs::read_to_string(ledger.join("log.key")).unwrap();
    let key: SignerKey = key.trim_end().parse().unwrap();
    let origin = key.verifier().name().to_string();
    let empty = Checkpoint::new(&origin, 0, merkle::empty_root()).unwrap();
    let empty = Note::sign(&empty.to_string(), &key).unwrap();
    fs::write(other.join("ledger/checkpoint"), empty.to_string()).unwrap();
    let mut log = Ledger::open(other).unwrap();
    for number in 0..leaves {
        let leaf = NewLeaf::new(LeafKind::Report, vec![number]);
        log.append(vec![leaf], Timestamp::UNIX_EPOCH, &mut || [5; 32])
            .unwrap();
    }
}

#[test]
fn a_witness_that_the_program_cannot_name_leaves_it_as_it_was() {
    let company = Company::new();
    let before = fs::read(company.repo.path().join("countersign.yaml")).unwrap();
    let add = |key: &str, url: &str| {
        let add = [
            "ledger",
            "witness",
            "add",
            "noor",
            "--run-by",
            "Haddad Advisory",
        ];
        let arguments: Vec<&str> = add
            .into_iter()
            .chain(["--key", key, "--url", url])
            .collect();
        company.says(&arguments, 2)
    };
    let wrong_key = add("noor.example/w+00000000+AAAA", "http://127.0.0.1:1");
    assert!(wrong_key.contains("is no key of a witness"), "{wrong_key}");
    let wrong_url = add(&company.witness_key, "ftp://noor.example");
    assert!(
        wrong_url.contains("is not the address of a server"),
        "{wrong_url}"
    );
    assert!(
        wrong_url.contains("countersign.yaml with the new entry:"),
        "{wrong_url}"
    );
    let file = company.repo.path().join("countersign.yaml");
    assert_eq!(before, fs::read(&file).unwrap());
    let entry = format!(
        "witnesses:\n- {{name: noor, key: {}, run_by: Haddad Advisory, relation: outside}}\n",
        company.witness_key
    );
    let named = format!("{PROGRAM}{entry}");
    fs::write(&file, &named).unwrap();
    let again = add(&company.witness_key, "http://127.0.0.1:1");
    assert_eq!(
        again,
        "error: countersign.yaml names an outsider `noor` already: change the entry there, or choose another name\n"
    );
    fs::write(&file, named.replace("noor,", "other,")).unwrap();
    let again = add(&company.witness_key, "http://127.0.0.1:1");
    assert!(
        again.contains("has this key already, as that of `other`"),
        "{again}"
    );
}
