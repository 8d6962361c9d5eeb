//! A key that the agent of OpenSSH holds, and that no file does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::company::Company;

/// An agent, ended when dropped.
struct Agent {
    socket: PathBuf,
    child: Child,
}

impl Agent {
    fn start(folder: &Path) -> Agent {
        let socket = folder.join("agent.socket");
        let mut command = Command::new("ssh-agent");
        command.arg("-D").arg("-a").arg(&socket);
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        while !socket.exists() {
            assert!(child.try_wait().unwrap().is_none(), "the agent ended");
            std::thread::yield_now();
        }
        Agent { socket, child }
    }

    fn add(&self, key: &Path) {
        let mut command = Command::new("ssh-add");
        command
            .arg("-q")
            .arg(key)
            .env("SSH_AUTH_SOCK", &self.socket);
        succeeds(&mut command);
    }

    fn forget(&self) {
        let mut command = Command::new("ssh-add");
        command
            .args(["-q", "-D"])
            .env("SSH_AUTH_SOCK", &self.socket);
        succeeds(&mut command);
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn succeeds(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

fn key_pair(path: &Path, kind: &str) {
    let mut command = Command::new("ssh-keygen");
    succeeds(command.args(["-q", "-t", kind, "-N", "", "-f"]).arg(path));
}

#[test]
fn a_log_moves_to_a_key_of_the_agent_of_openssh() {
    let home = testkit::Repo::new();
    let agent = Agent::start(&home.path());
    let company = Company::on(|runner| runner.env("SSH_AUTH_SOCK", &agent.socket));
    let key = company.repo.path().join("log_key");
    key_pair(&key, "ed25519");
    let rotate = ["ledger", "key", "rotate", "--agent", "log_key.pub"];
    let before = company.key();
    let refused = company.says(&rotate, 4);
    assert!(refused.contains("it does not hold the key"), "{refused}");
    assert_eq!(company.key(), before);
    agent.add(&key);
    fs::remove_file(&key).unwrap();
    let said = company.says(&rotate, 0);
    assert!(said.contains("in an SSH agent"), "{said}");
    let line = company.file("log.key");
    assert_eq!(line, format!("agent {}", company.key()));
    company.says(&["collect"], 0);
    let verified = company.verified_by(&[&company.key()], 0);
    assert!(verified.contains("pass"), "{verified}");
    agent.forget();
    let refused = company.says(&["collect"], 4);
    assert!(refused.contains("ssh-add"), "{refused}");
}

#[test]
fn only_ed25519_signs_for_a_log() {
    let company = Company::new();
    key_pair(&company.repo.path().join("other"), "ecdsa");
    let rotate = ["ledger", "key", "rotate", "--agent", "other.pub"];
    let refused = company.says(&rotate, 2);
    assert!(refused.contains("Ed25519 and no other kind"), "{refused}");
    let absent = ["ledger", "key", "rotate", "--agent", "absent.pub"];
    let refused = company.says(&absent, 2);
    assert!(refused.contains("cannot read absent.pub"), "{refused}");
}
