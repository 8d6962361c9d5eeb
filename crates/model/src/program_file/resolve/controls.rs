//! Controls: the catalogue's, as the organisation declares and adjusts them, and its own.

use super::super::near::did_you_mean;
use super::super::read::{Reader, short};
use super::super::record::Record;
use super::super::tree::Placed;
use super::super::wire::{self, ControlEntry, ProgramFile};
use super::super::words::InUse;
use super::duties::Functions;
use super::{conflicts, criteria, filled, parameters, plain};
use crate::catalogue::{self, ControlTemplate};
use crate::program::{
    Cadence, Conflict, Control, ControlId, EvidenceSource, FunctionName, Organisation,
};
use std::collections::BTreeMap;

/// What controls refer to.
pub(super) struct Named<'a> {
    pub(super) organisation: &'a Organisation,
    pub(super) functions: &'a Functions,
    pub(super) conflicts: &'a [Conflict],
    pub(super) cadences: &'a BTreeMap<String, Cadence>,
}

/// Returns every control, with its texts filled; only those that the program names are in use.
pub(super) fn controls(
    file: &ProgramFile,
    named: &Named<'_>,
    reader: &mut Reader<'_>,
) -> BTreeMap<ControlId, Control> {
    let shipped = &catalogue::shipped().controls;
    let mut controls: BTreeMap<ControlId, Control> = shipped
        .iter()
        .map(|(id, template)| (id.clone(), scheduled(template, named)))
        .collect();
    let entries = file.controls.iter().flat_map(|controls| &controls.0);
    for (key, entry) in entries {
        let id = ControlId(key.value.clone());
        let template = shipped.get(&id);
        let base = controls
            .get(&id)
            .cloned()
            .or_else(|| own(key, entry.as_ref(), reader));
        if let (Some(mut control), Some(entry)) = (base, entry) {
            adjust(&mut control, entry, template, named, reader);
            controls.insert(id, control);
        }
    }
    for control in controls.values_mut() {
        control.fill(named.organisation);
    }
    controls
}

fn scheduled(template: &ControlTemplate, named: &Named<'_>) -> Control {
    let mut control = template.control();
    let schedule = template.schedule.as_ref();
    if let Some(cadence) = schedule.and_then(|name| named.cadences.get(name)) {
        control.cadence = *cadence;
    }
    control
}

/// Returns an empty control of the organisation's own; an id without a title is taken for a slip.
fn own(
    key: &Placed<String>,
    entry: Option<&ControlEntry>,
    reader: &mut Reader<'_>,
) -> Option<Control> {
    let title = match entry? {
        ControlEntry::Whole(whole) => filled(whole.title.as_ref(), "the title", reader),
        ControlEntry::Word(_) => None,
    };
    let open = matches!(entry, Some(ControlEntry::Whole(whole)) if whole.asked());
    let Some(title) = title else {
        if open {
            return None;
        }
        let known = catalogue::shipped().controls.keys();
        let message = format!("unknown control `{}`", short(&key.value));
        let mend = did_you_mean(&key.value, known.map(|id| id.0.as_str()))
            .unwrap_or_else(|| "a control of your own needs at least a `title`".into());
        reader.fault(&key.place, message, mend);
        return None;
    };
    Some(Control {
        id: ControlId(key.value.clone()),
        area: "Own controls".into(),
        title,
        risk_statement: String::new(),
        justification: String::new(),
        description: String::new(),
        evidence: Vec::new(),
        parameters: BTreeMap::new(),
        cadence: Cadence::OnOccurrence,
        criteria: Default::default(),
        compensates: Vec::new(),
        automated: false,
        in_use: false,
        evidenced_by: Vec::new(),
    })
}

fn adjust(
    control: &mut Control,
    entry: &ControlEntry,
    template: Option<&ControlTemplate>,
    named: &Named<'_>,
    reader: &mut Reader<'_>,
) {
    match entry {
        ControlEntry::Word(word) => control.in_use = word.value == InUse::Yes,
        ControlEntry::Whole(whole) => {
            control.in_use = whole.in_use.as_ref().is_none_or(|flag| flag.value);
            words(control, whole);
            operation(control, whole, named, reader);
            parameters::set(control, whole, template, reader);
        }
    }
}

fn words(control: &mut Control, whole: &wire::Control) {
    let replacements = [
        (&mut control.area, &whole.area),
        (&mut control.title, &whole.title),
        (&mut control.risk_statement, &whole.risk_statement),
        (&mut control.justification, &whole.justification),
        (&mut control.description, &whole.description),
    ];
    for (text, replacement) in replacements {
        if let Some(own) = plain(replacement.as_ref()) {
            *text = own;
        }
    }
}

fn operation(
    control: &mut Control,
    whole: &wire::Control,
    named: &Named<'_>,
    reader: &mut Reader<'_>,
) {
    if let Some(rows) = &whole.evidence {
        control.evidence = rows.iter().map(evidence).collect();
    }
    if let Some(cadence) = &whole.cadence {
        control.cadence = cadence.value;
    }
    if let Some(entry) = &whole.criteria {
        control.criteria = criteria::frameworks(Some(entry), reader);
    }
    if let Some(automated) = &whole.automated {
        control.automated = automated.value;
    }
    if let Some(sources) = &whole.evidenced_by {
        control.evidenced_by = sources.iter().map(|text| text.value.clone()).collect();
    }
    if let Some(pairs) = &whole.compensates {
        control.compensates = compensates(pairs, whole, named, reader);
    }
}

fn evidence(row: &wire::Evidence) -> EvidenceSource {
    let cell = |text: &Option<wire::Text>| plain(text.as_ref()).unwrap_or_default();
    EvidenceSource {
        evidence: cell(&row.evidence),
        source: cell(&row.source),
        frequency: cell(&row.frequency),
    }
}

fn compensates(
    pairs: &[Vec<wire::Text>],
    whole: &wire::Control,
    named: &Named<'_>,
    reader: &mut Reader<'_>,
) -> Vec<[FunctionName; 2]> {
    let open = whole.asked();
    let mut compensated = Vec::new();
    for list in pairs.iter().filter(|list| list.len() == 2 || !open) {
        let Some(pair) = conflicts::two(list, whole.place(), named.functions, reader) else {
            continue;
        };
        if !named
            .conflicts
            .iter()
            .any(|known| conflicts::joins(known, &pair))
        {
            let message = format!("`{}` and `{}` are no conflict here", pair[0], pair[1]);
            let mend = "declare the pair under `conflicts`".to_owned();
            reader.fault(&list[0].place, message, mend);
        }
        compensated.push(pair);
    }
    compensated
}
