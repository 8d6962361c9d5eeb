//! The shipped catalogue: functions, conflicts, controls, cadences and roles that `countersign.yaml` builds on.

mod filling;

use crate::program::{
    Cadence, Conflict, Control, ControlId, EvidenceSource, Frameworks, Function, FunctionName,
    Hire, Parameter,
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// What ships with the binary.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Duties by name.
    pub functions: BTreeMap<FunctionName, Function>,
    /// Pairs of duties that one principal should not hold, in the catalogue's order.
    pub conflicts: Vec<Conflict>,
    /// Compensating controls by id.
    pub controls: BTreeMap<ControlId, ControlTemplate>,
    /// How often reviews are due, by name.
    pub cadences: BTreeMap<String, Cadence>,
    /// Paths that make a change high risk.
    pub high_risk_paths: Vec<String>,
    /// Paths that make a change medium risk.
    pub medium_risk_paths: Vec<String>,
    /// Committer addresses of forges that act for the users of their web pages.
    pub forge_addresses: BTreeSet<String>,
    /// Roles whose duties `plan` knows, in the order in which small companies hire.
    pub roles: Vec<Hire>,
}

/// A control before its placeholders are filled.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlTemplate {
    /// The id.
    pub id: ControlId,
    /// The area; the file of the area gives it.
    #[serde(skip)]
    pub area: String,
    /// The test in one sentence.
    pub title: String,
    /// Component 1: what could go wrong.
    pub risk_statement: String,
    /// Component 2: why the standard control is not feasible.
    pub justification: String,
    /// Component 3: what is done instead.
    pub description: String,
    /// Component 4: how it is shown to operate.
    pub evidence: Vec<EvidenceSource>,
    /// Parameters by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, ParameterRule>,
    /// How often it operates.
    pub cadence: Cadence,
    /// The name among the program's cadences that sets how often.
    #[serde(default)]
    pub schedule: Option<String>,
    /// The criteria it serves.
    pub criteria: Frameworks,
    /// The conflicts it compensates.
    #[serde(default)]
    pub compensates: Vec<[FunctionName; 2]>,
    /// Whether a machine enforces it.
    #[serde(default)]
    pub automated: bool,
    /// What could evidence it, where git alone cannot.
    #[serde(default)]
    pub evidenced_by: Vec<String>,
}

/// A parameter of a control of the catalogue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterRule {
    /// What it sets.
    pub about: String,
    /// The value where the program says nothing.
    pub default: Parameter,
    /// The least number allowed.
    #[serde(default)]
    pub minimum: Option<f64>,
    /// The greatest number allowed.
    #[serde(default)]
    pub maximum: Option<f64>,
    /// The words allowed; empty allows any text.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// The words allowed of a list with commas between them; empty where the text is no list.
    #[serde(default)]
    pub each_of: Vec<String>,
}

/// Returns the catalogue.
pub fn shipped() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(read);
    &CATALOGUE
}

impl Catalogue {
    /// Returns the shipped role of this name, without regard to case.
    pub fn role(&self, name: &str) -> Option<&Hire> {
        self.roles
            .iter()
            .find(|hire| hire.role.eq_ignore_ascii_case(name))
    }

    /// Returns the control of this id.
    pub fn control(&self, id: &str) -> Option<&ControlTemplate> {
        self.controls.get(&ControlId(id.into()))
    }
}

impl ControlTemplate {
    /// Returns the control as the catalogue has it, not in use and with its placeholders unfilled.
    pub fn control(&self) -> Control {
        Control {
            id: self.id.clone(),
            area: self.area.clone(),
            title: self.title.clone(),
            risk_statement: self.risk_statement.clone(),
            justification: self.justification.clone(),
            description: self.description.clone(),
            evidence: self.evidence.clone(),
            parameters: self.defaults(),
            cadence: self.cadence,
            criteria: self.criteria.clone(),
            compensates: self.compensates.clone(),
            automated: self.automated,
            in_use: false,
            evidenced_by: self.evidenced_by.clone(),
        }
    }

    fn defaults(&self) -> BTreeMap<String, Parameter> {
        self.parameters
            .iter()
            .map(|(name, rule)| (name.clone(), rule.default.clone()))
            .collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Duties {
    functions: Vec<NamedFunction>,
    conflicts: Vec<Conflict>,
    cadences: BTreeMap<String, Cadence>,
    high_risk_paths: Vec<String>,
    medium_risk_paths: Vec<String>,
    forge_addresses: BTreeSet<String>,
    roles: Vec<Hire>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedFunction {
    name: FunctionName,
    description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Area {
    area: String,
    controls: Vec<ControlTemplate>,
}

const DUTIES: &str = include_str!("duties.yaml");

const AREAS: [&str; 8] = [
    include_str!("code_review.yaml"),
    include_str!("access.yaml"),
    include_str!("deployment.yaml"),
    include_str!("change_management.yaml"),
    include_str!("infrastructure_as_code.yaml"),
    include_str!("monitoring.yaml"),
    include_str!("governance.yaml"),
    include_str!("incidents.yaml"),
];

fn read() -> Catalogue {
    let duties: Duties =
        serde_saphyr::from_str(DUTIES).expect("the shipped duties parse, as a test shows");
    Catalogue {
        functions: duties.functions.into_iter().map(named).collect(),
        conflicts: duties.conflicts,
        controls: AREAS.iter().flat_map(|text| area(text)).collect(),
        cadences: duties.cadences,
        high_risk_paths: duties.high_risk_paths,
        medium_risk_paths: duties.medium_risk_paths,
        forge_addresses: duties.forge_addresses,
        roles: duties.roles,
    }
}

fn named(function: NamedFunction) -> (FunctionName, Function) {
    let NamedFunction { name, description } = function;
    (name, Function { description })
}

fn area(text: &str) -> Vec<(ControlId, ControlTemplate)> {
    let area: Area =
        serde_saphyr::from_str(text).expect("the shipped controls parse, as a test shows");
    let in_area = |control: ControlTemplate| ControlTemplate {
        area: area.area.clone(),
        ..control
    };
    area.controls
        .into_iter()
        .map(in_area)
        .map(|control| (control.id.clone(), control))
        .collect()
}

#[cfg(test)]
mod tests;
