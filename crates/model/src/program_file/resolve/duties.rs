//! Functions and who holds them.

use super::super::near::did_you_mean;
use super::super::read::{Reader, short};
use super::super::tree::Placed;
use super::super::wire::{Assignment, ProgramFile, Text};
use super::{Once, filled, plain, texts};
use crate::catalogue;
use crate::program::{Function, FunctionName, Principal, PrincipalId, PrincipalKind};
use std::collections::{BTreeMap, BTreeSet};

/// Duties by name.
pub(super) type Functions = BTreeMap<FunctionName, Function>;

/// Who holds what.
pub(super) type Assignments = BTreeMap<PrincipalId, BTreeSet<FunctionName>>;

/// Returns the catalogue's functions and the organisation's own.
pub(super) fn functions(file: &ProgramFile, reader: &mut Reader<'_>) -> Functions {
    let mut functions = catalogue::shipped().functions.clone();
    let mut once = Once::new("function");
    for entry in file.functions.iter().flatten() {
        let name = filled(entry.name.as_ref(), "the function's name", reader);
        let (Some(text), Some(name)) = (&entry.name, name) else {
            continue;
        };
        once.admit(text, reader);
        let description = plain(entry.description.as_ref()).unwrap_or_default();
        functions.insert(FunctionName(name), Function { description });
    }
    functions
}

/// Returns the function of this name, or notes a fault.
pub(super) fn function(
    text: &Text,
    functions: &Functions,
    reader: &mut Reader<'_>,
) -> Option<FunctionName> {
    let name = FunctionName(text.value.trim().to_owned());
    if functions.contains_key(&name) {
        return Some(name);
    }
    let known = functions.keys().map(|name| name.0.as_str());
    let mend = did_you_mean(&name.0, known)
        .unwrap_or_else(|| "declare it under `functions`, or see the catalogue's names".into());
    let message = format!("unknown function `{}`", short(&name.0));
    reader.fault(&text.place, message, mend);
    None
}

/// Returns who holds what. A single human holds everything where the program does not say.
pub(super) fn assignments(
    file: &ProgramFile,
    principals: &[Principal],
    functions: &Functions,
    reader: &mut Reader<'_>,
) -> Assignments {
    let Some(declared) = &file.assignments else {
        return sole_human(principals)
            .map(|id| (id, functions.keys().cloned().collect()))
            .into_iter()
            .collect();
    };
    let mut assignments = Assignments::new();
    for (key, assignment) in &declared.0 {
        let id = principal(key, file, reader);
        let held = assignment
            .as_ref()
            .map(|assignment| held(assignment, functions, reader));
        if let (Some(id), Some(held)) = (id, held) {
            assignments.insert(id, held);
        }
    }
    assignments
}

fn sole_human(principals: &[Principal]) -> Option<PrincipalId> {
    let mut humans = principals
        .iter()
        .filter(|principal| principal.kind == PrincipalKind::Human);
    let first = humans.next()?;
    humans.next().is_none().then(|| first.id.clone())
}

fn principal(
    key: &Placed<String>,
    file: &ProgramFile,
    reader: &mut Reader<'_>,
) -> Option<PrincipalId> {
    let entries = file.principals.iter().flatten();
    let known: Vec<&str> = entries
        .filter_map(|entry| Some(entry.id.as_ref()?.value.as_str()))
        .collect();
    if !known.contains(&key.value.as_str()) {
        let message = format!("unknown principal `{}`", short(&key.value));
        let mend = did_you_mean(&key.value, known)
            .unwrap_or_else(|| "declare it under `principals`".into());
        reader.fault(&key.place, message, mend);
        return None;
    }
    PrincipalId::new(&key.value)
}

fn held(
    assignment: &Assignment,
    functions: &Functions,
    reader: &mut Reader<'_>,
) -> BTreeSet<FunctionName> {
    match assignment {
        Assignment::All => functions.keys().cloned().collect(),
        Assignment::Listed(list) => named(Some(list), functions, reader),
    }
}

/// Returns the functions of a list that exist; the others are noted.
pub(super) fn named(
    list: Option<&Vec<Text>>,
    functions: &Functions,
    reader: &mut Reader<'_>,
) -> BTreeSet<FunctionName> {
    texts(list)
        .filter_map(|text| function(text, functions, reader))
        .collect()
}
