//! From the wire form to the program: names are resolved, defaults filled, every fault noted.

mod conflicts;
mod controls;
mod criteria;
mod duties;
mod future;
mod keys;
mod ledger;
mod outsiders;
mod parameters;
mod people;
mod reviewers;
mod scope;

use super::VERSION;
use super::read::{Reader, short};
use super::tree::Placed;
use super::wire::{ProgramFile, Text};
use crate::period::Period;
use crate::program::{PrincipalKind, Program};
use std::collections::BTreeSet;

/// Returns the program; where the reader holds faults it is a guess that nobody may use.
pub(super) fn program(file: &ProgramFile, reader: &mut Reader<'_>) -> Program {
    version(file.version.as_ref(), reader);
    let mut principals = people::principals(file, reader);
    reviewers::fallbacks(file, &mut principals, reader);
    let functions = duties::functions(file, reader);
    let assignments = duties::assignments(file, &principals, &functions, reader);
    let humans = principals
        .iter()
        .filter(|principal| principal.kind == PrincipalKind::Human)
        .count();
    let organisation = scope::organisation(file, humans, reader);
    let conflicts = conflicts::conflicts(file, &functions, reader);
    let cadences = scope::cadences(file, reader);
    let named = controls::Named {
        organisation: &organisation,
        functions: &functions,
        conflicts: &conflicts,
        cadences: &cadences,
    };
    let controls = controls::controls(file, &named, reader);
    Program {
        frameworks: criteria::frameworks(file.frameworks.as_ref(), reader),
        period: period(file.period.as_ref(), reader),
        repositories: scope::repositories(file, reader),
        environments: scope::environments(file, reader),
        tools: scope::tools(file),
        risk_classes: scope::risk_classes(file, reader),
        hiring_plan: future::hiring_plan(file, &functions, reader),
        causes: future::causes(file, &controls, reader),
        forge_addresses: people::forge_addresses(file, &principals, reader),
        outsiders: outsiders::outsiders(file, reader),
        ledger: ledger::ledger(file, reader),
        questions: Vec::new(),
        own_texts: Vec::new(),
        organisation,
        principals,
        functions,
        assignments,
        conflicts,
        controls,
        cadences,
    }
}

fn version(version: Option<&Placed<u32>>, reader: &mut Reader<'_>) {
    if let Some(other) = version.filter(|version| version.value != VERSION) {
        let message = format!("there is no schema version {}", other.value);
        reader.fault(&other.place, message, format!("write `version: {VERSION}`"));
    }
}

fn period(text: Option<&Text>, reader: &mut Reader<'_>) -> Option<String> {
    let text = text?;
    if let Err(error) = Period::parse(&text.value) {
        reader.fault(&text.place, error.to_string(), None);
    }
    Some(text.value.clone())
}

/// Returns the text, or notes that it is empty.
fn filled(text: Option<&Text>, what: &str, reader: &mut Reader<'_>) -> Option<String> {
    let text = text?;
    if text.value.trim().is_empty() {
        reader.fault(&text.place, format!("{what} is empty"), None);
        return None;
    }
    Some(text.value.trim().to_owned())
}

fn plain(text: Option<&Text>) -> Option<String> {
    text.map(|text| text.value.trim().to_owned())
}

fn texts(list: Option<&Vec<Text>>) -> impl Iterator<Item = &Text> {
    list.into_iter().flatten()
}

/// Names seen so far; each may come once.
struct Once<'a> {
    what: &'a str,
    seen: BTreeSet<String>,
}

impl<'a> Once<'a> {
    fn new(what: &'a str) -> Once<'a> {
        Once {
            what,
            seen: BTreeSet::new(),
        }
    }

    /// Returns whether the name is new; notes a fault where it is not.
    fn admit(&mut self, name: &Placed<String>, reader: &mut Reader<'_>) -> bool {
        let new = self.seen.insert(name.value.trim().to_owned());
        if !new {
            let message = format!("{} `{}` is declared twice", self.what, short(&name.value));
            reader.fault(&name.place, message, None);
        }
        new
    }
}
