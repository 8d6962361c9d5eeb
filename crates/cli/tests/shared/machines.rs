//! A CI runner that is destroyed between steps, a laptop, an outsider and an auditor take one log through.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use testkit::Runner;

use crate::forge::Forge;
use crate::{PROGRAM, holds_nowhere, log_key, machine, private_key, says};

/// `countersign witness serve`, killed when dropped.
struct Witness {
    child: Child,
    url: String,
}

impl Witness {
    fn serve(home: &Path) -> Witness {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["witness", "serve", "--listen", "127.0.0.1:0"])
            .current_dir(home)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut url).unwrap();
        let url = url.trim().to_owned();
        Witness { child, url }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Collects on a machine that is destroyed afterwards, and kept no key.
fn collects_and_is_destroyed(forge: &Forge, key: &str, name: &str, value: &str) {
    let (runner, clone) = forge.runner();
    let home = runner.home().to_owned();
    fs::write(home.join("secret"), key).unwrap();
    let runner = runner.env(name, value);
    let told = says(&runner, &["collect"], 0);
    assert!(told.starts_with("recorded main of shop"), "{told}");
    assert!(!clone.join(".countersign/log.key").exists());
    fs::remove_file(home.join("secret")).unwrap();
    holds_nowhere(&home, key.trim_end());
}

#[test]
fn they_take_one_log_through() {
    let forge = Forge::new();
    let laptop = machine().in_dir(forge.repo.path());
    says(&laptop, &["collect"], 0);
    let (key, public) = (private_key(&forge.repo.path()), log_key(&laptop, &[]));
    collects_and_is_destroyed(&forge, &key, "COUNTERSIGN_LOG_KEY", &key);
    let command = "test -z \"$COUNTERSIGN_LOG_KEY_COMMAND\" && cat ../secret";
    collects_and_is_destroyed(&forge, &key, "COUNTERSIGN_LOG_KEY_COMMAND", command);
    says(&laptop, &["audit", "--out", "../report"], 0);
    says(&laptop, &["verify", "../report"], 0);

    let outsider = machine();
    let init = ["witness", "init", "--name", "noor.example/w"];
    let keys = outsider.run(init).expect_code(0).stdout;
    let witness_key = keys.lines().next().unwrap();
    says(&outsider, &["witness", "log", "add", &public], 0);
    let witness = Witness::serve(outsider.home());
    let entry = format!(
        "ledger: git+origin\nwitnesses:\n  - name: noor\n    key: {witness_key}\n    url: {}\n    run_by: Haddad Advisory\n    relation: outside\n",
        witness.url
    );
    let program = format!("{PROGRAM}{entry}");
    forge.repo.write_file("countersign.yaml", &program);
    let signed = says(&laptop, &["ledger", "cosign"], 0);
    assert_eq!(signed, "noor: signed 10 leaves, kept in leaf 10\n");
    collects_and_is_destroyed(&forge, &key, "COUNTERSIGN_LOG_KEY", &key);
    says(&laptop, &["collect"], 0);
    an_auditor_verifies(&forge, &public, witness_key);
    // The report that is there is of this log, and replaced.
    says(&laptop, &["audit", "--out", "../report"], 0);
    let erase = [
        "ledger",
        "erase",
        "1",
        "--by",
        "Ada Marsh",
        "--reason",
        "asked for",
    ];
    says(&laptop, &erase, 0);
    says(&laptop, &["ledger", "rebuild"], 0);
    says(&laptop, &["ledger", "prove", "3"], 0);
    forge.leaked_nothing();
}

#[test]
fn a_remote_is_reached_as_the_repository_itself_reaches_it() {
    let forge = Forge::new();
    let laptop = machine().in_dir(forge.repo.path());
    says(&laptop, &["collect"], 0);
    let (runner, clone) = forge.runner();
    let place = ["--ledger", "git+actions"];
    let unnamed = says(&runner, &[&["ledger", "status"], &place[..]].concat(), 4);
    assert!(unnamed.contains("has no remote `actions`"), "{unnamed}");
    forge.sends_header(&clone);
    let runner = runner.env("COUNTERSIGN_LOG_KEY", private_key(&forge.repo.path()));
    says(&runner, &[&["collect"], &place[..]].concat(), 0);
    says(&laptop, &["ledger", "prove", "3"], 0);
    forge.leaked_nothing();
}

/// The auditor has keys that others gave to them, and nothing of the company but an address.
fn an_auditor_verifies(forge: &Forge, public: &str, witness_key: &str) {
    let auditor = machine();
    let keys = auditor.home().join("keys");
    fs::write(&keys, format!("{public}\n{witness_key}\n")).unwrap();
    let config = "[credential]\n\thelper = store\n";
    fs::write(auditor.home().join(".gitconfig"), config).unwrap();
    fs::write(auditor.home().join(".git-credentials"), forge.credentials()).unwrap();
    let place = format!("git+{}", forge.url(""));
    let verify = |auditor: &Runner, code| {
        let arguments = ["ledger", "verify", "--ledger", &place, "--trust", "keys"];
        says(auditor, &arguments, code)
    };
    let verified = verify(&auditor, 0);
    assert!(verified.contains("a key that you supplied"), "{verified}");
    assert!(verified.contains("Log grade: witnessed\n"), "{verified}");
    assert!(!auditor.home().join(".countersign/log.key").exists());
    let interval = [
        "ledger", "interval", "--from", "0", "--to", "13", "--ledger", &place, "--trust", "keys",
    ];
    let known = says(&auditor, &interval, 0);
    assert!(known.contains("leaf 0 existed by"), "{known}");
    let export = [
        "ledger",
        "export",
        "--ledger",
        &place,
        "--out",
        "copy",
        "--programs",
    ];
    says(&auditor, &export, 0);
    let copied = ["ledger", "verify", "--ledger", "copy", "--trust", "keys"];
    says(&auditor, &copied, 0);
    let other = Forge::new();
    let others = machine().in_dir(other.repo.path());
    says(&others, &["collect"], 0);
    fs::write(&keys, format!("{}\n", log_key(&others, &[]))).unwrap();
    let refused = verify(&auditor, 1);
    assert!(refused.contains("not among the trusted keys"), "{refused}");
}
