//! Each field that is read was in an answer that GitHub gave, or is told not to have been.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::replayed::replayed;
use super::{Sample, examples, recorded, scenarios, webhooks};

/// The fields of answers, by the kind of answer; the items of a list are one.
type Fields = BTreeMap<&'static str, BTreeSet<String>>;

#[test]
fn fields_that_are_read_and_were_in_no_recorded_answer() {
    let (Some(examples), Some(webhooks)) = (examples(), webhooks()) else {
        return;
    };
    let (Some(scenarios), Some(replayed)) = (scenarios(), replayed()) else {
        return;
    };
    let recorded: Vec<Sample> = scenarios.into_iter().chain(replayed).map(whole).collect();
    let mut known = Fields::new();
    for sample in &recorded {
        let of_kind = known.entry(sample.kind).or_default();
        each_field(&sample.value, &mut |path| _ = of_kind.insert(named(path)));
    }
    let published = examples.into_iter().chain(webhooks).map(whole);
    let mut read = Fields::new();
    for sample in distinct(published.chain(recorded)) {
        read.entry(sample.kind).or_default().extend(fields(&sample));
    }
    let lines = read.iter().map(|(kind, fields)| {
        let none = BTreeSet::new();
        let known = known.get(kind).unwrap_or(&none);
        let unmet = fields.difference(known).map(String::as_str);
        let unmet = unmet.collect::<Vec<&str>>().join(" ");
        format!("{kind}, {} fields: {unmet}\n", fields.len())
    });
    assert_snapshot!(lines.collect::<String>());
}

fn whole(sample: Sample) -> Sample {
    match recorded::whole(sample.kind, &sample.value) {
        Some((kind, value)) => Sample {
            kind,
            value,
            ..sample
        },
        None => sample,
    }
}

/// Returns one sample of each shape: of a list one item is enough.
fn distinct(samples: impl Iterator<Item = Sample>) -> Vec<Sample> {
    let mut seen = BTreeSet::new();
    let shape = |sample: &Sample| {
        let mut paths = BTreeSet::new();
        each_field(&sample.value, &mut |path| _ = paths.insert(named(path)));
        (sample.kind, paths)
    };
    samples.filter(|it| seen.insert(shape(it))).collect()
}

/// Returns the fields of an answer on which it depends what is read: without one, or with another thing in it, something else
/// is read or nothing.
fn fields(sample: &Sample) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    let Ok((_, said)) = recorded::read(sample.kind, &sample.value) else {
        return fields;
    };
    let mut paths = Vec::new();
    each_field(&sample.value, &mut |path| paths.push(path.to_vec()));
    for path in paths {
        let name = named(&path);
        if fields.contains(&name) {
            continue;
        }
        let differs = |change: &dyn Fn(&mut Value)| {
            let mut value = sample.value.clone();
            change(&mut value);
            let read = recorded::read(sample.kind, &value);
            read.map_or(true, |(_, now)| now != said)
        };
        let is_read = differs(&|value| remove(value, &path))
            || differs(&|value| {
                if let Some(field) = at(value, &path) {
                    *field = json!({"unknown": [0]});
                }
            });
        if is_read {
            fields.insert(name);
        }
    }
    fields
}

/// One step to a field.
#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Item(usize),
}

fn named(path: &[Step]) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Key(key) => key.as_str(),
        Step::Item(_) => "[]",
    });
    steps.collect::<Vec<&str>>().join(".")
}

fn each_field(value: &Value, found: &mut dyn FnMut(&[Step])) {
    fn below(value: &Value, path: &mut Vec<Step>, found: &mut dyn FnMut(&[Step])) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    path.push(Step::Key(key.clone()));
                    found(path);
                    below(value, path, found);
                    path.pop();
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    path.push(Step::Item(index));
                    below(value, path, found);
                    path.pop();
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    below(value, &mut Vec::new(), found);
}

fn at<'a>(value: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Item(index) => value.get_mut(index),
    })
}

fn remove(value: &mut Value, path: &[Step]) {
    let Some((Step::Key(key), above)) = path.split_last() else {
        return;
    };
    if let Some(Value::Object(fields)) = at(value, above) {
        fields.remove(key);
    }
}
