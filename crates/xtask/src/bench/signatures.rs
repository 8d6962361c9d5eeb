//! `cargo xtask bench signatures REPO`: SSH signature checks against bare Ed25519 and against git.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::measure::Cost;
use super::{ROUNDS, git, measure};
use crate::failure::Failure;
use crate::workspace;

/// How many commits git checks in one round: it starts a program for each.
const GIT_COMMITS: usize = 300;
/// What the first line of an SSH signature in a commit is.
const SSH_HEADER: &str = "gpgsig -----BEGIN SSH SIGNATURE-----";

/// Prints three rates and the two ratios between them.
pub(crate) fn run(repo: &Path) -> Result<(), Failure> {
    let ours = ssh_rate(repo)?;
    let (ssh, ed25519) = (rate(&ours, "ssh")?, rate(&ours, "ed25519")?);
    let git = git_rate(repo)?;
    println!("ssh / ed25519: {:.2}", ssh / ed25519);
    println!("ssh / git log --format=%G?: {:.0}", ssh / git);
    Ok(())
}

/// Runs the example that times our checks beside bare Ed25519, and returns what it printed.
fn ssh_rate(repo: &Path) -> Result<String, Failure> {
    eprintln!("==> our checks and bare Ed25519");
    let output = Command::new("cargo")
        .args(["run", "--release", "--locked", "--package=signatures"])
        .args(["--example=ssh_rate", "--"])
        .arg(repo)
        .current_dir(workspace::root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::while_doing("cargo run"))?;
    if !output.status.success() {
        return Err(Failure::of_step("ssh_rate", output.status.code()));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{text}");
    Ok(text)
}

/// Returns the rate that a line `NAME: RATE a second` states.
fn rate(output: &str, name: &str) -> Result<f64, Failure> {
    let stated = output.lines().find_map(|line| {
        let rate = line.strip_prefix(name)?.strip_prefix(':')?;
        rate.split_whitespace().next()?.parse().ok()
    });
    stated.ok_or_else(|| Failure::new(format!("ssh_rate prints no line `{name}: RATE a second`")))
}

/// Returns how many SSH signatures git checks in a second, the median of all rounds.
fn git_rate(repo: &Path) -> Result<f64, Failure> {
    let signed = signed_commits(repo)?;
    let allowed =
        tempfile::NamedTempFile::new().map_err(Failure::while_doing("a temporary file"))?;
    let costs: Vec<Cost> = (0..ROUNDS)
        .map(|_| measure::run("git log", &mut git_log(repo, allowed.path(), &signed)))
        .collect::<Result<_, _>>()?;
    let rate = signed.len() as f64 / Cost::summary(&costs).wall_seconds;
    println!(
        "git log --format=%G?: {rate:.0} a second, over {} commits",
        signed.len()
    );
    Ok(rate)
}

/// git needs a file of allowed signers to check at all; an empty one makes every good signature untrusted.
fn git_log(repo: &Path, allowed: &Path, commits: &[String]) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(repo)
        .arg("-c")
        .arg(format!("gpg.ssh.allowedSignersFile={}", allowed.display()))
        .args(["log", "--no-walk=unsorted", "--format=%G?"])
        .args(commits);
    command
}

/// Returns the newest commits that carry an SSH signature.
fn signed_commits(repo: &Path) -> Result<Vec<String>, Failure> {
    let names = git(repo, &["rev-list", "HEAD"])?;
    let objects = cat_file(repo, &names)?;
    let mut found = Vec::new();
    let mut here = "";
    for line in objects.lines() {
        if let Some(name) = header_of_commit(line) {
            here = name;
        } else if line == SSH_HEADER && !here.is_empty() {
            found.push(std::mem::take(&mut here).to_owned());
        } else if line.is_empty() {
            // The headers end here; what a message says is no signature.
            here = "";
        }
    }
    found.truncate(GIT_COMMITS);
    match found.is_empty() {
        true => Err(Failure::new("no commit here carries an SSH signature")),
        false => Ok(found),
    }
}

/// `git cat-file --batch` begins each object with `NAME commit LENGTH`.
fn header_of_commit(line: &str) -> Option<&str> {
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        [name, "commit", length] if length.parse::<u64>().is_ok() && name.len() >= 40 => Some(name),
        _ => None,
    }
}

fn cat_file(repo: &Path, names: &str) -> Result<String, Failure> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(repo)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Failure::while_doing("git cat-file"))?;
    let mut stdin = child.stdin.take().expect("it was given a pipe");
    let names = names.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(names.as_bytes()));
    let output = child
        .wait_with_output()
        .map_err(Failure::while_doing("git cat-file"))?;
    let written = writer.join().expect("writing to a pipe does not panic");
    written.map_err(Failure::while_doing("git cat-file"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_by_its_name() {
        let output = "ssh: 9000 a second\ned25519: 12000.5 a second\n";
        assert_eq!(rate(output, "ed25519").unwrap(), 12000.5);
        assert!(rate(output, "rsa").is_err());
    }

    #[test]
    fn objects_are_told_from_their_lines() {
        let name = "0".repeat(40);
        assert_eq!(
            header_of_commit(&format!("{name} commit 233")),
            Some(&*name)
        );
        assert_eq!(header_of_commit("this commit 233"), None);
    }
}
