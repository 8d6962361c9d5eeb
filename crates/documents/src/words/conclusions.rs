//! The words for proposed conclusions: what was tested is counted apart from what was not.

use model::outcome::Conclusion;
use model::report::AuditReport;

/// Every conclusion, worst first.
pub(crate) const CONCLUSIONS: [Conclusion; 5] = [
    Conclusion::Ineffective,
    Conclusion::NotEvidenced,
    Conclusion::EffectiveWithExceptions,
    Conclusion::NotOccurring,
    Conclusion::Effective,
];

/// Returns the proposed conclusions of what was tested, worst first, and how much was not tested:
/// `1 ineffective, 3 not evidenced of 4 tested; 40 untested, not evidenced`.
pub(crate) fn proposed(report: &AuditReport) -> String {
    let all: Vec<String> = counts(report)
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(conclusion, count)| format!("{count} {conclusion}"))
        .collect();
    of_tested(report, &all.join(", "))
}

/// Returns `counts` of the tested controls as one clause with the number of those not tested.
pub(crate) fn of_tested(report: &AuditReport, counts: &str) -> String {
    let untested = untested(report);
    let tested = report.conclusions.len() - untested;
    match (tested, untested) {
        (0, 0) => "no control was concluded".to_owned(),
        (0, _) => format!("nothing tested; {untested} untested, not evidenced"),
        (_, 0) => format!("{counts} of {tested} tested"),
        (_, _) => format!("{counts} of {tested} tested; {untested} untested, not evidenced"),
    }
}

/// Returns how many controls no test ran for; each is not evidenced.
pub(crate) fn untested(report: &AuditReport) -> usize {
    let untested = report.conclusions.iter().filter(|control| !control.tested);
    untested.count()
}

/// Returns how many of the tested controls have each proposed conclusion, worst first.
pub(crate) fn counts(report: &AuditReport) -> [(Conclusion, usize); 5] {
    CONCLUSIONS.map(|conclusion| {
        let same = report
            .conclusions
            .iter()
            .filter(|control| control.tested && control.proposed == conclusion);
        (conclusion, same.count())
    })
}
