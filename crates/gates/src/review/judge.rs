//! What follows from the answers of a model: pure, so that a verification comes to the same.

use model::review::{Covered, Finding, ReadFile, ReviewOutcome, ReviewRecord, Unread};
use std::collections::BTreeSet;

/// What one answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The place of its question.
    pub question: usize,
    /// What was found, or why it is no answer.
    pub said: Result<Vec<Finding>, String>,
}

/// What a review came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The outcome.
    pub outcome: ReviewOutcome,
    /// What rules and the model found: rules first, each in the order of the difference.
    pub findings: Vec<Finding>,
    /// Why it is unavailable; empty where it ran.
    pub why: Vec<String>,
}

/// Returns what a review came to.
///
/// What any answer to a question found stands: to ask again until nothing is found finds no less.
pub fn judge(record: &ReviewRecord, heard: &[Heard]) -> Judged {
    let mut findings = record.by_rule.clone();
    let mut why: Vec<String> = record.files.iter().filter_map(unread).collect();
    why.extend(uncovered(record));
    if record.questions.is_empty() {
        why.push("no question was put about it".to_owned());
    }
    for place in 0..record.questions.len() {
        let answers: Vec<&Heard> = heard.iter().filter(|it| it.question == place).collect();
        let usable = answers.iter().filter_map(|it| it.said.as_ref().ok());
        let mut is_answered = false;
        for found in usable {
            is_answered = true;
            add(&mut findings, found);
        }
        if !is_answered {
            let of = record.questions.len();
            let last = answers.last().and_then(|it| it.said.as_ref().err());
            let last = last.map_or("it was not asked", String::as_str);
            why.push(format!("part {} of {of} got no answer: {last}", place + 1));
        }
    }
    let outcome = match (why.is_empty(), findings.is_empty()) {
        (false, _) => ReviewOutcome::Unavailable,
        (true, true) => ReviewOutcome::Clean,
        (true, false) => ReviewOutcome::Findings,
    };
    Judged {
        outcome,
        findings,
        why,
    }
}

/// The same finding of two answers is one.
fn add(findings: &mut Vec<Finding>, found: &[Finding]) {
    for finding in found {
        if !findings.contains(finding) {
            findings.push(finding.clone());
        }
    }
}

fn unread(file: &ReadFile) -> Option<String> {
    let why = match file.unread.as_ref()? {
        Unread::TooLarge { bytes } => format!("has {bytes} bytes, more than are read"),
        Unread::Absent => "is not in the repository: fetch it whole".to_owned(),
        Unread::LongLine { line } => format!("has a line that is longer than is sent, line {line}"),
        Unread::NoRoom => "does not fit the window of the model".to_owned(),
        Unread::Budget => "was left out, for the budget was spent".to_owned(),
    };
    Some(format!("{} {why}", file.path.escape_debug()))
}

/// Each line that changed in a file that is shown stands in a question.
fn uncovered(record: &ReviewRecord) -> Vec<String> {
    let mut missed = Vec::new();
    for (place, file) in record.files.iter().enumerate() {
        if file.listed.is_some() || file.unread.is_some() {
            continue;
        }
        let covers = record.questions.iter().flat_map(|it| &it.covers);
        let of_file: Vec<&Covered> = covers.filter(|it| it.file == place).collect();
        let added = lines(of_file.iter().flat_map(|it| &it.added));
        let removed = lines(of_file.iter().flat_map(|it| &it.removed));
        if added < u64::from(file.added) || removed < u64::from(file.removed) {
            let path = file.path.escape_debug();
            missed.push(format!(
                "not every line of {path} that changed was asked about"
            ));
        }
    }
    missed
}

