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
    declared: [Option<u64>; 4],
    own: Counts,
    nested: Counts,
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
                ("failure" | "error", None) => {
                    let suite = suites.last().map_or("", |suite| &suite.name);
                    found.flaw(format!(
                        "suite `{suite}` has a failure outside every test case"
                    ));
                }
                (other, Some(_)) if is_unknown(other) => {
                    found.flaw(format!("a test case holds <{other}>"));
                }
                (_, _) => {}
            },
            Element::Close(name) => match (name.as_str(), suites.last_mut()) {
                ("testcase", Some(suite)) => {
                    let case = case.take().unwrap_or_default();
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

fn suite(elements: &Elements<'_>, open: &Open) -> Result<Suite, ReportError> {
    let number = |name| elements.number(open, name);
    Ok(Suite {
        name: open.attributes.get("name").cloned().unwrap_or_default(),
        declared: [
            number("tests")?,
            number("failures")?,
            number("errors")?,
            number("skipped")?,
        ],
        ..Suite::default()
    })
}

fn opened(open: &Open) -> Case {
    // Some tools write as an attribute what became of a test, and GoogleTest what did not run.
    let says = |words: &[&str]| {
        ["status", "result"].iter().any(|name| {
            let word = open
                .attributes
                .get(*name)
                .map(|word| word.to_ascii_lowercase());
            word.is_some_and(|word| words.contains(&word.as_str()))
        })
    };
    Case {
        failed: says(&["failed", "failure", "fail"]),
        error: says(&["error", "errored", "broken"]),
        skipped: says(&["notrun", "skipped", "ignored", "disabled", "suppressed"]),
    }
}

/// What some tools write of a test that held when it was run again.
const AGAIN: [&str; 4] = ["flakyError", "flakyFailure", "rerunError", "rerunFailure"];

/// Returns whether an element in a test case says what became of it, and nobody knows how.
fn is_unknown(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    let says = ["abort", "error", "fail", "ignor", "skip", "timeout"];
    let is_known = AGAIN.contains(&name) || small == "system-err";
    !is_known && says.iter().any(|word| small.contains(word))
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
    let words = ["status", "result"].iter();
    let words = words.filter_map(|name| open.attributes.get(*name));
    let is_unknown = |word: &&String| !HELD.contains(&word.trim().to_ascii_lowercase().as_str());
    let unknown = words.into_iter().find(is_unknown)?;
    let is_told = case.failed || case.error || case.skipped;
    (!is_told).then(|| unknown.clone())
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
    let (own, all) = (suite.own.each(), suite.own.with(suite.nested).each());
    for (place, what) in ["tests", "failures", "errors", "skipped"]
        .into_iter()
        .enumerate()
    {
        // Some tools count only what stands directly in a suite, others what is nested in it too.
        let agrees = |declared: &u64| *declared == own[place] || *declared == all[place];
        if let Some(declared) = suite.declared[place].filter(|it| !agrees(it)) {
            let (name, there) = (&suite.name, all[place]);
            found.flaw(format!(
                "suite `{name}` says {what}: {declared}, and {there} are there"
            ));
        }
    }
    if let Some(around) = suites.last_mut() {
        around.nested = around.nested.with(suite.own).with(suite.nested);
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

    fn each(self) -> [u64; 4] {
        [self.tests, self.failures, self.errors, self.skipped]
    }
}
