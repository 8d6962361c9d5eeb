//! The hiring plan, and the causes that management gives for deviations.

use super::super::near::did_you_mean;
use super::super::read::{Reader, short};
use super::super::record::Record;
use super::super::wire::{self, ProgramFile, Text};
use super::duties::{self, Functions};
use super::{filled, period};
use crate::catalogue;
use crate::program::{Cause, Control, ControlId, Hire};
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a commit that name it beyond doubt.
const CHANGE_CHARS: std::ops::RangeInclusive<usize> = 12..=64;

/// Returns the hires in their order.
pub(super) fn hiring_plan(
    file: &ProgramFile,
    functions: &Functions,
    reader: &mut Reader<'_>,
) -> Vec<Hire> {
    let mut hires = Vec::new();
    for entry in file.hiring_plan.iter().flatten() {
        hires.extend(hire(entry, functions, reader));
    }
    hires
}

fn hire(entry: &wire::Hire, functions: &Functions, reader: &mut Reader<'_>) -> Option<Hire> {
    let role = filled(entry.role.as_ref(), "the role", reader);
    let planned = period(entry.planned.as_ref(), reader);
    let takes = duties::named(entry.takes.as_ref(), functions, reader);
    let shares = duties::named(entry.shares.as_ref(), functions, reader);
    let (role, text) = (role?, entry.role.as_ref()?);
    if entry.takes.is_some() || entry.shares.is_some() {
        both(&takes, &shares, entry, reader);
        return Some(Hire {
            role,
            takes,
            shares,
            planned,
        });
    }
    let known = catalogue::shipped().role(&role);
    if known.is_none() && !entry.asked() {
        let message = format!("the duties of `{}` are not known", short(&role));
        let mend = "list what the hire `takes` and `shares`".to_owned();
        reader.fault(&text.place, message, mend);
    }
    known.map(|known| Hire {
        planned,
        ..known.clone()
    })
}

fn both(
    takes: &BTreeSet<crate::program::FunctionName>,
    shares: &BTreeSet<crate::program::FunctionName>,
    entry: &wire::Hire,
    reader: &mut Reader<'_>,
) {
    for text in entry.shares.iter().flatten() {
        let name = crate::program::FunctionName(text.value.trim().to_owned());
        if takes.contains(&name) && shares.contains(&name) {
            let message = format!("`{name}` is both taken and shared");
            reader.fault(&text.place, message, None);
        }
    }
}

/// Returns the causes of deviations.
pub(super) fn causes(
    file: &ProgramFile,
    controls: &BTreeMap<ControlId, Control>,
    reader: &mut Reader<'_>,
) -> Vec<Cause> {
    let mut causes = Vec::new();
    for entry in file.causes.iter().flatten() {
        let control = entry
            .control
            .as_ref()
            .and_then(|text| control(text, controls, reader));
        let change = entry.change.as_ref().and_then(|text| change(text, reader));
        let cause = filled(entry.cause.as_ref(), "the cause", reader);
        if let (Some(control), Some(change), Some(cause)) = (control, change, cause) {
            causes.push(Cause {
                control,
                change,
                cause,
            });
        }
    }
    causes
}

fn control(
    text: &Text,
    controls: &BTreeMap<ControlId, Control>,
    reader: &mut Reader<'_>,
) -> Option<ControlId> {
    let id = ControlId(text.value.trim().to_owned());
    if controls.contains_key(&id) {
        return Some(id);
    }
    let message = format!("unknown control `{}`", short(&id.0));
    let mend = did_you_mean(&id.0, controls.keys().map(|id| id.0.as_str()));
    reader.fault(&text.place, message, mend);
    None
}

fn change(text: &Text, reader: &mut Reader<'_>) -> Option<String> {
    let change = text.value.trim().to_ascii_lowercase();
    let hexadecimal = change.chars().all(|c| c.is_ascii_hexdigit());
    if hexadecimal && CHANGE_CHARS.contains(&change.len()) {
        return Some(change);
    }
    let message = format!("`{}` does not name a commit", short(text.value.trim()));
    let mend = "write at least twelve of its hexadecimal digits".to_owned();
    reader.fault(&text.place, message, mend);
    None
}
