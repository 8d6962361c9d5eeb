//! What others recorded from GitHub itself: the answers in the tests of PyGithub, each exchange as eleven lines of text.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use testkit::Counterparts;

use super::{Sample, files, recorded};

/// The lines of one exchange.
const LINES: usize = 11;

/// The first year whose answers are read: those of before lack what GitHub added since.
const SINCE: u32 = 2017;

/// Returns the recorded answers that this program asks for, each once.
pub(super) fn replayed() -> Option<Vec<Sample>> {
    let counterparts = Counterparts::find("the answers that PyGithub recorded")?;
    let folder = counterparts.source("pygithub").join("tests/ReplayData");
    let (mut samples, mut seen) = (Vec::new(), BTreeSet::new());
    for file in files(&folder) {
        let text = fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.split('\n').collect();
        for exchange in lines.chunks_exact(LINES) {
            if let Some(sample) = sample(&file, exchange)
                && seen.insert(exchange[9].to_owned())
            {
                samples.push(sample);
            }
        }
    }
    Some(samples)
}

fn sample(file: &Path, exchange: &[&str]) -> Option<Sample> {
    let (call, path) = ((exchange[1], exchange[2], exchange[7]), exchange[4]);
    if call != ("GET", "api.github.com", "200") {
        return None;
    }
    if year(exchange[8]) < Some(SINCE) {
        return None;
    }
    let kind = kind(path.split('?').next()?)?;
    let value = serde_json::from_str(exchange[9]).ok()?;
    let name = file.file_name()?.to_string_lossy();
    Some(Sample {
        place: format!("{name}: {path}"),
        kind,
        value,
    })
}

/// Returns the year in which an answer came, from its headers: `('Date', 'Wed, 07 Jun 2023 08:27:45 GMT')`.
fn year(headers: &str) -> Option<u32> {
    let (_, from) = headers
        .split_once("'Date', '")
        .or_else(|| headers.split_once("'date', '"))?;
    from.split(' ').nth(3)?.parse().ok()
}

fn kind(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    Some(match *parts.as_slice() {
        ["repos", _, _] => "settings",
        ["repos", _, _, "pulls"] => "requests",
        ["repos", _, _, "pulls", number] if is_number(number) => "request",
        ["repos", _, _, "commits"] | ["repos", _, _, "pulls", _, "commits"] => "request_commits",
        ["repos", _, _, "commits", _] => "request_commit",
        ["repos", _, _, "pulls", _, "reviews"] => "reviews",
        ["repos", _, _, "pulls", _, "reviews", _] => "review",
        ["repos", _, _, "issues" | "pulls", _, "comments"] => "comments",
        ["repos", _, _, "issues", number] if is_number(number) => "issue",
        ["repos", _, _, "commits" | "check-suites", _, "check-runs"] => "check_runs",
        ["repos", _, _, "check-runs", _] => "check_run",
        ["repos", _, _, "statuses", _] => "statuses",
        ["repos", _, _, "branches", _] => "branch",
        ["repos", _, _, "branches", _, "protection"] => "branch_protection",
        ["repos", _, _, "keys"] => "deploy_keys",
        ["repos", _, _, "keys", _] => "deploy_key",
        ["repos", _, _, "collaborators"] => "collaborators",
        ["repos", _, _, "environments"] => "environments",
        ["repos", _, _, "environments", _] => "environment",
        _ => return None,
    })
}

fn is_number(part: &str) -> bool {
    part.parse::<u64>().is_ok()
}

#[test]
fn every_answer_that_pygithub_recorded_is_read() {
    if let Some(samples) = replayed() {
        assert_snapshot!(recorded::summary(&samples));
    }
}
