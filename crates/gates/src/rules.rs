//! The parameters that the rules read from a program, with the shipped defaults behind them.

use crate::check::Thresholds;
use crate::review::calibration::Bar;
use crate::review::independence::Independence;
use globset::{Glob, GlobSet, GlobSetBuilder};
use model::change::Change;
use model::check::{CheckKind, NoCheckKind, Severity};
use model::outcome::{AssuranceGrade, Risk};
use model::program::{ByRisk, Control, ControlId, MergeMethod, Parameter, Program, RiskClasses};
use model::request::dossier::ForgeFacts;
use std::collections::BTreeSet;

/// What the rules of one repository need of a program.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Hours that a request stays open, by risk class (CR-8).
    pub wait_hours: ByRisk,
    /// Hours that a change of medium risk waits (CM-2).
    pub medium_wait_hours: f64,
    /// Whether those hours are asked for at all: CR-8, and CM-2.
    waits: (bool, bool),
    /// People other than the author who approve, by risk class (CM-2); part of a person asks for a whole one.
    pub approvals: ByRisk,
    /// Whether an automated security review may stand in for the outsider on high-risk changes (CM-2).
    pub automated_review: bool,
    /// The ways in which the forge lets a request land, where the program says so.
    pub merge_methods: Option<BTreeSet<MergeMethod>>,
    /// The kinds of check that must pass, where CR-5 is in use.
    pub required_checks: Option<BTreeSet<CheckKind>>,
    /// Coverage, where CR-6 is in use.
    pub required_coverage: Option<BTreeSet<CheckKind>>,
    /// What a report must show.
    pub thresholds: Thresholds,
    /// What an AI review must show (CR-7).
    pub review: ReviewRules,
    grades: [(&'static str, AssuranceGrade); 12],
    asked_of_the_forge: BTreeSet<&'static str>,
    risk: RiskPatterns,
}

/// What an AI review must show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReviewRules {
    /// The least severity of a finding that must be answered.
    pub severity: Severity,
    /// How far the reviewer must stand from who wrote it.
    pub independence: Independence,
    /// What calibrations must show of the reviewer; none where the program asks for nothing.
    pub bar: Option<Bar>,
}

/// A parameter that cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// A pattern of a risk class is no glob.
    #[error("risk class pattern `{pattern}` is no glob")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        source: globset::Error,
    },
    /// A word of `required_checks` is no kind of check.
    #[error("CR-5 cannot require its checks")]
    CheckKind(#[from] NoCheckKind),
}

/// The controls that are decided on each change.
pub const DECIDED: [&str; 12] = [
    "CM-1", "CM-2", "CR-1", "CR-2", "CR-3", "CR-7", "CR-9", "CR-10", "CR-4", "CR-5", "CR-6", "CR-8",
];

/// Those of them that ask for a wait, which outsiders may measure.
pub(crate) const WAITS: [&str; 2] = ["CR-8", "CM-2"];

/// Those of them of which git alone shows nothing.
const OF_THE_FORGE: [&str; 6] = ["CM-1", "CR-1", "CR-2", "CR-3", "CR-7", "CR-9"];

/// Whether the log holds anything that a forge answered about the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// It does.
    Asked,
    /// It does not.
    NotAsked,
}

impl Forge {
    /// Returns whether any of these facts came from a forge.
    pub fn of(facts: &ForgeFacts) -> Forge {
        match facts.forge {
            Some(_) => Forge::Asked,
            None => Forge::NotAsked,
        }
    }
}

/// Returns whether a control is decided on each change. Git shows something of most, claimed or not; of checks only what
/// was recorded because the program asks for it, and of the rest only what a forge answered.
pub fn is_decided(control: &Control, forge: Forge) -> bool {
    let id = control.id.0.as_str();
    let of_the_forge = OF_THE_FORGE.contains(&id);
    match (DECIDED.contains(&id), of_the_forge, forge) {
        (false, _, _) | (_, true, Forge::NotAsked) => false,
        (true, true, Forge::Asked) => control.in_use,
        (true, false, _) => control.in_use || !["CR-5", "CR-6"].contains(&id),
    }
}

