//! Benchmarks: two programs alternated in one run, so that both meet the same machine.
//!
//! They print ratios and assert nothing: a time is true of one machine.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::step::Step;

pub(crate) mod audit;
pub(crate) mod census;
pub(crate) mod ledger;
mod measure;
mod postgres;
pub(crate) mod signatures;

/// How often each side runs.
const ROUNDS: usize = 5;

fn build_release() -> Result<(), Failure> {
    let arguments = ["build", "--release", "--locked", "--package=cli"];
    Step::new("release build", "cargo", &arguments).run()
}

/// Returns what git prints, without the line feed at its end.
fn git(repo: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let name = format!("git {}", arguments.join(" "));
    let output = Command::new("git")
        .arg("-C")
        .arg(repo)
        .args(arguments)
        .output()
        .map_err(Failure::while_doing(&name))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("{name}: {}", message.trim_end())));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.trim_end().to_owned())
}

/// Returns the middle value, or the upper of the two.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 3.0]), 3.0);
        assert_eq!(median(vec![2.0, 1.0]), 2.0);
    }
}
