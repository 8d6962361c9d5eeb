//! JUnit XML, as every test runner writes it: `testsuites` or `testsuite`, nested as deep as it likes.

use super::error::ReportError;
use super::found::Found;
use super::xml::{Element, Elements, Open};
use model::check::{CheckKind, CheckReport, Measured, Tests};

const FORMAT: &str = "JUnit XML";

/// What tools write as tests: a rule of a linter can be a test case too. Never a scan for what nobody thought of.
const KINDS: [CheckKind; 7] = [
    CheckKind::UnitTests,
    CheckKind::IntegrationTests,
    CheckKind::Lint,
    CheckKind::StaticAnalysis,
    CheckKind::Sast,
    CheckKind::Dast,
    CheckKind::IacScan,
];

/// A suite that is open, with what it says of itself and what is in it.
#[derive(Default)]
struct Suite {
    name: String,
    declared: Declared,
    own: Counts,
    nested: Counts,
}

/// What a suite says is in it.
#[derive(Default)]
struct Declared {
    tests: Option<u64>,
    failures: Option<u64>,
    errors: Option<u64>,
    skipped: Option<u64>,
    /// GoogleTest's, which are skipped too.
    disabled: Option<u64>,
    /// PHPUnit's, of which no element tells.
    warnings: Option<u64>,
}

/// Test cases, and those of them with a failure or an error. A case can have both.
#[derive(Default, Clone, Copy)]
struct Counts {
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
}

/// What became of the test case that is open.
#[derive(Default, Clone, Copy)]
struct Case {
    failed: bool,
    error: bool,
    skipped: bool,
    /// It was run again, and did not hold.
    rerun: bool,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let mut found = Found::new(FORMAT);
    found.kinds(&KINDS);
    let mut elements = Elements::new(FORMAT, text);
    let mut suites: Vec<Suite> = Vec::new();
    let mut case: Option<Case> = None;
    let mut tests = Tests::default();
    while let Some(element) = elements.next()? {
        match element {
            Element::Open(open) => match (open.name.as_str(), &mut case) {
                ("testsuites" | "testsuite", _) => suites.push(suite(&elements, &open)?),
                ("testcase", None) => {
                    if let Some(word) = unknown_word(&open) {
                        found.flaw(format!("a test says `{word}` of what became of it"));
                    }
                    case = Some(opened(&open));
                }
                ("testcase", Some(_)) => found.flaw("a test case stands within another"),
                ("failure", Some(case)) => case.failed = true,
                ("error", Some(case)) => case.error = true,
                ("skipped" | "disabled", Some(case)) => case.skipped = true,
                ("rerunFailure" | "rerunError", Some(case)) => case.rerun = true,
                ("flakyFailure" | "flakyError" | "stackTrace", Some(_)) => {}
                (other, _) if BESIDE.contains(&other) => {}
                (other, Some(_)) => found.flaw(format!("a test case holds <{other}>")),
                (other, None) => {
                    let suite = suites.last().map_or("", |suite| &suite.name);
                    found.flaw(format!(
                        "suite `{suite}` has <{other}> outside every test case"
                    ));
                }
            },
            Element::Close(name) => match (name.as_str(), suites.last_mut()) {
                ("testcase", Some(suite)) => {
                    let case = case.take().unwrap_or_default();
                    if case.rerun && !case.failed && !case.error {
                        found.flaw("a test was run again and did not hold, and says nothing of it");
                    }
                    suite.own.add(case);
                    count(&mut tests, case);
                }
                ("testsuites" | "testsuite", _) => close(&mut suites, &mut found),
                (_, _) => {}
            },
        }
    }
    if tests == Tests::default() {
        return Err(ReportError::NoTests { format: FORMAT });
    }
    Ok(found.into_report(Measured::Tests(tests)))
}

/// What stands in suites and test cases beside what became of them.
const BESIDE: [&str; 4] = ["properties", "property", "system-out", "system-err"];

fn suite(elements: &Elements<'_>, open: &Open) -> Result<Suite, ReportError> {
    let number = |name| elements.number(open, name);
    Ok(Suite {
        name: open.attributes.get("name").cloned().unwrap_or_default(),
        declared: Declared {
            tests: number("tests")?,
            failures: number("failures")?,
            errors: number("errors")?,
            skipped: number("skipped")?,
            disabled: number("disabled")?,
            warnings: number("warnings")?,
        },
        ..Suite::default()
    })
}

