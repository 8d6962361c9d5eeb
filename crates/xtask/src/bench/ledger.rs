//! `cargo xtask bench ledger`: durable appends against the disk itself, SQLite and PostgreSQL, and verification against bare hashing.

use std::path::Path;
use std::process::Command;

use super::postgres::Postgres;
use super::{ROUNDS, median};
use crate::failure::Failure;
use crate::need;
use crate::step::Step;
use crate::workspace;

/// How many threads append at once.
const APPENDERS: [usize; 4] = [1, 8, 64, 1_024];
/// PostgreSQL has a process for each client, and refuses more than a hundred; more than this only slow it down here.
const MAX_CLIENTS: usize = 32;
/// How long one side runs in one round.
const SECONDS: u32 = 3;
/// The leaves of the largest log in which an append is measured.
const LARGEST: &str = "10000000";
/// The sides that the example knows, ours first.
const SIDES: [&str; 4] = ["ours", "raw", "sqlite", "sqlite-grouped"];
/// How many threads hash the leaves: the cores of the machine that this is meant for.
const HASHING_THREADS: usize = 2;

/// What one side did in one round.
#[derive(Debug, Clone, Copy)]
struct Rate {
    a_second: f64,
    /// Records for each commit; none where the side does not tell.
    grouping: Option<f64>,
}

/// Prints the rates of all sides, alternated, and ours in proportion to each.
pub(crate) fn run() -> Result<(), Failure> {
    need::ensure(&need::POSTGRES)?;
    need::ensure(&need::FAULTS)?;
    let arguments = ["build", "--release", "--locked", "--package=ledger"];
    let example = ["--example=append_rate"];
    Step::new(
        "release build",
        "cargo",
        &[&arguments[..], &example].concat(),
    )
    .run()?;
    let program = workspace::target()?.join("release/examples/append_rate");
    let postgres = Postgres::start()?;
    for appenders in APPENDERS {
        appends(&program, &postgres, appenders)?;
    }
    verification(&program)?;
    growth(&program)?;
    syncs(&program)
}

/// Prints what an append and a proof cost in logs of growing size, in proportion to the smallest.
fn growth(program: &Path) -> Result<(), Failure> {
    eprintln!("==> a log that grows");
    let text = output(
        Command::new(program).args(["growth", LARGEST, "0"]),
        "growth",
    )?;
    println!("a log that grows: microseconds of an append, and of a proof");
    let mut first = None;
    for line in text.lines().filter_map(|line| line.strip_prefix("growth ")) {
        let numbers: Vec<f64> = line.split(' ').filter_map(|it| it.parse().ok()).collect();
        let [leaves, append, proof] = numbers[..] else {
            return Err(Failure::new(format!("growth prints {line:?}")));
        };
        let (append_first, proof_first) = *first.get_or_insert((append, proof));
        let (a, p) = (append / append_first, proof / proof_first);
        println!(
            "{leaves:>12} leaves{append:>10}{a:>8.2} of the first{proof:>10}{p:>8.2} of the first"
        );
    }
    let text = output(
        Command::new(program).args(["readable", "1", "0"]),
        "readable",
    )?;
    let delay = number(&text, "readable").unwrap_or(f64::NAN);
    println!("a leaf can be read {delay} ms after its acknowledgement, at the latest of twenty");
    Ok(())
}

/// Prints how often the ledger tells the disk to become durable, for each batch that it acknowledges.
fn syncs(program: &Path) -> Result<(), Failure> {
    let calls = tempfile::NamedTempFile::new().map_err(Failure::while_doing("a temporary file"))?;
    let mut command = Command::new("strace");
    command
        .args([
            "-f",
            "-qq",
            "-e",
            "trace=fsync,fdatasync,syncfs,sync_file_range",
        ])
        .arg("-o")
        .arg(calls.path())
        .arg(program)
        .args(["ours", "64", &SECONDS.to_string()]);
    let text = output(&mut command, "strace")?;
    let batches = number(&text, "commits").unwrap_or(f64::NAN);
    let calls = std::fs::read_to_string(calls.path());
    let calls = calls.map_err(Failure::while_doing("reading the trace"))?;
    // A call that others interrupt has two lines, of which one ends unfinished.
    let calls = calls
        .lines()
        .filter(|line| line.contains('(') && !line.contains("resumed>"));
    let calls = calls.count();
    println!(
        "{calls} syncs for {batches} batches of 64 appenders: {:.3} each",
        calls as f64 / batches
    );
    Ok(())
}

