//! The user's own git, run with fixed options: no hooks, no prompts, no transport but the known ones.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::keyfile;
use crate::store::git::error::{GitError, Said};
use crate::store::git::remote::Remote;

/// The bytes of messages that are kept.
const MAX_SAID_BYTES: u64 = 4096;

/// The longest answer that is read; it has a line for each file of the ledger.
const MAX_ANSWER_BYTES: u64 = 512 << 20;

/// What would point git at another repository than the one that it is told.
const FOREIGN_VARIABLES: [&str; 13] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Credentials, proxies and keys stay those of the user's configuration.
const OPTIONS: [&str; 19] = [
    "color.ui=false",
    "core.fsmonitor=false",
    // What was seen of the remote must survive a power cut.
    "core.fsync=committed,reference",
    "core.hooksPath=/dev/null",
    // Destroyed keys must not live on in a log of former tips.
    "core.logAllRefUpdates=false",
    "fetch.fsckObjects=true",
    "gc.autoDetach=false",
    "maintenance.autoDetach=false",
    "http.lowSpeedLimit=100",
    "http.lowSpeedTime=60",
    "protocol.allow=never",
    "protocol.file.allow=always",
    "protocol.git.allow=always",
    "protocol.http.allow=always",
    "protocol.https.allow=always",
    "protocol.ssh.allow=always",
    "push.gpgSign=false",
    "push.negotiate=false",
    "submodule.recurse=false",
];

/// Git, at work in one bare repository.
#[derive(Debug)]
pub(super) struct Git {
    directory: PathBuf,
}

/// What a command answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) success: bool,
    code: Option<i32>,
    pub(super) output: Vec<u8>,
    pub(super) said: String,
}

impl Git {
    pub(super) fn in_directory(directory: PathBuf) -> Git {
        Git { directory }
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the command, which has yet to be given its streams.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.prepared();
        command.args(arguments);
        command
    }

    fn prepared(&self) -> Command {
        let mut command = Command::new("git");
        for variable in FOREIGN_VARIABLES.iter().chain(&keyfile::VARIABLES) {
            command.env_remove(variable);
        }
        command
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C")
            .arg("--git-dir")
            .arg(&self.directory)
            .args(OPTIONS.iter().flat_map(|option| ["-c", option]));
        command
    }

    /// Returns what a command answers to some input, whether or not it succeeded.
    pub(super) fn ask(&self, arguments: &[&str], input: &[u8]) -> Result<Answer, GitError> {
        self.answer(self.command(arguments), arguments, input)
    }

    /// Returns what a command answers that speaks to a remote.
    pub(super) fn ask_remote(
        &self,
        remote: &Remote,
        arguments: &[&str],
    ) -> Result<Answer, GitError> {
        let (options, variables) = remote.access();
        let mut command = self.prepared();
        command.envs(variables).args(options).args(arguments);
        self.answer(command, arguments, b"")
    }

    fn answer(
        &self,
        mut command: Command,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<Answer, GitError> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(GitError::NoGit)?;
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = streams else {
            unreachable!("all three were asked for");
        };
        let (output, said) = std::thread::scope(|scope| {
            // A command that fails early does not read to the end, which its status shows.
            scope.spawn(move || drop(stdin.write_all(input)));
            let said = scope.spawn(|| start_of(stderr));
            let output = all_of(stdout);
            if output.is_err() {
                let _it_may_have_ended = child.kill();
            }
            (output, said.join().unwrap_or_default())
        });
        let failed = |error: io::Error| self.failed(arguments, error.to_string());
        let status = child.wait().map_err(failed)?;
        Ok(Answer {
            success: status.success(),
            code: status.code(),
            output: output.map_err(failed)?,
            said,
        })
    }

    /// Returns what a command answers that works in the copy alone, and so must succeed.
    pub(super) fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
        let answer = self.ask(arguments, input)?;
        match answer.success {
            true => Ok(answer.output),
            false => Err(self.failed(arguments, answer.said)),
        }
    }

    /// Returns what a command says by its status, which is 0 or 1.
    pub(super) fn tell(&self, arguments: &[&str]) -> Result<bool, GitError> {
        let answer = self.ask(arguments, b"")?;
        match answer.code {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(self.failed(arguments, answer.said)),
        }
    }

    fn failed(&self, arguments: &[&str], said: String) -> GitError {
        GitError::Cache {
            action: match arguments.first() {
                Some(&"fast-import") => "write",
                Some(&"ls-tree" | &"diff-tree" | &"merge-base" | &"for-each-ref") => "read",
                _ => "work",
            },
            path: self.directory.clone(),
            source: Said(said),
        }
    }
}

fn all_of(stdout: impl Read) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    stdout.take(MAX_ANSWER_BYTES + 1).read_to_end(&mut output)?;
    match output.len() as u64 > MAX_ANSWER_BYTES {
        true => Err(io::Error::other("the answer is too long")),
        false => Ok(output),
    }
}

/// Returns the first messages; the others are read and let go, so that the command does not wait for a reader.
fn start_of(mut stderr: impl Read) -> String {
    let mut said = Vec::new();
    let kept = (&mut stderr).take(MAX_SAID_BYTES).read_to_end(&mut said);
    let _rest = kept.and_then(|_| io::copy(&mut stderr, &mut io::sink()));
    let said = String::from_utf8_lossy(&said);
    let lines = said
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    lines.collect::<Vec<_>>().join("; ")
}
