//! `cargo xtask bench census`: a year of 10,000 requests, decided beside the reading of its records, and collected beside the
//! forge's own latency.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::step::Step;
use crate::workspace;

/// The requests of the year.
const REQUESTS: &str = "10000";
/// How long the stand-in for the forge takes for each answer; GitHub takes longer.
const LATENCY_MS: &str = "5";

/// Prints decisions a second, what they cost beside the reading of what they rest on, and what a collection costs beside
/// its calls.
pub(crate) fn run() -> Result<(), Failure> {
    // Documents play no part, and setting them takes longest to build.
    let arguments = ["build", "--release", "--locked", "--package=countersign"];
    let example = ["--no-default-features", "--example=census_rate"];
    Step::new(
        "release build",
        "cargo",
        &[&arguments[..], &example].concat(),
    )
    .run()?;
    let program = workspace::target()?.join("release/examples/census_rate");
    decisions(&side(&program, "decisions")?)?;
    collection(&side(&program, "collection")?)
}

fn decisions(text: &str) -> Result<(), Failure> {
    let [requests, decisions, bytes] =
        ["requests", "decisions", "bytes"].map(|name| number(text, name));
    let [opening, reading, repeating, indexing, deciding] =
        ["opening", "reading", "repeating", "indexing", "deciding"]
            .map(|name| number(text, &format!("{name}_seconds")));
    let (requests, decisions, bytes) = (requests?, decisions?, bytes?);
    let (opening, reading, repeating, indexing) = (opening?, reading?, repeating?, indexing?);
    let deciding = deciding? + indexing;
    println!(
        "{requests} requests, {decisions} decisions, {:.0} MB of records",
        bytes / 1e6
    );
    println!(
        "{:>12.0} decisions a second, on one thread",
        decisions / deciding
    );
    println!(
        "{:>12.0} requests a second, every rule on each",
        requests / deciding
    );
    println!("{:>12.2} of the time is indexing", indexing / deciding);
    println!("deciding / opening the records: {:.3}", deciding / opening);
    println!(
        "reading them as facts / opening them: {:.2}",
        reading / opening
    );
    println!(
        "deciding the gate's passes again / opening the records: {:.2}, and {} do not follow",
        repeating / opening,
        number(text, "doubted")?
    );
    for line in text
        .lines()
        .filter_map(|line| line.strip_prefix("outcome "))
    {
        println!("  {line}");
    }
    Ok(())
}

fn collection(text: &str) -> Result<(), Failure> {
    let latency: f64 = LATENCY_MS
        .parse()
        .map_err(Failure::while_doing("the latency"))?;
    for (run, name) in [
        ("first", "the first collection"),
        ("again", "the next, with 20 requests changed"),
    ] {
        let calls = number(text, &format!("{run}_calls"))?;
        let seconds = number(text, &format!("{run}_seconds"))?;
        let recorded = number(text, &format!("{run}_recorded"))?;
        let waited = calls * latency / 1000.0;
        println!("{name}: {recorded} requests recorded with {calls} calls");
        println!(
            "  its time / (calls x {LATENCY_MS} ms): {:.2}",
            seconds / waited
        );
    }
    Ok(())
}

/// Runs one side in a folder of its own, and returns what it prints.
fn side(program: &Path, name: &str) -> Result<String, Failure> {
    eprintln!("==> {name}");
    let folder = tempfile::tempdir().map_err(Failure::while_doing("a temporary folder"))?;
    let output = Command::new(program)
        .args([name, REQUESTS, LATENCY_MS])
        .arg(folder.path())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::while_doing(name))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(Failure::of_step(name, output.status.code())),
    }
}

/// Returns the number behind a word at the head of a line.
fn number(text: &str, word: &str) -> Result<f64, Failure> {
    let mut lines = text.lines();
    let number = lines.find_map(|line| line.strip_prefix(word)?.strip_prefix(' ')?.parse().ok());
    number.ok_or_else(|| Failure::new(format!("census_rate prints no line `{word} NUMBER`")))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_read_by_its_whole_word() {
        let text = "requests 10000\nrequests_seconds 3\n";
        assert_eq!(number(text, "requests").unwrap(), 10000.0);
        assert!(number(text, "decisions").is_err());
    }
}