/// Returns what a program prints that works in a folder of its own, which is its last word.
fn output(command: &mut Command, name: &str) -> Result<String, Failure> {
    let folder = tempfile::tempdir().map_err(Failure::while_doing("a temporary folder"))?;
    let output = command.arg(folder.path()).output();
    let output = output.map_err(Failure::while_doing(name))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("{name}: {message}")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn appends(program: &Path, postgres: &Postgres, appenders: usize) -> Result<(), Failure> {
    let mut rates = SIDES.map(|_| Vec::new());
    let mut of_postgres = Vec::new();
    for round in 1..=ROUNDS {
        eprintln!("==> {appenders} appenders, round {round} of {ROUNDS}");
        for (side, rates) in SIDES.iter().zip(&mut rates) {
            rates.push(rate(program, side, appenders)?);
        }
        let clients = appenders.min(MAX_CLIENTS);
        of_postgres.push(postgres.inserts_a_second(clients, SECONDS)?);
    }
    println!("{appenders} appenders of 512 bytes");
    let ours = median_rate(&rates[0]);
    for (side, rates) in SIDES.iter().zip(&rates) {
        print_side(side, median_rate(rates), ours, median_grouping(rates));
    }
    let clients = format!("postgresql, {} clients", appenders.min(MAX_CLIENTS));
    print_side(&clients, median(of_postgres), ours, None);
    Ok(())
}

/// Prints how fast the public tree and the whole ledger are verified, each beside the hashing that nothing can spare it.
fn verification(program: &Path) -> Result<(), Failure> {
    let sides = ["verify-public", "hash", "verify", "hash-all"];
    let mut rates = sides.map(|_| Vec::new());
    for round in 1..=ROUNDS {
        eprintln!("==> verification, round {round} of {ROUNDS}");
        for (side, rates) in sides.iter().zip(&mut rates) {
            rates.push(rate(program, side, HASHING_THREADS)?.a_second);
        }
    }
    let [public, leaves, whole, all] = rates.map(median);
    println!("verification of leaves with payloads of 512 bytes");
    print_side("audit of the public tree", public, public, None);
    print_side("hashing of its leaves", leaves, public, None);
    print_side("audit with payloads", whole, whole, None);
    print_side("hashing of both", all, whole, None);
    Ok(())
}

/// Runs one side in a folder of its own, on the disk where temporary files lie.
fn rate(program: &Path, side: &str, appenders: usize) -> Result<Rate, Failure> {
    let mut command = Command::new(program);
    command.args([side, &appenders.to_string(), &SECONDS.to_string()]);
    let text = output(&mut command, side)?;
    let a_second = number(&text, "rate");
    Ok(Rate {
        a_second: a_second.ok_or_else(|| Failure::new(format!("{side} prints no rate")))?,
        grouping: number(&text, "grouping"),
    })
}

/// Returns the number behind a word at the head of a line.
fn number(text: &str, word: &str) -> Option<f64> {
    let mut lines = text.lines();
    let number = lines.find_map(|line| line.strip_prefix(word)?.strip_prefix(' '))?;
    number.parse().ok()
}

fn median_rate(rates: &[Rate]) -> f64 {
    median(rates.iter().map(|rate| rate.a_second).collect())
}

fn median_grouping(rates: &[Rate]) -> Option<f64> {
    let known: Vec<f64> = rates.iter().filter_map(|rate| rate.grouping).collect();
    (!known.is_empty()).then(|| median(known))
}

fn print_side(name: &str, a_second: f64, ours: f64, grouping: Option<f64>) {
    let grouping = grouping.map_or(String::new(), |it| format!("{it:>9.1} records a commit"));
    let ratio = ours / a_second;
    println!("{name:<26}{a_second:>11.0} a second{ratio:>9.3} ours / it{grouping}");
}

#[cfg(test)]
mod tests {
    use super::{Rate, median_grouping, number};

    #[test]
    fn a_side_is_read_by_its_words() {
        let text = "rate 1234\ngrouping 5.50\n";
        assert_eq!(number(text, "rate"), Some(1234.0));
        assert_eq!(number(text, "grouping"), Some(5.5));
        assert_eq!(number(text, "group"), None);
    }

    #[test]
    fn a_side_that_does_not_group_has_no_median_of_it() {
        let rate = Rate {
            a_second: 1.0,
            grouping: None,
        };
        assert_eq!(median_grouping(&[rate]), None);
    }
}
