//! `cargo xtask bench audit REPO`: the audit against `git log`, cold, and again after 100 new commits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::measure::{self, Cost};
use super::{ROUNDS, build_release, git};
use crate::failure::Failure;
use crate::workspace;

/// How many commits lie between an audit and the next, at least.
const NEW_COMMITS: usize = 100;

/// The period that is audited where none is named, and the whole history.
const PERIODS: [(&str, &[&str]); 2] = [
    ("the last 365 days", &[]),
    ("the whole history", &["--period", "all"]),
];

/// Prints the cost of both sides, the ratio, and what a second audit costs.
pub(crate) fn run(repo: &Path) -> Result<(), Failure> {
    let repo = fs::canonicalize(repo).map_err(Failure::while_doing("the repository"))?;
    build_release()?;
    let binary = workspace::binary("release")?;
    cold(&repo, &binary)?;
    again(&repo, &binary)
}

/// Alternates the two, each audit with a home, a ledger and a report of its own.
fn cold(repo: &Path, binary: &Path) -> Result<(), Failure> {
    let commits = git(repo, &["rev-list", "--count", "HEAD"])?;
    let changes = git(repo, &["rev-list", "--count", "--first-parent", "HEAD"])?;
    println!("{}: {commits} commits, {changes} changes", repo.display());
    println!("{}", git(repo, &["--version"])?);
    let mut logs = Vec::new();
    let mut audits = PERIODS.map(|_| Vec::new());
    for round in 1..=ROUNDS {
        eprintln!("==> round {round} of {ROUNDS}");
        logs.push(measure::run("git log", &mut git_log(repo))?);
        for ((_, period), costs) in PERIODS.iter().zip(&mut audits) {
            costs.push(Place::new()?.audit(binary, repo, period)?);
        }
    }
    let log = Cost::summary(&logs);
    print_cost("git log of the whole history", log);
    for ((name, _), costs) in PERIODS.iter().zip(&audits) {
        let audit = Cost::summary(costs);
        print_cost(&format!("audit of {name}"), audit);
        println!(
            "audit / git log: {:.2} of its time, {:.2} of its processor time",
            audit.wall_seconds / log.wall_seconds,
            audit.cpu_seconds / log.cpu_seconds
        );
    }
    Ok(())
}

/// Audits a clone that stops short of the tip, moves its branch to the tip, and audits into the same ledger.
fn again(repo: &Path, binary: &Path) -> Result<(), Failure> {
    let tip = git(repo, &["rev-parse", "HEAD"])?;
    let (before, new) = before(repo)?;
    let folder = tempfile::tempdir().map_err(Failure::while_doing("a temporary folder"))?;
    let clone = folder.path().join("clone.git");
    let clone_name = clone.display().to_string();
    git(
        repo,
        &["clone", "--quiet", "--bare", "--shared", ".", &clone_name],
    )?;
    for (name, period) in PERIODS {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for round in 1..=ROUNDS {
            eprintln!("==> second audit of {name}, round {round} of {ROUNDS}");
            let place = Place::new()?;
            git(&clone, &["update-ref", "HEAD", &before])?;
            first.push(place.audit(binary, &clone, period)?);
            git(&clone, &["update-ref", "HEAD", &tip])?;
            second.push(place.audit(binary, &clone, period)?);
        }
        let (first, second) = (Cost::summary(&first), Cost::summary(&second));
        print_cost(&format!("first audit of {name}"), first);
        print_cost(&format!("again, {new} commits later"), second);
        println!(
            "first / again: {:.1}",
            first.wall_seconds / second.wall_seconds
        );
    }
    Ok(())
}

/// Returns the newest change with enough commits after it, and how many they are.
fn before(repo: &Path) -> Result<(String, usize), Failure> {
    let all = git(repo, &["rev-list", "--count", "--first-parent", "HEAD"])?;
    let all: usize = all.parse().map_err(Failure::while_doing("git rev-list"))?;
    for changes in 1..=NEW_COMMITS.min(all.saturating_sub(1)) {
        let change = format!("HEAD~{changes}");
        let after = git(repo, &["rev-list", "--count", &format!("{change}..HEAD")])?;
        let after = after
            .parse()
            .map_err(Failure::while_doing("git rev-list"))?;
        if after >= NEW_COMMITS {
            return Ok((git(repo, &["rev-parse", &change])?, after));
        }
    }
    Err(Failure::new(format!(
        "{} has too few changes",
        repo.display()
    )))
}

fn git_log(repo: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(repo).args([
        "log",
        "--first-parent",
        "-m",
        "--raw",
        "--format=%H%x00%(trailers)",
    ]);
    command
}

/// The folders that an audit writes to, removed with this value.
#[derive(Debug)]
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Result<Place, Failure> {
        let folder = tempfile::tempdir().map_err(Failure::while_doing("a temporary folder"))?;
        Ok(Place { folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The home is set too, so that nothing kept there helps.
    fn audit(&self, binary: &Path, repo: &Path, period: &[&str]) -> Result<Cost, Failure> {
        let mut command = Command::new(binary);
        command
            .arg("audit")
            .arg(repo)
            .args(period)
            .arg("--out")
            .arg(self.path("report"))
            .arg("--ledger")
            .arg(self.path("ledger"))
            .env("HOME", self.path("home"))
            .env_remove("XDG_CACHE_HOME");
        measure::run("countersign audit", &mut command)
    }
}

fn print_cost(name: &str, cost: Cost) {
    println!(
        "{name:<32}{:>8.3} s{:>9.2} s of processor{:>8.0} MB at most",
        cost.wall_seconds, cost.cpu_seconds, cost.peak_megabytes
    );
}
