//! Controls: the catalogue's, as the organisation declares and adjusts them, and its own.

use super::super::near::did_you_mean;
use super::super::read::{Reader, short};
use super::super::tree::Placed;
use super::super::wire::{self, ControlEntry, ParameterValue, ProgramFile, Record};
use super::super::words::InUse;
use super::duties::Functions;
use super::{conflicts, criteria, filled, plain};
use crate::catalogue::{self, ControlTemplate, ParameterRule};
use crate::program::{
    ByRisk, Cadence, Conflict, Control, ControlId, EvidenceSource, Organisation, Parameter,
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
    let Some(title) = title else {
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
            parameters(control, whole, template, reader);
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
        control.compensates = compensates(pairs, whole.place(), named, reader);
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
    place: &super::super::tree::Place,
    named: &Named<'_>,
    reader: &mut Reader<'_>,
) -> Vec<[crate::program::FunctionName; 2]> {
    let mut compensated = Vec::new();
    for list in pairs {
        let Some(pair) = conflicts::two(list, place, named.functions, reader) else {
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

fn parameters(
    control: &mut Control,
    whole: &wire::Control,
    template: Option<&ControlTemplate>,
    reader: &mut Reader<'_>,
) {
    for (key, value) in whole.parameters.iter().flat_map(|parameters| &parameters.0) {
        let Some(value) = value else { continue };
        let rule = template.map(|template| template.parameters.get(&key.value));
        let parameter = match rule {
            None => Some(as_written(value)),
            Some(Some(rule)) => ruled(value, rule, &key.value, reader),
            Some(None) => {
                let known: Vec<&str> = control.parameters.keys().map(String::as_str).collect();
                let message = format!("{} has no parameter `{}`", control.id, short(&key.value));
                let mend = did_you_mean(&key.value, known.iter().copied()).or_else(|| {
                    (!known.is_empty()).then(|| format!("it has {}", known.join(", ")))
                });
                reader.fault(&key.place, message, mend);
                None
            }
        };
        if let Some(parameter) = parameter {
            control.parameters.insert(key.value.clone(), parameter);
        }
    }
}

fn as_written(value: &ParameterValue) -> Parameter {
    let number = |number: &Option<Placed<f64>>| number.as_ref().map_or(0.0, |number| number.value);
    match value {
        ParameterValue::Number(number) => Parameter::Number(number.value),
        ParameterValue::Text(text) => Parameter::Text(text.value.trim().to_owned()),
        ParameterValue::ByRisk(classes) => Parameter::ByRisk(ByRisk {
            low: number(&classes.low),
            medium: number(&classes.medium),
            high: number(&classes.high),
        }),
    }
}

/// Returns the value where it is of the type and in the range that the catalogue gives.
fn ruled(
    value: &ParameterValue,
    rule: &ParameterRule,
    name: &str,
    reader: &mut Reader<'_>,
) -> Option<Parameter> {
    let range =
        |number: &Placed<f64>, reader: &mut Reader<'_>| in_range(number, rule, name, reader);
    match (value, &rule.default) {
        (ParameterValue::Number(number), Parameter::Number(_)) => {
            range(number, reader);
        }
        (ParameterValue::Number(number), Parameter::ByRisk(_)) => {
            range(number, reader);
            let every = number.value;
            return Some(Parameter::ByRisk(ByRisk {
                low: every,
                medium: every,
                high: every,
            }));
        }
        (ParameterValue::ByRisk(classes), Parameter::ByRisk(_)) => {
            let numbers = [&classes.low, &classes.medium, &classes.high];
            numbers
                .into_iter()
                .flatten()
                .for_each(|number| range(number, reader));
        }
        (ParameterValue::Text(text), Parameter::Text(_)) => one_of(text, rule, name, reader),
        (ParameterValue::Number(_) | ParameterValue::ByRisk(_) | ParameterValue::Text(_), _) => {
            wrong_type(value, rule, name, reader);
            return None;
        }
    }
    Some(as_written(value))
}

fn wrong_type(value: &ParameterValue, rule: &ParameterRule, name: &str, reader: &mut Reader<'_>) {
    let expected = match rule.default {
        Parameter::Number(_) => "a number",
        Parameter::ByRisk(_) => "a number, or one each for low, medium and high",
        Parameter::Text(_) => "a word",
    };
    let place = match value {
        ParameterValue::Number(number) => &number.place,
        ParameterValue::ByRisk(classes) => classes.place(),
        ParameterValue::Text(text) => &text.place,
    };
    reader.fault(place, format!("`{name}` is {expected}"), rule.about.clone());
}

fn in_range(number: &Placed<f64>, rule: &ParameterRule, name: &str, reader: &mut Reader<'_>) {
    let least = rule.minimum.unwrap_or(f64::NEG_INFINITY);
    let most = rule.maximum.unwrap_or(f64::INFINITY);
    if !(least..=most).contains(&number.value) {
        let message = format!("`{name}` is out of range: {}", number.value);
        reader.fault(&number.place, message, format!("write {least} to {most}"));
    }
}

fn one_of(text: &wire::Text, rule: &ParameterRule, name: &str, reader: &mut Reader<'_>) {
    let word = text.value.trim();
    if !rule.one_of.is_empty() && !rule.one_of.iter().any(|known| known == word) {
        let message = format!("`{}` is no value of `{name}`", short(word));
        let mend = did_you_mean(word, rule.one_of.iter().map(String::as_str))
            .unwrap_or_else(|| format!("write one of {}", rule.one_of.join(", ")));
        reader.fault(&text.place, message, mend);
    }
}