/// Attributes in which some tools write what became of a test, and GoogleTest what did not run.
const WORDS: [&str; 3] = ["status", "result", "outcome"];
/// Attributes that are true of a test that held.
const HOLDS: [&str; 3] = ["success", "passed", "executed"];

fn opened(open: &Open) -> Case {
    let says = |words: &[&str]| WORDS.iter().any(|name| words.contains(&&*word(open, name)));
    let denies = |name: &str| word(open, name) == "false";
    Case {
        failed: says(&["failed", "failure", "fail"]) || denies("success") || denies("passed"),
        error: says(&["error", "errored", "broken"]),
        skipped: says(&["notrun", "skipped", "ignored", "disabled", "suppressed"])
            || denies("executed"),
        rerun: false,
    }
}

/// Returns the value of an attribute, in small letters; nothing where it has none.
fn word(open: &Open, name: &str) -> String {
    let value = open.attributes.get(name);
    value.map_or_else(String::new, |value| value.trim().to_ascii_lowercase())
}

/// What became of a test that ran and held, in the words of those that write it down.
const HELD: [&str; 9] = [
    "",
    "completed",
    "executed",
    "ok",
    "pass",
    "passed",
    "run",
    "success",
    "successful",
];

/// Returns what an attribute says of a test, where nobody knows what it means.
fn unknown_word(open: &Open) -> Option<String> {
    let case = opened(open);
    if case.failed || case.error || case.skipped {
        return None;
    }
    let words = WORDS.iter().map(|name| word(open, name));
    let mut unknown = words.filter(|word| !HELD.contains(&word.as_str()));
    let truths = HOLDS.iter().map(|name| word(open, name));
    let mut neither = truths.filter(|word| !matches!(word.as_str(), "" | "true"));
    unknown.next().or_else(|| neither.next())
}

fn count(tests: &mut Tests, case: Case) {
    *match case {
        Case { failed: true, .. } => &mut tests.failed,
        Case { error: true, .. } => &mut tests.errors,
        Case { skipped: true, .. } => &mut tests.skipped,
        Case { .. } => &mut tests.passed,
    } += 1;
}

/// Closes the innermost suite, and adds what was in it to the one around it.
fn close(suites: &mut Vec<Suite>, found: &mut Found) {
    let Some(suite) = suites.pop() else { return };
    let (own, all) = (suite.own, suite.own.with(suite.nested));
    let name = &suite.name;
    for (what, declared, own, all) in suite.declared.beside(own, all) {
        // Some tools count only what stands directly in a suite, others what is nested in it too.
        if let Some(declared) = declared.filter(|it| *it != own && *it != all) {
            found.flaw(format!(
                "suite `{name}` says {what}: {declared}, and {all} are there"
            ));
        }
    }
    if let Some(disabled) = suite.declared.disabled.filter(|it| *it > all.skipped) {
        let there = all.skipped;
        found.flaw(format!(
            "suite `{name}` says disabled: {disabled}, and {there} are there"
        ));
    }
    if let Some(warnings) = suite.declared.warnings.filter(|it| *it > 0) {
        found.flaw(format!("suite `{name}` says warnings: {warnings}"));
    }
    if let Some(around) = suites.last_mut() {
        around.nested = around.nested.with(suite.own).with(suite.nested);
    }
}

impl Declared {
    /// Returns what is declared beside what is there: in the suite alone, and with those within it.
    fn beside(&self, own: Counts, all: Counts) -> [(&'static str, Option<u64>, u64, u64); 4] {
        // What is disabled may stand in the count of what is skipped, or beside it.
        let both = self
            .skipped
            .zip(self.disabled)
            .map(|(skipped, disabled)| skipped.saturating_add(disabled));
        let is_both = both.is_some_and(|both| both == own.skipped || both == all.skipped);
        let skipped = if is_both { both } else { self.skipped };
        [
            ("tests", self.tests, own.tests, all.tests),
            ("failures", self.failures, own.failures, all.failures),
            ("errors", self.errors, own.errors, all.errors),
            ("skipped", skipped, own.skipped, all.skipped),
        ]
    }
}

impl Counts {
    fn add(&mut self, case: Case) {
        self.tests += 1;
        self.failures += u64::from(case.failed);
        self.errors += u64::from(case.error);
        self.skipped += u64::from(case.skipped);
    }

    fn with(self, other: Counts) -> Counts {
        Counts {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            skipped: self.skipped + other.skipped,
        }
    }
}
