//! The page puts exceptions first, links each to its evidence, and cannot be spoofed by a subject.

use crate::larkspur;
use model::digest::CommitId;
use model::outcome::{LogGrade, Outcome};
use model::population::Incomplete;
use model::report::{AuditReport, ChangeReport, OutsideReport, ProgramOrigin, WindowsReport};
use std::collections::BTreeSet;

/// Returns the position of `text` in the page.
fn at(page: &str, text: &str) -> usize {
    page.find(text)
        .unwrap_or_else(|| panic!("the page lacks `{text}`"))
}

fn many(count: usize) -> AuditReport {
    let mut report = larkspur::report();
    let models = report.changes.clone();
    report.changes = (0..count)
        .map(|index| numbered(&models[index % models.len()], index))
        .collect();
    report
}

fn numbered(change: &ChangeReport, index: usize) -> ChangeReport {
    let mut bytes = [0; 20];
    bytes[..8].copy_from_slice(&(index as u64).to_be_bytes());
    ChangeReport {
        commit: CommitId::from_bytes(&bytes).expect("twenty bytes"),
        ..change.clone()
    }
}

fn missed(change: &ChangeReport) -> bool {
    change
        .decisions
        .values()
        .any(|decision| decision.outcome == Outcome::Fail)
}

/// Returns the commits that have a row.
fn rows(page: &str) -> BTreeSet<&str> {
    page.split("<details class=\"change\" id=\"c-")
        .skip(1)
        .map(|row| &row[..40])
        .collect()
}

