//! What is sent to an agent, what is made of its answers, and the agent of OpenSSH.

use super::{AgentError, ED25519, NoPublicKey, public_key, put, request, sign, signature};
use crate::signer::{KeySources, LogKey, NewKey, SignerError};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use tlog::key::KeyName;

fn answer(name: &[u8], bytes: &[u8]) -> Vec<u8> {
    let (mut blob, mut answer) = (Vec::new(), vec![14]);
    put(&mut blob, name);
    put(&mut blob, bytes);
    put(&mut answer, &blob);
    answer
}

#[test]
fn a_request_is_key_data_and_no_flags() {
    let sent = request(&[7; 32], b"data");
    assert_eq!(sent.len(), 4 + 1 + 4 + 51 + 4 + 4 + 4);
    assert_eq!(&sent[..5], [0, 0, 0, 68, 13]);
    assert!(sent.ends_with(b"\0\0\0\x04data\0\0\0\0"));
}

#[test]
fn an_answer_is_a_signature_or_an_error() {
    let good = answer(ED25519, &[3; 64]);
    assert_eq!(signature(&good).unwrap(), [3; 64]);
    assert!(matches!(signature(&[5]), Err(AgentError::Refused)));
    let behind = [&good[..], b"x"].concat();
    for bad in [
        &b""[..],
        &[6],
        &good[..good.len() - 1],
        &behind,
        &answer(ED25519, &[3; 63]),
        &answer(b"ssh-rsa", &[3; 64]),
    ] {
        assert!(matches!(signature(bad), Err(AgentError::Answer)), "{bad:?}");
    }
}

#[test]
fn other_kinds_of_keys_are_refused() {
    let rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== ada";
    let touched = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t ada";
    for other in ["", "ssh-ed25519", "ssh-ed25519 AAAA", rsa, touched] {
        assert_eq!(public_key(other), Err(NoPublicKey), "{other}");
    }
}

/// An agent of OpenSSH, ended when dropped.
struct Agent {
    folder: TempDir,
    child: Child,
}

impl Agent {
    fn start() -> Agent {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new("ssh-agent");
        command
            .arg("-D")
            .arg("-a")
            .arg(folder.path().join("socket"));
        let child = command.stdout(Stdio::null()).spawn().unwrap();
        let mut agent = Agent { folder, child };
        while !agent.path("socket").exists() {
            assert!(agent.child.try_wait().unwrap().is_none(), "it ended");
            std::thread::yield_now();
        }
        agent
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a key, gives it to the agent and removes it.
    fn key(&self) -> [u8; 32] {
        let key = self.path("id");
        run(Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(&key));
        let socket = self.path("socket");
        run(Command::new("ssh-add")
            .arg("-q")
            .arg(&key)
            .env("SSH_AUTH_SOCK", socket));
        fs::remove_file(&key).unwrap();
        public_key(&fs::read_to_string(self.path("id.pub")).unwrap()).unwrap()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

#[test]
fn the_agent_of_openssh_signs_a_note() {
    let agent = Agent::start();
    let public = agent.key();
    let sources = KeySources {
        agent: Some(agent.path("socket")),
        ..KeySources::default()
    };
    let name = KeyName::new("log.example/ada").unwrap();
    let key = LogKey::new(name, &NewKey::Agent(public), &sources).unwrap();
    let again = LogKey::parse(&key.line(), &sources).unwrap();
    let note = crate::signer::sign("text\n", &[&again]).unwrap();
    assert!(note.verify(&[key.verifier()]).is_ok());
    let refused = sign(&agent.path("socket"), &[9; 32], b"text\n");
    assert!(matches!(refused, Err(AgentError::Refused)), "{refused:?}");
}

#[test]
fn an_agent_that_is_not_there_is_told() {
    let name = KeyName::new("log.example/ada").unwrap();
    let public = LogKey::new(name.clone(), &NewKey::Seed([1; 32]), &KeySources::default());
    let public = NewKey::Agent(*public.unwrap().verifier().public_bytes());
    let none = LogKey::new(name.clone(), &public, &KeySources::default()).unwrap();
    assert!(matches!(
        none.signature("text\n"),
        Err(SignerError::NoAgent)
    ));
    let agent = Some(Path::new("/absent/socket").to_owned());
    let absent = LogKey::new(
        name,
        &public,
        &KeySources {
            agent,
            ..KeySources::default()
        },
    )
    .unwrap();
    let error = absent.signature("text\n").unwrap_err();
    assert!(matches!(error, SignerError::Agent { .. }), "{error}");
}