/// Returns how many lines stand in these spans; one that stands in two counts once.
fn lines<'a>(spans: impl Iterator<Item = &'a (u32, u32)>) -> u64 {
    let spans: BTreeSet<(u32, u32)> = spans.copied().collect();
    let (mut count, mut next) = (0, 0);
    for (first, last) in spans {
        let first = first.max(next);
        if first <= last {
            count += u64::from(last - first) + 1;
            next = last.saturating_add(1);
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use model::check::Severity;
    use model::digest::Digest;
    use model::program::PrincipalId;
    use model::review::{AskedQuestion, Budget, FoundBy, Listed, Spent, VERSION};

    fn question(added: &[(u32, u32)]) -> AskedQuestion {
        AskedQuestion {
            sha256: Digest::of(b"question"),
            bytes: 8,
            first_mark: "a".to_owned(),
            last_mark: "b".to_owned(),
            covers: vec![Covered {
                file: 0,
                added: added.to_vec(),
                removed: vec![(2, 2)],
            }],
        }
    }

    fn record() -> ReviewRecord {
        ReviewRecord {
            version: VERSION,
            repository: "shop".to_owned(),
            request: Some(7),
            merge_base: "a".repeat(40).parse().unwrap(),
            head: "b".repeat(40).parse().unwrap(),
            patch_digest: Digest::of(b"patch"),
            program_sha256: Digest::of(b"program"),
            configured: None,
            reviewer: PrincipalId::new("scout").unwrap(),
            prompt_sha256: Digest::of(b"prompt"),
            at: Timestamp::UNIX_EPOCH,
            files: vec![ReadFile {
                path: "src/a.rs".to_owned(),
                added: 9,
                removed: 1,
                listed: None,
                unread: None,
                struck: 0,
            }],
            by_rule: vec![],
            questions: vec![question(&[(1, 5)]), question(&[(4, 9)])],
            answers: vec![],
            budget: Budget {
                tokens: 1,
                cost: None,
                seconds: 1,
            },
            spent: Spent::default(),
        }
    }

    fn finding(claim: &str) -> Finding {
        Finding {
            file: Some("src/a.rs".to_owned()),
            line: Some(4),
            severity: Severity::High,
            category: "race".to_owned(),
            claim: claim.to_owned(),
            why: "Money.".to_owned(),
            suggestion: None,
            by: FoundBy::Model,
            is_located: true,
        }
    }

    fn heard(question: usize, said: Result<&[&str], &str>) -> Heard {
        let found = |claims: &[&str]| claims.iter().map(|claim| finding(claim)).collect();
        Heard {
            question,
            said: said.map(found).map_err(str::to_owned),
        }
    }

    #[test]
    fn only_a_whole_answer_to_every_part_is_an_outcome() {
        let nothing: Result<&[&str], &str> = Ok(&[]);
        let clean = judge(&record(), &[heard(0, nothing), heard(1, nothing)]);
        assert_eq!(clean.outcome, ReviewOutcome::Clean);
        let half = judge(&record(), &[heard(0, Ok(&["It pays twice."]))]);
        assert_eq!(half.outcome, ReviewOutcome::Unavailable);
        assert_eq!(half.findings, [finding("It pays twice.")]);
        assert_eq!(half.why, ["part 2 of 2 got no answer: it was not asked"]);
        let refused = judge(&record(), &[heard(0, nothing), heard(1, Err("quota"))]);
        assert_eq!(refused.why, ["part 2 of 2 got no answer: quota"]);
        let mut unasked = record();
        unasked.questions.clear();
        unasked.files[0].listed = Some(Listed::Binary);
        let unasked = judge(&unasked, &[]);
        assert_eq!(unasked.outcome, ReviewOutcome::Unavailable);
        assert_eq!(unasked.why, ["no question was put about it"]);
        let again = [heard(0, nothing), heard(1, Err("late")), heard(1, nothing)];
        assert_eq!(judge(&record(), &again).outcome, ReviewOutcome::Clean);
    }

    #[test]
    fn to_ask_again_takes_no_finding_back() {
        let heard = [
            heard(0, Ok(&["It pays twice."])),
            heard(0, Ok(&[])),
            heard(1, Ok(&["It pays twice."])),
        ];
        let judged = judge(&record(), &heard);
        assert_eq!(judged.outcome, ReviewOutcome::Findings);
        assert_eq!(judged.findings, [finding("It pays twice.")]);
    }

    #[test]
    fn what_was_not_read_is_no_outcome() {
        let all = [heard(0, Ok(&[])), heard(1, Ok(&[]))];
        let why = |differ: &dyn Fn(&mut ReviewRecord)| {
            let mut record = record();
            differ(&mut record);
            let judged = judge(&record, &all);
            (judged.outcome, judged.why.join("; "))
        };
        let (outcome, said) = why(&|it| it.files[0].unread = Some(Unread::Absent));
        assert_eq!(outcome, ReviewOutcome::Unavailable);
        assert_eq!(said, "src/a.rs is not in the repository: fetch it whole");
        let (outcome, said) = why(&|it| it.files[0].added = 10);
        assert_eq!(outcome, ReviewOutcome::Unavailable);
        assert_eq!(
            said,
            "not every line of src/a.rs that changed was asked about"
        );
        let (outcome, _) = why(&|it| it.files[0].removed = 2);
        assert_eq!(outcome, ReviewOutcome::Unavailable);
        // What is named and not shown is asked about by name.
        let (outcome, _) = why(&|it| {
            it.files[0].added = 10;
            it.files[0].listed = Some(Listed::Binary);
        });
        assert_eq!(outcome, ReviewOutcome::Clean);
    }
}
