//! The parameters that the rules read from a program, with the shipped defaults behind them.

use globset::{Glob, GlobSet, GlobSetBuilder};
use model::change::Change;
use model::outcome::{AssuranceGrade, Risk};
use model::program::{ByRisk, ControlId, MergeMethod, Parameter, Program, RiskClasses};
use std::collections::BTreeSet;

/// What the rules of one repository need of a program.
#[derive(Debug)]
pub struct Rules {
    /// Hours that a request stays open, by risk class (CR-8).
    pub wait_hours: ByRisk,
    /// Hours that a change of medium risk waits (CM-2).
    pub medium_wait_hours: f64,
    /// The ways in which the forge lets a request land, where the program says so.
    pub merge_methods: Option<BTreeSet<MergeMethod>>,
    grades: [(&'static str, AssuranceGrade); 4],
    risk: RiskPatterns,
}

/// A pattern of a risk class that is no glob.
#[derive(Debug, thiserror::Error)]
#[error("risk class pattern `{pattern}` is no glob")]
pub struct RulesError {
    pattern: String,
    source: globset::Error,
}

/// The controls that are decided on each change.
pub const DECIDED: [&str; 4] = ["CM-2", "CR-10", "CR-4", "CR-8"];

impl Rules {
    /// Returns the rules of a repository of the program.
    pub fn new(program: &Program, repository: &str) -> Result<Rules, RulesError> {
        let wait = ByRisk {
            low: 4.0,
            medium: 24.0,
            high: 24.0,
        };
        let named = program
            .repositories
            .iter()
            .find(|entry| entry.name == repository);
        Ok(Rules {
            wait_hours: by_risk(program, "CR-8", "wait_hours").unwrap_or(wait),
            medium_wait_hours: number(program, "CM-2", "wait_hours").unwrap_or(24.0),
            merge_methods: named.and_then(|entry| entry.merge_methods.clone()),
            grades: DECIDED.map(|control| (control, minimum_grade(program, control))),
            risk: RiskPatterns::new(&program.risk_classes)?,
        })
    }

    /// Returns the weakest grade of evidence on which the control passes.
    pub fn minimum_grade(&self, control: &str) -> AssuranceGrade {
        let named = self.grades.iter().find(|(name, _)| *name == control);
        named.map_or(AssuranceGrade::Independent, |(_, grade)| *grade)
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

    /// Returns whether the program rules out that a request landed without leaving its number.
    pub fn requests_leave_a_trace(&self) -> bool {
        self.merge_methods
            .as_ref()
            .is_some_and(|methods| !methods.contains(&MergeMethod::Rebase))
    }
}

fn parameter<'p>(program: &'p Program, control: &str, name: &str) -> Option<&'p Parameter> {
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

#[derive(Debug)]
struct RiskPatterns {
    high: GlobSet,
    medium: GlobSet,
    low: GlobSet,
    otherwise: Risk,
}

impl RiskPatterns {
    fn new(classes: &RiskClasses) -> Result<RiskPatterns, RulesError> {
        Ok(RiskPatterns {
            high: globs(&classes.high)?,
            medium: globs(&classes.medium)?,
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

fn globs(patterns: &[String]) -> Result<GlobSet, RulesError> {
    let fail = |pattern: &str| {
        let pattern = pattern.to_owned();
        move |source| RulesError { pattern, source }
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(fail(pattern))?);
    }
    set.build().map_err(fail(""))
}
