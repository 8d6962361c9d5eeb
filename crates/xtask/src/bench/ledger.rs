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
    verification(&program)
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

fn verification(program: &Path) -> Result<(), Failure> {
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        eprintln!("==> verification, round {round} of {ROUNDS}");
        bare.push(rate(program, "hash", HASHING_THREADS)?.a_second);
        ours.push(rate(program, "verify", HASHING_THREADS)?.a_second);
    }
    let (bare, ours) = (median(bare), median(ours));
    println!("verification of leaves of 512 bytes");
    print_side("audit", ours, ours, None);
    print_side(
        &format!("bare hashing, {HASHING_THREADS} threads"),
        bare,
        ours,
        None,
    );
    Ok(())
}

/// Runs one side in a folder of its own, on the disk where temporary files lie.
fn rate(program: &Path, side: &str, appenders: usize) -> Result<Rate, Failure> {
    let folder = tempfile::tempdir().map_err(Failure::while_doing("a temporary folder"))?;
    let output = Command::new(program)
        .args([side, &appenders.to_string(), &SECONDS.to_string()])
        .arg(folder.path())
        .output()
        .map_err(Failure::while_doing(side))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("{side}: {message}")));
    }
    let text = String::from_utf8_lossy(&output.stdout);
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
