//! What `review` answers in SARIF 2.1.0 (OASIS), for the tools that show results beside the lines they are of.

use crate::audit::COUNTERSIGN;
use crate::review::Recorded;
use documents::visible::visible;
use model::check::Severity;
use model::digest::CommitId;
use model::program::{ForgeKind, RepositoryForge};
use model::review::{Finding, FoundBy, ReviewOutcome};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How the tool calls itself; by it the reader of reports knows that this is no scan.
pub const DRIVER: &str = "Countersign review";
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The folder of the repository (section 3.14.14), whose place only the reader knows.
const ROOT: &str = "%SRCROOT%";

/// Returns a review as one run.
///
/// Findings are named as dispositions call them, in `partialFingerprints`. A review that is no answer is a run that failed
/// (section 3.20.14): nobody takes an empty list for a clean one.
pub fn sarif(recorded: &Recorded) -> Value {
    let (record, reviewed) = (&recorded.record, &recorded.reviewed);
    let findings = &reviewed.findings;
    let results = findings.iter().map(|finding| result(recorded, finding));
    let files = record.files.iter();
    let artifacts = files.map(|file| json!({"location": location(&file.path)}));
    let models: Vec<&String> = reviewed.models.iter().collect();
    let mut run = json!({
        "tool": {"driver": {
            "name": DRIVER,
            "version": COUNTERSIGN,
            "rules": rules(findings),
        }},
        "automationDetails": {"id": format!("countersign/review/{}", record.reviewer)},
        "invocations": [invocation(recorded)],
        "artifacts": artifacts.collect::<Vec<Value>>(),
        "results": results.collect::<Vec<Value>>(),
        "properties": {
            "outcome": reviewed.outcome,
            "request": record.request,
            "patch_digest": record.patch_digest,
            "head": record.head,
            "leaf": reviewed.leaf,
            "reviewer": record.reviewer,
            "models": models,
        },
    });
    if let Some(details) = provenance(recorded.forge.as_ref(), &record.head) {
        run["versionControlProvenance"] = details;
    }
    json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})
}

fn rules(findings: &[Finding]) -> Vec<Value> {
    let ids: BTreeMap<String, &Finding> = findings.iter().map(|it| (rule(it), it)).collect();
    let described = ids.into_iter().map(|(id, finding)| {
        let by = match finding.by {
            FoundBy::Rule => "a rule",
            FoundBy::Model => "a model",
        };
        json!({"id": id, "shortDescription": {"text": plain(&format!("{}, as {by} tells it", finding.category))}})
    });
    described.collect()
}

fn rule(finding: &Finding) -> String {
    let by = match finding.by {
        FoundBy::Rule => "rule",
        FoundBy::Model => "model",
    };
    format!("{by}/{}", finding.category)
}

fn result(recorded: &Recorded, finding: &Finding) -> Value {
    let name = finding.name(&recorded.record.patch_digest);
    let mut text = format!("{} {}", finding.claim, finding.why);
    if let Some(mend) = &finding.suggestion {
        let _ = write!(text, " Mend: {mend}");
    }
    let (level, score) = match finding.severity {
        Severity::Critical => ("error", "9.0"),
        Severity::High => ("error", "7.0"),
        Severity::Medium => ("warning", "4.0"),
        Severity::Low => ("note", "1.0"),
    };
    json!({
        "ruleId": rule(finding),
        "level": level,
        "message": {"text": plain(&text)},
        "locations": locations(recorded, finding),
        "partialFingerprints": {"countersignFinding/v1": name},
        "properties": {"security-severity": score, "located": finding.is_located},
    })
}

/// What points at no line of the difference is shown at its file, where the difference has that, and else nowhere.
fn locations(recorded: &Recorded, finding: &Finding) -> Vec<Value> {
    let Some(path) = &finding.file else {
        return Vec::new();
    };
    let mut files = recorded.record.files.iter();
    if !files.any(|file| file.path == *path) {
        return Vec::new();
    }
    let mut place = json!({"artifactLocation": location(path)});
    let line = finding.line.filter(|line| finding.is_located && *line > 0);
    if let Some(line) = line {
        place["region"] = json!({"startLine": line});
    }
    vec![json!({"physicalLocation": place})]
}

fn location(path: &str) -> Value {
    json!({"uri": encoded(path), "uriBaseId": ROOT})
}

/// Returns a path as a relative reference (RFC 3986 section 4.2): a colon in it names no scheme.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

/// Returns a message that names no argument and embeds no link (sections 3.11.5 and 3.11.6): a model wrote it.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '{' | '}' => plain.extend([character, character]),
            '[' | ']' | '\\' => plain.extend(['\\', character]),
            _ => plain.push(character),
        }
    }
    plain
}

fn invocation(recorded: &Recorded) -> Value {
    let reviewed = &recorded.reviewed;
    let has_run = match reviewed.outcome {
        ReviewOutcome::Clean | ReviewOutcome::Findings => true,
        ReviewOutcome::Unavailable | ReviewOutcome::Refused => false,
    };
    let why = reviewed.why.iter();
    let why = why.map(|text| json!({"level": "error", "message": {"text": plain(text)}}));
    json!({
        "executionSuccessful": has_run,
        "startTimeUtc": recorded.record.at,
        "toolExecutionNotifications": why.collect::<Vec<Value>>(),
    })
}

/// Returns which commit was read, and where (section 3.14.11); none where the program does not say where people find it.
fn provenance(forge: Option<&RepositoryForge>, head: &CommitId) -> Option<Value> {
    let forge = forge?;
    let server = match forge.kind {
        ForgeKind::Github if forge.api == ForgeKind::Github.api() => "https://github.com",
        ForgeKind::Github => forge.api.strip_suffix("/api/v3")?,
        ForgeKind::Gitlab => forge.api.strip_suffix("/api/v4")?,
    };
    let address = format!("{server}/{}", encoded(&forge.repository));
    Some(json!([{"repositoryUri": address, "revisionId": head}]))
}

#[cfg(test)]
mod tests {
    use super::{encoded, plain};

    #[test]
    fn a_path_is_a_relative_reference() {
        let check = |path: &str, expected: &str| assert_eq!(encoded(path), expected);
        check("src/pay.rs", "src/pay.rs");
        check("a b/ü#1?.py", "a%20b/%C3%BC%231%3F.py");
        check("c:windows", "c%3Awindows");
        check("100%.txt", "100%25.txt");
    }

    #[test]
    fn a_message_embeds_no_link() {
        let check = |text: &str, expected: &str| assert_eq!(plain(text), expected);
        check("It sells.", "It sells.");
        check(
            "see [this](http://x), {0}",
            "see \\[this\\](http://x), {{0}}",
        );
    }
}
