//! Checks, statuses, reviews and comments that were recorded of GitHub by others, put into a log and decided: each verdict
//! was checked by hand against what was recorded.
//!
//! The head and the time are made those of request 7; policy-bot's authors kept only what it reads, most of it as GraphQL
//! says it, so what GitHub's REST API says beside that is added.

mod checks;
mod people;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns a file of the test data; nothing where it is not here.
#[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
pub(super) fn data(file: &str) -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(file);
    if !file.exists() {
        println!("skipped: no test data");
        return None;
    }
    Some(file)
}

pub(super) fn parsed(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// Returns the bodies of a set of responses, one for each page.
pub(super) fn bodies(name: &str) -> Option<Vec<Value>> {
    let file = data(&format!("ci_reports/policy_bot_responses/{name}.yml"))?;
    let text = fs::read_to_string(file).unwrap();
    let pages = text.split("  body: |\n").skip(1);
    // A body is indented, and the next response is not.
    let body = |page: &str| {
        let lines = page
            .lines()
            .take_while(|line| line.is_empty() || line.starts_with("    "));
        let body: String = lines.collect();
        serde_json::from_str(&body).unwrap()
    };
    Some(pages.map(body).collect())
}

/// Returns the nodes of all pages of one list of a request, as GraphQL says it.
pub(super) fn nodes(name: &str, list: &str) -> Option<Vec<Value>> {
    let pages = bodies(name)?;
    let pointer = format!("/data/repository/pullRequest/{list}/nodes");
    let of_page = pages.iter().filter_map(|page| page.pointer(&pointer));
    let nodes = of_page.flat_map(|nodes| nodes.as_array().unwrap().clone());
    Some(nodes.collect())
}
