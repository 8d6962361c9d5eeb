//! What a tool printed while it ran: where alone some tools say what they read.
//!
//! Not here: the report itself, which is the same where such a tool read nothing.

use super::found::shown;
use super::sarif;
use model::check::{CheckReport, Measured};

/// The longest that is read of what a tool printed.
pub const MAX_TOOL_LOG_BYTES: usize = 4 << 20;

/// Returns why a run was not whole, of the lines that were printed.
type Fault = fn(&str, &CheckReport) -> Option<String>;

/// The tools whose SARIF does not show what they read, by the beginning of their names in small letters.
const TOOLS: [(&str, Fault); 2] = [("gitleaks", of_gitleaks), ("zizmor", of_zizmor)];

/// Adds to a report what its tool's log says against it, or that there is none where one is needed.
pub(super) fn hold(report: &mut CheckReport, log: Option<&[u8]>) {
    if report.format != sarif::FORMAT {
        return;
    }
    let mut flaws = Vec::new();
    for tool in &report.tools {
        let name = tool.to_ascii_lowercase();
        let Some((_, fault)) = TOOLS.iter().find(|(known, _)| name.starts_with(known)) else {
            continue;
        };
        let why = match log {
            None => Some(
                "says only where it prints what it read: record that too, with --tool-log"
                    .to_owned(),
            ),
            Some(log) if log.len() > MAX_TOOL_LOG_BYTES => {
                Some(format!("printed more than {MAX_TOOL_LOG_BYTES} bytes"))
            }
            Some(log) => {
                let log = anstream::adapter::strip_str(&String::from_utf8_lossy(log)).to_string();
                fault(&log, report)
            }
        };
        flaws.extend(why.map(|why| shown(&format!("{tool} {why}"))));
    }
    report.flaws.extend(flaws);
}

/// `9:41AM INF scanned ~1234 bytes (1.23 KB) in 12ms`, and a warning for each file that it passed over.
fn of_gitleaks(log: &str, report: &CheckReport) -> Option<String> {
    let mut scanned = Vec::new();
    for (level, said) in log.lines().filter_map(levelled) {
        match level {
            "INF" => scanned.extend(bytes(said)),
            "WRN" if said.starts_with("leaks found") => {
                let count = said.rsplit_once(": ").and_then(|(_, it)| it.parse().ok());
                if count != Some(found(report)) {
                    let there = found(report);
                    return Some(format!("printed \"{said}\", and its report has {there}"));
                }
            }
            "WRN" | "ERR" | "FTL" | "PNC" => return Some(format!("warned: {said}")),
            _ => {}
        }
    }
    if let Some(line) = log.lines().find(|line| is_of_none(line)) {
        return Some(format!(
            "printed what is no line of its log: {}",
            line.trim()
        ));
    }
    match scanned[..] {
        [0] => Some("scanned no byte".to_owned()),
        [_] => None,
        [] => Some("printed no line that says how many bytes it scanned".to_owned()),
        [..] => Some("printed the log of more than one run".to_owned()),
    }
}

/// Returns how many findings a report has, whatever became of them.
fn found(report: &CheckReport) -> u64 {
    match &report.measured {
        Measured::Findings(findings) => {
            findings.by_severity.values().sum::<u64>() + findings.suppressed
        }
        Measured::Tests(_) | Measured::Coverage(_) | Measured::Components(_) => 0,
    }
}

/// The art that it prints first is drawn, and names it.
fn is_of_none(line: &str) -> bool {
    let known = ["TRC", "DBG", "INF", "WRN", "ERR", "FTL", "PNC"];
    let has_level = levelled(line).is_some_and(|(level, _)| known.contains(&level));
    let letters = line.chars().filter(|it| it.is_alphanumeric());
    let letters: String = letters.collect();
    let is_art = letters.is_empty() || letters == "gitleaks";
    !has_level && !is_art
}

/// Returns the level of a line, which stands behind the time, and the text.
fn levelled(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.trim().split_once(' ')?;
    let (level, said) = rest.split_once(' ')?;
    Some((level, said.trim()))
}

fn bytes(said: &str) -> Option<u64> {
    let count = said.strip_prefix("scanned ~")?;
    count.split_once(" bytes")?.0.parse().ok()
}

/// `INFO audit: zizmor: 🌈 completed ./.github/workflows/ci.yml`, and a warning for each file that it could not parse.
fn of_zizmor(log: &str, _: &CheckReport) -> Option<String> {
    let mut completed = false;
    for line in log.lines() {
        let Some((level, said)) = line.trim().split_once(' ') else {
            continue;
        };
        match level {
            "WARN" | "ERROR" | "fatal:" | "error:" => {
                return Some(format!("warned: {}", without_spans(said)));
            }
            "INFO" => completed |= said.contains(" completed "),
            _ => {}
        }
    }
    match completed {
        true => None,
        false => Some("printed no line that names a file which it read".to_owned()),
    }
}

/// Returns the text behind the steps in which something was said, which come first and are long.
fn without_spans(said: &str) -> &str {
    let behind = said
        .split_once(": zizmor::")
        .and_then(|(_, rest)| rest.split_once(": "));
    behind.map_or(said, |(_, text)| text).trim()
}
