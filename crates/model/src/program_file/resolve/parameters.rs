//! Parameters of controls, held to the type and the range that the catalogue gives.

use super::super::near::did_you_mean;
use super::super::read::{Reader, short};
use super::super::record::Record;
use super::super::tree::Placed;
use super::super::wire::{Control, ParameterValue, Text};
use crate::catalogue::{ControlTemplate, ParameterRule};
use crate::program::{self, ByRisk, Parameter};

/// Sets the parameters that the program gives; each must be one that the catalogue knows.
pub(super) fn set(
    control: &mut program::Control,
    whole: &Control,
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

/// Holds a text to the words that the catalogue allows, of which a list may have several.
fn one_of(text: &Text, rule: &ParameterRule, name: &str, reader: &mut Reader<'_>) {
    let (words, allowed) = match rule.each_of.is_empty() {
        true => (vec![text.value.trim()], &rule.one_of),
        false => (
            text.value.split(',').map(str::trim).collect(),
            &rule.each_of,
        ),
    };
    if allowed.is_empty() {
        return;
    }
    for word in words {
        if !allowed.iter().any(|known| known == word) {
            let message = format!("`{}` is no value of `{name}`", short(word));
            let mend =
                did_you_mean(word, allowed.iter().map(String::as_str)).unwrap_or_else(|| {
                    let several = if rule.each_of.is_empty() {
                        ""
                    } else {
                        " or more"
                    };
                    format!("write one{several} of {}", allowed.join(", "))
                });
            reader.fault(&text.place, message, mend);
        }
    }
}
