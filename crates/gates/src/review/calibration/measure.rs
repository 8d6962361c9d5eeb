//! What the answers about one case show.

use crate::review::judge::Heard;
use model::calibration::{Case, CaseRecord, Found, Measured, Silence};
use model::review::{Answered, Ended, Finding, FoundBy, ReadFile, Unread};

/// How far from a line of the defect a finding may point: to the statement that it is in.
const NEAR_LINES: u32 = 3;

/// Returns what was found in a case; the answers are those of its record, in its order.
pub fn measured(record: &CaseRecord, heard: &[Heard]) -> Measured {
    let case = record.case.clone();
    Measured {
        by_rule: found(&case, record.review.by_rule.iter()),
        by_model: by_model(record, heard),
        case,
    }
}

fn by_model(record: &CaseRecord, heard: &[Heard]) -> Result<Found, Silence> {
    let review = &record.review;
    let silent = |why: &str| Silence {
        is_heard: false,
        is_asked: !review.answers.is_empty(),
        why: why.to_owned(),
    };
    if review.questions.is_empty() {
        return Err(silent("no question fits the window of the model"));
    }
    let mut all = Vec::new();
    for place in 0..review.questions.len() {
        let both = heard.iter().zip(&review.answers);
        let of_it: Vec<(&Heard, &Answered)> = both.filter(|(it, _)| it.question == place).collect();
        let usable = of_it.iter().filter_map(|(it, _)| it.said.as_ref().ok());
        let before = all.len();
        all.extend(usable);
        if all.len() > before {
            continue;
        }
        let Some((last, answered)) = of_it.last() else {
            let no_room = |file: &ReadFile| file.unread == Some(Unread::Budget);
            return Err(silent(match review.files.iter().any(no_room) {
                true => "the budget has no room for it",
                false => "it was not asked",
            }));
        };
        let why = last.said.as_ref().err().map_or("", String::as_str);
        return Err(Silence {
            is_heard: is_whole(answered),
            ..silent(why)
        });
    }
    if let Some(file) = review.files.iter().find(|file| file.unread.is_some()) {
        return Err(silent(&format!("{} was not read", file.path)));
    }
    let by_model = all.into_iter().flatten();
    let by_model = by_model.filter(|it| it.by == FoundBy::Model);
    Ok(found(&record.case, by_model))
}

/// Returns whether a server answered, and to the end: what is wrong with such an answer is the model's.
pub fn is_whole(answered: &Answered) -> bool {
    let is_told = answered
        .status
        .is_some_and(|status| (200..300).contains(&status));
    is_told && answered.unreached.is_none() && answered.ended == Ended::Whole
}

fn found<'f>(case: &Case, findings: impl Iterator<Item = &'f Finding>) -> Found {
    let mut found = Found::default();
    for finding in findings {
        let grave = Some(finding.severity);
        found.anywhere = found.anywhere.max(grave);
        if is_at_defect(case, finding) {
            found.at_defect = found.at_defect.max(grave);
        }
    }
    found
}

fn is_at_defect(case: &Case, finding: &Finding) -> bool {
    let is_of_file = finding.file.as_deref() == Some(case.file.as_str());
    let is_near = |line: u32| case.defect.iter().any(|it| it.abs_diff(line) <= NEAR_LINES);
    finding.is_located && is_of_file && finding.line.is_some_and(is_near)
}