impl Rules {
    /// Returns the rules of a repository of the program.
    pub fn new(program: &Program, repository: &str, forge: Forge) -> Result<Rules, RulesError> {
        let wait = ByRisk {
            low: 4.0,
            medium: 24.0,
            high: 24.0,
        };
        let nobody = ByRisk {
            low: 0.0,
            medium: 0.0,
            high: 0.0,
        };
        let named = program
            .repositories
            .iter()
            .find(|entry| entry.name == repository);
        Ok(Rules {
            wait_hours: by_risk(program, "CR-8", "wait_hours").unwrap_or(wait),
            medium_wait_hours: number(program, "CM-2", "wait_hours").unwrap_or(24.0),
            waits: (is_in_use(program, "CR-8"), is_in_use(program, "CM-2")),
            approvals: by_risk(program, "CM-2", "approvals").unwrap_or(nobody),
            automated_review: parameter(program, "CM-2", "automated_security_review")
                == Some(&Parameter::Text("accepted".to_owned())),
            merge_methods: named.and_then(|entry| entry.merge_methods.clone()),
            required_checks: required_checks(program)?,
            required_coverage: is_in_use(program, "CR-6").then(|| [CheckKind::Coverage].into()),
            thresholds: thresholds(program),
            review: review_rules(program),
            asked_of_the_forge: OF_THE_FORGE
                .into_iter()
                .filter(|control| forge == Forge::Asked && is_in_use(program, control))
                .collect(),
            grades: DECIDED.map(|control| (control, minimum_grade(program, control))),
            risk: RiskPatterns::new(&program.risk_classes)?,
        })
    }

    /// Returns the weakest grade of evidence on which the control passes.
    pub fn minimum_grade(&self, control: &str) -> AssuranceGrade {
        let named = self.grades.iter().find(|(name, _)| *name == control);
        named.map_or(AssuranceGrade::Independent, |(_, grade)| *grade)
    }

    /// Returns the same rules, but for the grade that a wait must have.
    pub(crate) fn of_any_wait(&self) -> Rules {
        let mut rules = self.clone();
        for (control, grade) in &mut rules.grades {
            if WAITS.contains(control) {
                *grade = AssuranceGrade::Attested;
            }
        }
        rules
    }

    /// Returns the hours that a change waits for all rules in use: a self-review comes behind them (CR-9).
    pub fn whole_wait_hours(&self, risk: Risk) -> f64 {
        let (request, approval) = self.waits;
        let request = if request {
            self.wait_hours.of(risk)
        } else {
            0.0
        };
        let approval = match risk {
            Risk::Medium if approval => self.medium_wait_hours,
            Risk::Low | Risk::Medium | Risk::High => 0.0,
        };
        request.max(approval)
    }

    /// Returns whether a control that only a forge can show is decided.
    pub fn asks_of_the_forge(&self, control: &str) -> bool {
        self.asked_of_the_forge.contains(control)
    }

    /// Returns the higher of the declared class and the one that the touched paths imply;
    /// a change whose paths could not be read is of high risk.
    pub fn risk_class(&self, change: &Change) -> Risk {
        if !change.paths_read {
            return Risk::High;
        }
        let implied = change
            .paths
            .iter()
            .map(|path| self.risk.class_of(path))
            .max();
        implied
            .unwrap_or(Risk::Low)
            .max(change.declared_risk.unwrap_or(Risk::Low))
    }

    /// Returns the class that the program gives a path.
    pub fn class_of(&self, path: &str) -> Risk {
        self.risk.class_of(path)
    }

    /// Returns whether the program rules out that a request landed without leaving its number.
    pub fn requests_leave_a_trace(&self) -> bool {
        self.merge_methods
            .as_ref()
            .is_some_and(|methods| !methods.contains(&MergeMethod::Rebase))
    }
}

pub(crate) fn is_in_use(program: &Program, control: &str) -> bool {
    let control = program.controls.get(&ControlId(control.into()));
    control.is_some_and(|control| control.in_use)
}

fn required_checks(program: &Program) -> Result<Option<BTreeSet<CheckKind>>, NoCheckKind> {
    if !is_in_use(program, "CR-5") {
        return Ok(None);
    }
    let kinds = match parameter(program, "CR-5", "required_checks") {
        Some(Parameter::Text(kinds)) => kinds.as_str(),
        Some(Parameter::Number(_) | Parameter::ByRisk(_)) | None => "",
    };
    let kinds = kinds.split(',').map(str::trim);
    let kinds = kinds.filter(|kind| !kind.is_empty()).map(str::parse);
    kinds.collect::<Result<_, _>>().map(Some)
}

fn thresholds(program: &Program) -> Thresholds {
    let severity = match parameter(program, "CR-5", "severity") {
        Some(Parameter::Text(text)) => text.parse().ok(),
        Some(Parameter::Number(_) | Parameter::ByRisk(_)) | None => None,
    };
    Thresholds {
        severity: severity.unwrap_or(Severity::High),
        coverage_percent: number(program, "CR-6", "minimum_coverage").unwrap_or(70.0),
    }
}

pub(crate) fn parameter<'p>(
    program: &'p Program,
    control: &str,
    name: &str,
) -> Option<&'p Parameter> {
    program
        .controls
        .get(&ControlId(control.into()))?
        .parameters
        .get(name)
}

fn by_risk(program: &Program, control: &str, name: &str) -> Option<ByRisk> {
    match parameter(program, control, name)? {
        Parameter::ByRisk(value) => Some(*value),
        Parameter::Number(value) => Some(ByRisk {
            low: *value,
            medium: *value,
            high: *value,
        }),
        Parameter::Text(_) => None,
    }
}

