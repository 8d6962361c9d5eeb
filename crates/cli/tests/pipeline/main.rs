//! The pipelines that `countersign ci` writes, run by engines that others wrote, and the gate in the hook of a git server.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod engines;
mod hook;
mod shop;
mod translated;
mod written;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Returns a path as text.
fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Returns git at work in a folder, with a home of its own and nobody's configuration but that one's.
fn git(home: &Path, folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder)
        .env_clear()
        .env("HOME", home)
        .env("PATH", path())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::null());
    git
}

/// Returns where programs are looked for: `countersign` first, then what the system has.
fn path() -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_countersign"));
    format!(
        "{}:/usr/local/bin:/usr/bin:/bin",
        text(binary.parent().unwrap())
    )
}

/// Returns both streams of a command, and its exit code.
fn said(output: &Output) -> (String, Option<i32>) {
    let streams = [&output.stdout, &output.stderr];
    let said = streams.map(|stream| String::from_utf8_lossy(stream).into_owned());
    (said.concat(), output.status.code())
}