#[test]
fn the_order_is_exceptions_then_conclusions_then_the_rest() {
    let page = documents::html::audit(&larkspur::report());
    let order = [
        "<h1>",
        "id=\"summary\"",
        "id=\"exceptions\"",
        "id=\"windows\"",
        "id=\"conclusions\"",
        "id=\"matrix\"",
        "id=\"plan\"",
        "id=\"timeline\"",
        "id=\"register\"",
        "id=\"identities\"",
        "id=\"principals\"",
        "id=\"totals\"",
        "id=\"limits\"",
        "id=\"questions\"",
        "id=\"verify\"",
    ]
    .map(|text| at(&page, text));
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn every_exception_links_to_a_row_that_exists() {
    let report = larkspur::report();
    let page = documents::html::audit(&report);
    for (index, exception) in report.exceptions.iter().enumerate() {
        at(&page, &format!("id=\"e-{}\"", index + 1));
        at(&page, &format!("href=\"#c-{}\"", exception.commit));
        at(&page, &format!("id=\"c-{}\"", exception.commit));
    }
    assert_eq!(
        page.matches("no cause given").count(),
        report.exceptions.len() - 2
    );
}

#[test]
fn nothing_typed_by_a_committer_becomes_markup_or_reorders_text() {
    let page = documents::html::audit(&larkspur::report());
    at(
        &page,
        "&lt;script&gt;alert(&quot;quota&quot;)&lt;/script&gt; &amp; raise the limit",
    );
    at(&page, "keep U+202Egnp.tnemelttesU+202C out of the log");
    assert!(!page.contains('\u{202e}'));
    assert_eq!(page.matches("<script>").count(), 1);
}

#[test]
fn the_page_loads_nothing() {
    let page = documents::html::audit(&larkspur::report());
    at(&page, "default-src 'none'; style-src 'sha256-");
    for tag in [
        "src=",
        "<link",
        "<img",
        "@import",
        "url(",
        "<iframe",
        " style=",
        " onclick=",
    ] {
        assert!(!page.contains(tag), "{tag}");
    }
}

#[test]
fn conclusions_are_proposed_and_the_log_says_what_it_does_not_prove() {
    let page = documents::html::audit(&larkspur::report());
    at(&page, "Proposed conclusions");
    at(&page, "the auditor concludes");
    at(&page, "countersign verify report/");
}

#[test]
fn the_page_says_who_outside_has_signed_the_log() {
    let mut report = larkspur::report();
    let page = documents::html::audit(&report);
    at(&page, "Somebody outside has signed the log before");
    at(&page, "2026-05-31 22:15");
    at(
        &page,
        "leaves 0 to 1: recorded before anybody outside signed the log",
    );
    at(&page, "the organisation itself runs the signer");
    report.log.grade_claimed = LogGrade::Witnessed;
    let page = documents::html::audit(&report);
    at(&page, "witnessed (claimed)");
    at(
        &page,
        "One outside operator is claimed to have signed the log",
    );
    report.log.grade_claimed = LogGrade::SelfSigned;
    report.log.outside = OutsideReport::default();
    let page = documents::html::audit(&report);
    at(
        &page,
        "No signature of somebody outside counted for the log",
    );
}

#[test]
fn a_draft_an_open_period_and_a_torn_history_are_told_at_the_top() {
    let mut report = larkspur::report();
    report.program.origin = ProgramOrigin::Draft;
    report.population.period_over = false;
    report.population.incomplete = vec![
        Incomplete::Grafts,
        Incomplete::Replaced,
        Incomplete::MissingObjects,
    ];
    let page = documents::html::audit(&report);
    let summary = at(&page, "id=\"summary\"");
    for banner in [
        "Draft program.",
        "Interim.",
        "info/grafts",
        "refs/replace",
        "Objects are missing",
    ] {
        assert!(at(&page, banner) < summary, "{banner}");
    }
}

#[test]
fn of_many_changes_those_that_missed_a_rule_are_shown_first() {
    let report = many(6_000);
    let page = documents::html::audit(&report);
    assert_eq!(page.matches("<details class=\"change\"").count(), 2_000);
    at(&page, "2,000 of 6,000 changes are shown");
    let failing = report.changes.iter().filter(|change| missed(change));
    assert!(failing.count() > 2_000);
    let shown = rows(&page);
    let mut passing = report.changes.iter().filter(|change| !missed(change));
    assert!(passing.all(|change| !shown.contains(change.commit.to_string().as_str())));
    at(&page, "in <code>audit.json</code>, not on this page");
}

#[test]
fn of_some_changes_all_that_missed_a_rule_are_shown() {
    let report = many(2_500);
    let page = documents::html::audit(&report);
    at(&page, "2,000 of 2,500 changes are shown");
    let shown = rows(&page);
    let mut failing = report.changes.iter().filter(|change| missed(change));
    assert!(failing.all(|change| shown.contains(change.commit.to_string().as_str())));
}

#[test]
fn windows_say_what_landed_inside_and_what_they_are_known_from() {
    let mut report = larkspur::report();
    let page = documents::html::audit(&report);
    for words in [
        "2 windows in which a protection was weakened",
        "2026-05-04 09:12:07 to 2026-05-04 09:13:40",
        "b57e31b5d5a0 request 12 by ada at 2026-05-04 09:12:55",
        "before 2026-06-01 08:00, without a known end",
        "nothing whose moment the forge tells",
        "Known from our own looks (3, leaves 4 to 12)",
        "what protected main before 2026-04-01T08:00:00Z",
    ] {
        at(&page, words);
    }
    report.windows.windows.clear();
    let page = documents::html::audit(&report);
    at(&page, "None found, known from our own looks");
    report.windows = WindowsReport::default();
    let page = documents::html::audit(&report);
    at(
        &page,
        "Not evidenced: no forge was asked what protects the branch",
    );
}

#[test]
fn an_empty_period_is_a_page_too() {
    let mut report = larkspur::report();
    report.changes.clear();
    report.exceptions.clear();
    report.conclusions.clear();
    report.matrix.rows.clear();
    report.plan.steps.clear();
    report.unknown_identities.clear();
    report.program.questions.clear();
    let page = documents::html::audit(&report);
    at(&page, "There is no change to draw.");
    at(&page, "What is not evidenced is no pass");
}

#[test]
fn the_matrix_alone_is_a_page_with_every_status_in_words() {
    let program = larkspur::program();
    let page = documents::html::matrix(&program, &larkspur::report().matrix);
    for status in [
        "uncompensated",
        "declared",
        "compensated",
        "reduced",
        "unassigned",
        "separated",
    ] {
        at(&page, &format!("{status}</span>"));
    }
    at(&page, "Who holds both");
}

#[test]
fn a_row_says_what_evidence_shows_and_what_is_only_declared() {
    let page = documents::html::audit(&larkspur::report());
    for words in [
        "shown by evidence of this period: </span><span class=\"whole\">IC-1</span>",
        "shown by evidence of this period, with exceptions: </span><span class=\"whole\">CR-4</span>",
        "declared; not evidenced in this period: </span><span class=\"whole\">CR-8</span>",
        "declared; not occurring in this period: </span><span class=\"whole\">DP-1</span>",
        "ineffective in this period, compensates nothing: </span><span class=\"whole\">CR-10</span>",
        "high; medium as declared",
    ] {
        at(&page, words);
    }
}

#[test]
fn an_exception_names_its_line_of_evidence() {
    let report = larkspur::report();
    let page = documents::html::audit(&report);
    let commits = |evidence| {
        let same = report
            .changes
            .iter()
            .filter(move |change| change.evidence == evidence);
        same.map(|change| &change.commit)
    };
    for exception in &report.exceptions {
        let line = commits(exception.evidence).position(|commit| *commit == exception.commit);
        let chunk = &exception.evidence.to_string()[..12];
        at(
            &page,
            &format!("line {} of evidence/{chunk}….jsonl", line.unwrap() + 1),
        );
    }
    at(&page, "line 1 of evidence/475a6d7381a8");
}

#[test]
fn the_plan_tells_what_arises_and_when_a_control_may_retire() {
    let page = documents::html::audit(&larkspur::report());
    at(&page, "The same person still holds both");
    at(
        &page,
        "<td data-label=\"Arises\"><ul><li>security administration / security monitoring</li></ul></td>",
    );
    at(
        &page,
        "A control may retire only once the hire has taken the function in practice",
    );
}

#[test]
fn equal_reports_give_equal_bytes() {
    assert_eq!(
        documents::html::audit(&larkspur::report()),
        documents::html::audit(&larkspur::report())
    );
}