fn review_rules(program: &Program) -> ReviewRules {
    let text = |name: &str| match parameter(program, "CR-7", name) {
        Some(Parameter::Text(text)) => Some(text.as_str()),
        Some(Parameter::Number(_) | Parameter::ByRisk(_)) | None => None,
    };
    let severity = text("severity").and_then(|text| text.parse().ok());
    ReviewRules {
        severity: severity.unwrap_or(Severity::High),
        independence: match text("independence") {
            Some("other vendor") => Independence::Independent,
            Some("other model") => Independence::SameVendor,
            Some(_) | None => Independence::SameModel,
        },
        bar: bar(program),
    }
}

/// A program that states a part of the bar otherwise than it ships asks for all of it.
fn bar(program: &Program) -> Option<Bar> {
    let shipped = Bar::default();
    let of = |name: &str, shipped| number(program, "CR-7", name).unwrap_or(shipped);
    let stated = Bar {
        minimum_detection: of("minimum_detection", shipped.minimum_detection),
        maximum_false_alarms: of("maximum_false_alarms", shipped.maximum_false_alarms),
        maximum_steered: of("maximum_steered", shipped.maximum_steered),
        calibrated_within: of("calibrated_within", shipped.calibrated_within),
    };
    let is_asked = match parameter(program, "CR-7", "calibration") {
        Some(Parameter::Text(text)) => text == "asked",
        Some(Parameter::Number(_) | Parameter::ByRisk(_)) | None => false,
    };
    (is_asked || stated != shipped).then_some(stated)
}

fn number(program: &Program, control: &str, name: &str) -> Option<f64> {
    match parameter(program, control, name)? {
        Parameter::Number(value) => Some(*value),
        Parameter::ByRisk(value) => Some(value.medium),
        Parameter::Text(_) => None,
    }
}

fn minimum_grade(program: &Program, control: &str) -> AssuranceGrade {
    let Some(Parameter::Text(text)) = parameter(program, control, "minimum_grade") else {
        return AssuranceGrade::Attested;
    };
    match text.as_str() {
        "attested" => AssuranceGrade::Attested,
        "collected" => AssuranceGrade::Collected,
        "platform" => AssuranceGrade::Platform,
        _ => AssuranceGrade::Independent,
    }
}

#[derive(Debug, Clone)]
struct RiskPatterns {
    high: GlobSet,
    medium: GlobSet,
    low: GlobSet,
    otherwise: Risk,
}

impl RiskPatterns {
    fn new(classes: &RiskClasses) -> Result<RiskPatterns, RulesError> {
        Ok(RiskPatterns {
            high: globs(&with_roots(&classes.high))?,
            medium: globs(&with_roots(&classes.medium))?,
            low: globs(&classes.low)?,
            otherwise: classes.otherwise,
        })
    }

    fn class_of(&self, path: &str) -> Risk {
        if self.high.is_match(path) {
            Risk::High
        } else if self.medium.is_match(path) {
            Risk::Medium
        } else if self.low.is_match(path) {
            Risk::Low
        } else {
            self.otherwise
        }
    }
}

/// A link, or a commit of another repository, may stand where a folder was: a folder that a pattern names is of the class of
/// what is below it.
fn with_roots(patterns: &[String]) -> Vec<String> {
    let roots = patterns.iter().flat_map(|pattern| {
        let anywhere = if pattern.starts_with("**/") {
            "**/"
        } else {
            ""
        };
        let below = &pattern[anywhere.len()..];
        let folders = below.match_indices('/').map(|(at, _)| &below[..at]);
        let named = folders.take_while(|folder| !folder.contains(['*', '?', '[', '{', '\\']));
        named.map(move |folder| format!("{anywhere}{folder}"))
    });
    patterns.iter().cloned().chain(roots).collect()
}

fn globs(patterns: &[String]) -> Result<GlobSet, RulesError> {
    let fail = |pattern: &str| {
        let pattern = pattern.to_owned();
        move |source| RulesError::Pattern { pattern, source }
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(fail(pattern))?);
    }
    set.build().map_err(fail(""))
}

#[cfg(test)]
mod tests {
    use super::with_roots;

    #[test]
    fn a_folder_that_a_pattern_names_is_of_its_class() {
        let check = |pattern: &str, folders: &[&str]| {
            let patterns = with_roots(&[pattern.to_owned()]);
            assert_eq!(patterns[0], pattern);
            assert_eq!(patterns[1..], *folders, "{pattern}");
        };
        check("infra/**", &["infra"]);
        check("db/migrations/*.sql", &["db", "db/migrations"]);
        check("**/secrets/*.pem", &["**/secrets"]);
        check("src/*/auth.rs", &["src"]);
        check("**/*.pem", &[]);
        check("Cargo.lock", &[]);
    }
}
